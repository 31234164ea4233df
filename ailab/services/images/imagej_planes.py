"""Planes that ImageJ puts one behind the other, under the one page that the file tells of."""

from __future__ import annotations

import os

from PIL import Image, ImageFile

from ailab.services.images.tiff_tags import TiffTags

_RAW = "raw"


def plane_count(image: Image.Image, told: int) -> int:
    """How many planes are there of those that ImageJ tells of; 1 where no others can be found.

    So it writes stacks of more than 4 GB (`ij.io.TiffEncoder`): uncompressed, without a gap.

    Args:
        image: opened, and not loaded yet.
        told: how many.
    """
    size = _plane_bytes(image)
    file = getattr(image, "fp", None)
    if not size or file is None or not isinstance(image, ImageFile.ImageFile):
        return 1
    place = file.tell()
    behind: int = file.seek(0, os.SEEK_END) - image.tile[0].offset
    file.seek(place)
    return max(1, min(told, behind // size))


def go_to_plane(image: Image.Image, plane: int) -> None:
    """Have one of these planes loaded, from 1."""
    if isinstance(image, ImageFile.ImageFile):
        beyond = (plane - 1) * _plane_bytes(image)
        image.tile = [tile._replace(offset=tile.offset + beyond) for tile in image.tile]


def _plane_bytes(image: Image.Image) -> int:
    """What a plane takes; 0 where it does not lie there in one piece."""
    tags = TiffTags.of(image)
    if tags is None or tags.is_compressed or (tags.samples > 1 and tags.bits != 8):
        return 0
    if not isinstance(image, ImageFile.ImageFile) or [t.codec_name for t in image.tile] != [_RAW]:
        return 0
    return image.width * image.height * tags.samples * tags.bits // 8
