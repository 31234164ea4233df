"""Pictures that two models made of the same picture."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from ailab.services.comparison.agreement import ImageAgreement
from ailab.services.comparison.not_compared import NotComparedError
from ailab.services.inference.output_pixels import OutputImageError, output_picture
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.predictions import OutputImage
from ailab.services.results.map_rows import rows_at_once


def compare_images(results: tuple[PictureResult, PictureResult]) -> ImageAgreement:
    """Compare the pictures made, level by level; both are in memory, as bytes.

    Raises:
        NotComparedError: they are of different sizes, or the file of one is gone or damaged.
    """
    try:
        mine, its = (output_picture(_with_file(each)) for each in results)
    except (OSError, OutputImageError) as error:
        raise NotComparedError(
            "A picture that A or B made is not there any more, or damaged.",
            "Run the picture again.",
            detail=repr(error),
        ) from error
    if mine.size != its.size:
        sizes = [f"{each.width} × {each.height}" for each in (mine, its)]
        raise NotComparedError(
            f"A made a picture of {sizes[0]} pixels, and B one of {sizes[1]}.",
            "Compare models that enlarge alike.",
        )
    total = squares = 0
    width, height = mine.size
    rows = rows_at_once(width)
    for top in range(0, height, rows):
        part = (0, top, width, min(top + rows, height))
        pair = [np.asarray(each.crop(part), np.int32) for each in (mine, its)]
        apart = np.abs(pair[0] - pair[1]).astype(np.int64)
        total += int(apart.sum())
        squares += int((apart * apart).sum())
    count = 3 * width * height
    return ImageAgreement(total / count, squares / count)


def _with_file(result: PictureResult) -> OutputImage:
    """What was made, with the bytes of its file where these are not kept in memory."""
    made = result.prediction
    if not isinstance(made, OutputImage):
        raise OutputImageError("no picture was made")
    if made.png:
        return made
    return replace(made, png=Path(result.output_file or "").read_bytes())
