"""A line of text, cut out of a picture and laid level.

Source: `get_rotate_crop_image` of PaddleOCR (tools/infer/utility.py), which RapidOCR has too.
"""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING

import numpy as np

from ailab.services.inference.missing_packages import lacks_opencv

if TYPE_CHECKING:
    import numpy.typing as npt

    Pixels = npt.NDArray[np.uint8]
    Corners = npt.NDArray[np.float32]

_AROUND = 3
"""Pixels beside a line that interpolation looks at."""
_TALL = 1.5
"""Height of a line that runs downwards, over its width; it is turned by a quarter."""
_LONGEST = 32_766
"""Pixels of a side; OpenCV maps no longer ones."""


def line_crop(pixels: Pixels, corners: Corners) -> Pixels:
    """What lies between four corners, as a rectangle; a tall one turned to the left.

    Args:
        pixels: the picture, shape (height, width, 3).
        corners: x and y of each, shape (4, 2), clockwise from the upper left one.

    Returns:
        A picture of the line alone, at least one pixel high and wide.

    Raises:
        MissingPackageError: OpenCV is not installed.
    """
    try:
        import cv2  # noqa: PLC0415 - only who finds text has it
    except ImportError as error:
        raise lacks_opencv() from error
    part, within = _around(pixels, corners)
    if (longest := max(part.shape[:2])) > _LONGEST:
        share = _LONGEST / longest
        size = (max(1, int(part.shape[1] * share)), max(1, int(part.shape[0] * share)))
        part = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
        within = within * np.float32(share)
    following = np.roll(within, -1, axis=0)
    top, right, bottom, left = np.linalg.norm(following - within, axis=1)
    width = min(max(1, int(max(top, bottom))), _LONGEST)
    height = min(max(1, int(max(left, right))), _LONGEST)
    level = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    line: Pixels = cv2.warpPerspective(
        part,
        cv2.getPerspectiveTransform(within, level),
        (width, height),
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.ascontiguousarray(np.rot90(line)) if height >= _TALL * width else line


def _around(pixels: Pixels, corners: Corners) -> tuple[Pixels, Corners]:
    """The part of a picture that holds a line, and the corners in it."""
    height, width = pixels.shape[:2]
    left, top = (max(0, floor(each) - _AROUND) for each in corners.min(axis=0))
    right, bottom = (ceil(each) + _AROUND for each in corners.max(axis=0))
    left, top = min(left, width - 1), min(top, height - 1)
    part = pixels[top : max(top + 1, bottom), left : max(left + 1, right)]
    return np.ascontiguousarray(part), corners - np.array([left, top], np.float32)
