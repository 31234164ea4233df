"""A picture's pixels, some rows at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    import numpy.typing as npt

    Pixels = npt.NDArray[np.uint8]
    Integers = npt.NDArray[np.integer[Any]]

_STRIP_PIXELS = 1_000_000


class PictureRows:
    """What is asked for is copied out of a picture: a copy of all is as large as the picture.

    Args:
        source: R, G, B or one channel: shape (height, width, channels), or as Pillow has it.
        border: rows and columns that it seems to have more on each side, mirrored about the middle
            of its outermost pixels, as `numpy.pad(mode="reflect")` does it.

    Attributes:
        shape: height, width and channels, with the border.
    """

    def __init__(self, source: Pixels | Image.Image, border: tuple[int, int] = (0, 0)) -> None:
        if isinstance(source, Image.Image):
            height, width, channels = source.height, source.width, len(source.getbands())
        else:
            height, width, channels = source.shape
        down, across = border
        self._source = source
        self._rows = _with_border(height, down) if down else None
        self._columns = _with_border(width, across) if across else None
        self.shape = height + 2 * down, width + 2 * across, channels

    def __getitem__(self, rows: slice | Integers) -> Pixels:
        """Some rows, shape (rows, width, channels)."""
        if self._rows is not None:
            rows = self._rows[rows]
        if not isinstance(self._source, Image.Image):
            found = self._source[rows]
        elif isinstance(rows, slice):
            top, bottom, _ = rows.indices(self._source.height)
            found = self._copied(self._source, top, bottom)
        else:
            ends = np.flatnonzero(np.diff(rows) != 1) + 1
            runs = [(int(run[0]), int(run[-1]) + 1) for run in np.split(rows, ends) if run.size]
            none = self._copied(self._source, 0, 0)
            found = np.concatenate([none, *(self._copied(self._source, *run) for run in runs)])
        return found if self._columns is None else found.take(self._columns, axis=1)

    def whole(self) -> Pixels:
        """All of them; `np.asarray` of what Pillow has would hold them twice for a moment."""
        if not isinstance(self._source, Image.Image) and self.shape == self._source.shape:
            return self._source
        height, width, _ = self.shape
        at_once = max(1, _STRIP_PIXELS // width)
        if at_once >= height:
            return self[:]
        pixels = np.empty(self.shape, np.uint8)
        for top in range(0, height, at_once):
            pixels[top : top + at_once] = self[top : top + at_once]
        return pixels

    def _copied(self, image: Image.Image, top: int, bottom: int) -> Pixels:
        """Rows that lie below each other."""
        is_all = (top, bottom) == (0, image.height)
        part = image if is_all else image.crop((0, top, image.width, max(top, bottom)))
        return np.asarray(part).reshape(max(0, bottom - top), image.width, self.shape[2])


def mirrored_places(places: npt.NDArray[Any], length: int) -> npt.NDArray[Any]:
    """Places beyond the ends, reflected about the middle of the outermost ones."""
    if length == 1:
        return np.zeros_like(places)
    period = 2 * (length - 1)
    inside = np.abs(places) % period
    reflected: npt.NDArray[Any] = np.where(inside > length - 1, period - inside, inside)
    return reflected


def _with_border(length: int, border: int) -> npt.NDArray[np.intp]:
    return mirrored_places(np.arange(-border, length + border), length)
