"""Masks as COCO's run lengths (RLE), as `pycocotools` and most annotation tools read them.

The pixels of the whole picture, column after column from the left, each from the top, are counted
in runs: so many outside, so many inside, so many outside, and so on. A count from the fourth on is
told as the difference to the second before it; each number is cut into groups of five bits, the
lowest first, and a group becomes a character: 48 + the bits + 32 where another group follows. The
last group's highest bit is the number's sign.

Source: `rleEncode`, `rleToString` and `rleFrString` of `maskApi.c`
(https://github.com/cocodataset/cocoapi/blob/master/common/maskApi.c).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ailab.services.inference.json_fields import BadFieldError
from ailab.services.inference.pixel_map import PixelMap

if TYPE_CHECKING:
    import numpy.typing as npt

_ZERO, _BITS, _MORE, _SIGN = 48, 5, 0x20, 0x10
_LOW = 0x1F
_STRIP_PIXELS = 500_000
_MOST_GROUPS = 8
"""Of five bits: numbers up to some hundred thousand millions."""


def mask_counts(inside: PixelMap, left: int, top: int, width: int, height: int) -> str:
    """The counts of a mask, as a text.

    Args:
        inside: of the mask's bounding box; not 0 where the mask is.
        left: the box's first column in the picture.
        top: its first row.
        width: of the picture, in pixels.
        height: of it.
    """
    raw = np.frombuffer(inside.unpack(), np.uint8).reshape(inside.height, inside.width)
    found: list[npt.NDArray[np.intp]] = []
    at_once = max(1, _STRIP_PIXELS // inside.height)
    for start in range(0, inside.width, at_once):
        part = raw[:, start : start + at_once].T
        columns = np.zeros((len(part), inside.height + 2), np.bool_)
        columns[:, 1:-1] = part != 0
        across, down = np.nonzero(columns[:, 1:] != columns[:, :-1])
        found.append((left + start + across) * height + top + down)
    # Where each column's runs begin and end, by turns.
    borders = np.concatenate(found)
    # A run that goes on from the bottom of a column to the top of the next is one.
    is_kept = np.ones(len(borders), np.bool_)
    goes_on = borders[1:-1:2] == borders[2::2]
    is_kept[1:-1:2] &= ~goes_on
    is_kept[2::2] &= ~goes_on
    return border_counts(borders[is_kept], width * height)


def border_counts(borders: npt.NDArray[np.int64], pixels: int) -> str:
    """The counts of a mask, as a text.

    Args:
        borders: where the mask begins and ends, by turns, counted column after column; each later
            than the one before.
        pixels: of the picture.
    """
    runs = np.diff(borders, prepend=0, append=pixels)
    return _text(runs[:-1] if runs[-1] == 0 else runs)


def pixels_inside(counts: str, pixels: int) -> int:
    """How many pixels a mask has.

    Args:
        counts: as `mask_counts` and `pycocotools` write them.
        pixels: of the picture.

    Raises:
        BadFieldError: no counts, or those of a mask of another picture.
    """
    return int(_runs(counts, pixels)[1::2].sum())


def mask_borders(counts: str, pixels: int) -> npt.NDArray[np.int64]:
    """Where a mask begins and ends, by turns, counted column after column; see `border_counts`.

    Args:
        counts: as `mask_counts` and `pycocotools` write them.
        pixels: of the picture.

    Raises:
        BadFieldError: no counts, or those of a mask of another picture.
    """
    borders = np.cumsum(_runs(counts, pixels))
    return borders if len(borders) % 2 == 0 else borders[:-1]


def mask_map(counts: str, box: tuple[int, int, int, int], width: int, height: int) -> PixelMap:
    """A mask's bounding box: 255 inside the mask, 0 outside.

    Args:
        counts: as `mask_counts` and `pycocotools` write them.
        box: the bounding box, `xyxy`, inside the picture.
        width: of the picture, in pixels.
        height: of it.

    Raises:
        BadFieldError: no counts, or those of a mask that does not lie in that box.
    """
    runs = _runs(counts, width * height)
    borders = np.cumsum(runs)
    left, top, right, bottom = box
    window = np.clip(borders, left * height, right * height)
    lengths = np.diff(window, prepend=left * height)
    values = np.where(np.arange(len(lengths)) % 2, np.uint8(255), np.uint8(0))
    cut = np.repeat(values, lengths).reshape(right - left, height)[:, top:bottom].T
    if np.count_nonzero(cut) != int(runs[1::2].sum()):
        raise BadFieldError("counts is not the mask of its box")
    return PixelMap.pack(right - left, bottom - top, cut.tobytes())


def _runs(counts: str, pixels: int) -> npt.NDArray[np.int64]:
    runs = _numbers(counts)
    if not runs.size or runs.min() < 0 or runs.max() > pixels:
        raise BadFieldError("counts holds what is no run length")
    if runs.sum() != pixels:
        raise BadFieldError("counts does not cover the picture")
    return runs


def _text(runs: npt.NDArray[np.int64]) -> str:
    left = runs.copy()
    left[3:] -= runs[1:-2]
    characters = np.zeros((len(runs), _MOST_GROUPS), np.uint8)
    is_there = np.zeros(characters.shape, np.bool_)
    goes_on = np.ones(len(runs), np.bool_)
    for group in range(_MOST_GROUPS):
        bits = left & _LOW
        left >>= _BITS
        is_there[:, group] = goes_on
        is_last = np.where(bits & _SIGN, left == -1, left == 0)
        characters[:, group] = bits + np.where(is_last, 0, _MORE) + _ZERO
        goes_on &= ~is_last
        if not goes_on.any():
            break
    return characters[is_there].tobytes().decode("ascii")


def _numbers(counts: str) -> npt.NDArray[np.int64]:
    groups = np.frombuffer(counts.encode("ascii", "replace"), np.uint8).astype(np.int64) - _ZERO
    ends = np.flatnonzero((groups & _MORE) == 0)
    if not groups.size or groups.min() < 0 or groups.max() > _MORE + _LOW:
        raise BadFieldError("counts holds characters that are none of its own")
    starts = np.concatenate([[0], ends[:-1] + 1])
    if ends.size == 0 or ends[-1] != len(groups) - 1 or (ends - starts).max() >= _MOST_GROUPS:
        raise BadFieldError("counts holds a number that does not end")
    place = np.arange(len(groups)) - np.repeat(starts, ends - starts + 1)
    numbers = np.add.reduceat((groups & _LOW) << (_BITS * place), starts)
    is_negative = (groups[ends] & _SIGN) != 0
    numbers -= np.where(is_negative, 1 << (_BITS * (place[ends] + 1)), 0)
    numbers[1::2] = np.cumsum(numbers[1::2])
    numbers[2::2] = np.cumsum(numbers[2::2])
    return numbers
