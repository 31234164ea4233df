"""Super-resolution and restoration: whole, or piece by piece where the picture is too large."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from ailab.services.images.picture_error import PictureError
from ailab.services.inference.network import Network, check_finite
from ailab.services.inference.output_pixels import output_image
from ailab.services.inference.picture_input import picture_input
from ailab.services.inference.pixel_map import MAX_MAP_PIXELS
from ailab.services.inference.preprocess import preprocess
from ailab.services.inference.preprocessing import Resize
from ailab.services.inference.prompt import Prompt
from ailab.services.inference.tasks.decoding import Decoding
from ailab.services.inference.tasks.image_to_image import image_values
from ailab.services.inference.tiles import Tile, tiles

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.model_description import ModelDescription
    from ailab.services.inference.predictions import OutputImage

    Pixels = npt.NDArray[np.uint8]

# Swin2SR takes 20 to 64 kB for each pixel (docs/runs-here.md): a larger picture would take more
# memory than most machines have. What it sees reaches some tens of pixels in practice.
_MOST_AT_ONCE = 256 * 256
_TILE = (192, 192)
_OVERLAP = 32


class ImageToImagePipeline:
    """Runs a network on the picture, or on overlapping pieces of it, and joins what comes back.

    A network of luma (the Y of JPEG's Y'CbCr) gets that alone; the two planes of colour are
    enlarged by bicubic interpolation, as the paper of ESPCN does (arXiv 1609.05158) and the
    tutorial that its usual weights come from. One of grey makes a grey picture, or a coloured one.

    Args:
        network: has the part `model`.
        description: how pictures go in and what comes out.

    Raises:
        ModelFileError: the description does not suit the network.
    """

    def __init__(self, network: Network, description: ModelDescription) -> None:
        self._network = network
        self._description = description
        how = description.preprocessing
        self._size = (how.height, how.width) if how.resize is Resize.TILES else None
        if self._size is not None:
            # Each piece has the network's size already, or is grown to it.
            how = replace(how, resize=Resize.NONE, height=0, width=0, grow_to=self._size)
        self._overlap = how.overlap if self._size is not None else _OVERLAP
        self._picture = picture_input(network.inputs(), how)

    def prepare(self, pixels: Pixels, _prompt: Prompt) -> tuple[Pixels, list[Tile]]:
        """See `Pipeline.prepare`."""
        height, width = pixels.shape[:2]
        size = self._size
        if size is None:
            is_free = self._picture.preprocessing.output_size is None
            is_large = height * width > _MOST_AT_ONCE
            size = _TILE if is_free and is_large else (height, width)
        return pixels, list(tiles(height, width, size, self._overlap))

    def run(self, prepared: tuple[Pixels, list[Tile]]) -> tuple[Pixels, int]:
        """See `Pipeline.run`; each piece is a run of the network of its own."""
        pixels, pieces = prepared
        if len(pieces) == 1:
            return self._made(pixels), 1
        whole: Pixels | None = None
        scale = 1
        for piece in pieces:
            top, left, bottom, right = piece.seen
            made = self._made(pixels[top:bottom, left:right])
            if whole is None:
                scale = _scale(made, piece)
                whole = _blank(pixels, scale)
            first_row, first_column, end_row, end_column = (side * scale for side in piece.kept)
            whole[first_row:end_row, first_column:end_column] = made[
                first_row - top * scale : end_row - top * scale,
                first_column - left * scale : end_column - left * scale,
            ]
        if whole is None:
            raise ValueError("a picture has pieces")
        return whole, len(pieces)

    def finish(self, answer: tuple[Pixels, int]) -> OutputImage:
        """See `Pipeline.finish`."""
        made, count = answer
        return replace(output_image(made), tiles=count)

    def _made(self, pixels: Pixels) -> Pixels:
        """What the network makes of a picture or a piece, as R, G, B."""
        tensor, placement = preprocess(pixels, self._picture.preprocessing)
        outputs = self._network.run(self._picture.feeds(tensor, placement))
        check_finite(outputs)
        decoding = Decoding(self._description.labels, self._description.decoder, placement)
        how = self._picture.preprocessing
        if how.is_luma:
            return _colored(image_values(outputs, decoding, (1,))[..., 0], pixels)
        made = image_values(outputs, decoding, (1, 3) if how.is_monochrome else (3,))
        return made if made.shape[2] == 3 else np.repeat(made, 3, axis=2)


def _colored(luma: Pixels, pixels: Pixels) -> Pixels:
    """A luma plane of shape (h, w) with the colours of its picture."""
    _, blue, red = Image.fromarray(pixels).convert("YCbCr").split()
    bright = Image.fromarray(luma)
    planes = [each.resize(bright.size, Image.Resampling.BICUBIC) for each in (blue, red)]
    return np.asarray(Image.merge("YCbCr", (bright, *planes)).convert("RGB"))


def _scale(made: Pixels, piece: Tile) -> int:
    """How many pixels are made of one, along each side."""
    top, left, bottom, right = piece.seen
    height, width = bottom - top, right - left
    scale: int = made.shape[0] // height
    if scale < 1 or made.shape[:2] != (scale * height, scale * width):
        raise PictureError(
            "The model makes pictures whose size is no multiple of the picture's, so that pieces "
            "of a large picture cannot be joined.",
            "Scale the picture down first, or choose another model.",
        )
    return scale


def _blank(pixels: Pixels, scale: int) -> Pixels:
    height, width = pixels.shape[0] * scale, pixels.shape[1] * scale
    if height * width > MAX_MAP_PIXELS:
        raise PictureError(
            f"The model makes a picture of {width} × {height} pixels of it, which is too large.",
            "Cut the picture into pieces first.",
        )
    return np.empty((height, width, 3), np.uint8)
