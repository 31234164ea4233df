"""How many frames a GIF has, counted block by block and no further than to a bound.

Pillow counts all, and looks into each: of millions that do nothing it takes minutes, and each look
at the file takes them anew.

Source: the grammar of GIF89a (CompuServe, 1990), read as leniently as Pillow does: what is no block
is passed over, and what is cut off counts as far as it is there.
"""

from __future__ import annotations

from typing import BinaryIO

_EXTENSION, _FRAME, _END = 0x21, 0x2C, 0x3B
_HEAD, _DESCRIPTOR = 13, 9
_PALETTE = 0x80
_PIECE = 2**16


def gif_frames(file: BinaryIO, most: int) -> int:
    """The frames of a GIF.

    Args:
        file: open, and left where it was.
        most: where the counting ends.

    Returns:
        From 1 to `most`.
    """
    place = file.tell()
    try:
        file.seek(0)
        blocks = _Blocks(file)
        return max(1, _counted(blocks, most))
    finally:
        file.seek(place)


def _counted(blocks: _Blocks, most: int) -> int:
    head = blocks.take(_HEAD)
    blocks.skip_palette(head[10:11])
    frames = 0
    while frames < most and (kind := blocks.take(1)) and kind[0] != _END:
        if kind[0] == _EXTENSION:
            blocks.take(1)
            blocks.skip_data()
        elif kind[0] == _FRAME:
            frames += 1
            blocks.skip_palette(blocks.take(_DESCRIPTOR)[8:9])
            blocks.take(1)
            blocks.skip_data()
    return frames


class _Blocks:
    """The bytes of a file, piece by piece."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._piece = b""
        self._place = 0

    def take(self, size: int) -> bytes:
        """The next bytes; fewer where the file ends."""
        end = self._place + size
        if end > len(self._piece):
            self._piece = self._piece[self._place :] + self._file.read(max(_PIECE, size))
            self._place, end = 0, size
        taken = self._piece[self._place : end]
        self._place = end
        return taken

    def skip_palette(self, flags: bytes) -> None:
        """Pass over the colours, where the flags tell of some."""
        if flags and flags[0] & _PALETTE:
            self.take(3 << (flags[0] & 7) + 1)

    def skip_data(self) -> None:
        """Pass over pieces of data, each behind its length, to the empty one that ends them."""
        while (size := self.take(1)) and size[0]:
            self.take(size[0])
