"""What a result's prediction is drawn with, unpacked beside the event loop."""

from __future__ import annotations

import asyncio
from typing import TypeAlias

from ailab.services.images.picture import Picture
from ailab.services.images.picture_error import PictureError
from ailab.services.images.pictures import Pictures
from ailab.services.inference.depth_levels import DepthLevels
from ailab.services.inference.mask_maps import MaskMaps
from ailab.services.inference.masks import Masks
from ailab.services.inference.output_pixels import output_for_display
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.predictions import DepthMap, OutputImage, Segmentation
from ailab.services.inference.segment_maps import SegmentMaps

LONGEST_SIDE_SHOWN = 4096
"""Pixels; a larger picture is scaled down for showing, its coordinates stay its own."""

ResultMaps: TypeAlias = SegmentMaps | MaskMaps | DepthLevels | Picture
"""The maps of a segmentation, of masks or of depths, or the picture that the model made."""


def has_maps(result: PictureResult) -> bool:
    """True where something is to be unpacked before the prediction can be drawn."""
    mapped = Segmentation | Masks | DepthMap | OutputImage
    return isinstance(result.prediction, mapped)


async def unpacked(result: PictureResult, pictures: Pictures) -> ResultMaps | None:
    """The maps of a result; None where there are none, or none any more.

    Args:
        result: what came of a picture.
        pictures: reads the picture that the model made, where only its file is left.
    """
    match result.prediction:
        case Segmentation() as segmentation:
            return await asyncio.to_thread(SegmentMaps.of, segmentation)
        case Masks() as masks:
            return await asyncio.to_thread(MaskMaps.of, masks)
        case DepthMap() as depths:
            return await asyncio.to_thread(DepthLevels.of, depths)
        case OutputImage(png=b""):
            try:
                return await pictures.read(result.output_file or "", LONGEST_SIDE_SHOWN)
            except PictureError:  # deleted meanwhile: what is known of it is told all the same
                return None
        case OutputImage() as made:
            return await asyncio.to_thread(output_for_display, made, LONGEST_SIDE_SHOWN)
        case _:
            return None
