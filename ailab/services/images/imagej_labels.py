"""The labels that ImageJ gives the pages of a stack, in tags of its own.

Source: `ij.io.TiffDecoder.getMetaData` (https://imagej.net/ij/developer/source/): tag 50838 has the
number of bytes of each entry of tag 50839, of a head first, which says how many entries of which
kinds follow. Numbers and letters (UTF-16) are in the file's order of bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence

BYTE_COUNTS_TAG, METADATA_TAG = 50838, 50839
_MAGIC, _LABELS = 0x494A494A, 0x6C61626C
"""`IJIJ` and `labl`."""

_SHORTEST_HEAD, _LONGEST_HEAD = 12, 804
_MOST_BYTES = 2**24
"""Of all labels together: a stack of 100,000 pages has some 12 MB. What has more, has none."""


def imagej_labels(
    read: Callable[[int, int], bytes], order: str, byte_counts: Sequence[int]
) -> tuple[str, ...]:
    """A label for each page, in order, empty where one has none; nothing where there are none.

    Args:
        read: so many bytes from a place in the tag 50839; fewer where it ends before.
        order: of bytes, `<` or `>`.
        byte_counts: what tag 50838 holds.
    """
    head_bytes = byte_counts[0] if byte_counts else 0
    if not _SHORTEST_HEAD <= head_bytes <= _LONGEST_HEAD or head_bytes % 8 != 4:
        return ()
    head = read(0, head_bytes)
    if len(head) != head_bytes:
        return ()
    magic, *kinds = struct.unpack(f"{order}{head_bytes // 4}I", head)
    if magic != _MAGIC:
        return ()
    entry = 1
    for kind, count in zip(kinds[::2], kinds[1::2], strict=True):
        if count > len(byte_counts) - entry:
            return ()
        if kind == _LABELS:
            start, sizes = sum(byte_counts[:entry]), byte_counts[entry : entry + count]
            return _texts(read(start, min(sum(sizes), _MOST_BYTES)), order, sizes)
        entry += count
    return ()


def _texts(data: bytes, order: str, sizes: Sequence[int]) -> tuple[str, ...]:
    if sum(sizes) != len(data):
        return ()
    encoding, place, found = "utf-16-le" if order == "<" else "utf-16-be", 0, []
    for size in sizes:
        found.append(data[place : place + size].decode(encoding, "replace"))
        place += size
    return tuple(found)
