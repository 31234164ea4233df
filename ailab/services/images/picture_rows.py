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
        self._rows = _with_border(height, down)
        self._columns = _with_border(width, across) if across else None
        self.shape = height + 2 * down, width + 2 * across, channels

    def __getitem__(self, rows: slice | Integers) -> Pixels:
        """Some rows, shape (rows, width, channels)."""
        places = self._rows[rows]
        if isinstance(self._source, Image.Image):
            found = self._copied(self._source, places)
        else:
            found = self._source[places]
        return found if self._columns is None else found.take(self._columns, axis=1)

    def whole(self) -> Pixels:
        """All of them; `np.asarray` of what Pillow has would hold them twice for a moment."""
        if not isinstance(self._source, Image.Image) and self.shape == self._source.shape:
            return self._source
        pixels = np.empty(self.shape, np.uint8)
        at_once = max(1, _STRIP_PIXELS // self.shape[1])
        for top in range(0, len(pixels), at_once):
            pixels[top : top + at_once] = self[top : top + at_once]
        return pixels

    def _copied(self, image: Image.Image, places: Integers) -> Pixels:
        pixels = np.empty((len(places), image.width, self.shape[2]), np.uint8)
        ends = np.flatnonzero(np.diff(places) != 1) + 1
        for run in np.split(np.arange(len(places)), ends):
            if run.size:
                top, bottom = int(places[run[0]]), int(places[run[-1]]) + 1
                part = np.asarray(image.crop((0, top, image.width, bottom)))
                pixels[run[0] : run[-1] + 1] = part.reshape(len(run), *pixels.shape[1:])
        return pixels


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
