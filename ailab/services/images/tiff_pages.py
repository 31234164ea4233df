"""Where the pages of a TIFF lie, and one of them as if it were the first.

Read here rather than by Pillow, which reads all tags of all pages before the one that is wanted:
of a stack of thousands of planes, each would wait for those before it.
"""

from __future__ import annotations

import io
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from ailab.services.images.imagej_labels import BYTE_COUNTS_TAG, METADATA_TAG, imagej_labels
from ailab.services.images.page_choice import MOST_PAGES
from ailab.services.images.page_names import channel_names

_ORDERS = {b"II": "<", b"MM": ">"}
_CLASSIC, _BIG = 42, 43
_IMAGEJ = "ImageJ="
_BYTE, _ASCII, _LONG = 1, 2, 4
_SIZES = {_BYTE: 1, _ASCII: 1, _LONG: 4}
_DESCRIPTION_TAG = 270
_READ_TAGS = frozenset({_DESCRIPTION_TAG, BYTE_COUNTS_TAG, METADATA_TAG})
_MOST_FURTHER = 1000
"""Of what ImageJ keeps beside the labels of pages: ranges, look-up tables, overlays."""

_LONGEST_DESCRIPTION = 2**18
_MOST_TAGS = 4096
_MOST_KNOWN = 4
_KNOWN: dict[tuple[int, ...], TiffPages] = {}
"""Of the files read last, by what `_version` tells of them."""


@dataclass(frozen=True, slots=True)
class TiffPages:
    """The image file directories of a TIFF (TIFF 6.0, and BigTIFF).

    Attributes:
        head: the file's first bytes, as far as they say where the first directory lies.
        offsets: of the directories, in order; `MOST_PAGES` at most.
        is_cut: the last of them leads beyond the end of the file.
        description: the first page's `ImageDescription`, in which ImageJ and OME tell what the
            pages are; cut where it is very long.
        channels: what the channels are called, in order, by OME or by ImageJ's labels of the
            pages; none where they have no names.
    """

    head: bytes
    offsets: tuple[int, ...]
    is_cut: bool
    description: str
    channels: tuple[str, ...] = ()

    def file_of(self, file: BinaryIO, page: int) -> BinaryIO:
        """The same file, with a page as its first; `page` from 1."""
        order = _ORDERS[self.head[:2]]
        form, start = ("Q", 8) if len(self.head) > 8 else ("I", 4)
        head = self.head[:start] + struct.pack(order + form, self.offsets[page - 1])
        return io.BufferedReader(_OtherHead(file, head))


@dataclass(frozen=True, slots=True)
class _Form:
    """How numbers are written: `struct` formats of how many tags, of a tag, of an offset."""

    count: str
    tag: str
    offset: str


_FORMS = {_CLASSIC: _Form("H", "HHI4s", "I"), _BIG: _Form("Q", "HHQ8s", "Q")}


def read_tiff_pages(file: BinaryIO) -> TiffPages | None:
    """Where a TIFF's pages lie; None for another file. A chain that bites its tail ends there.

    What was found in the last files is kept: each page of a stack is asked for by itself, and of
    thousands the way to all of them takes longer than the page.

    Args:
        file: open, and left where it was.
    """
    version = _version(file)
    if version is not None and (known := _KNOWN.get(version)) is not None:
        return known
    place = file.tell()
    try:
        pages = _read(file)
    finally:
        file.seek(place)
    if version is not None and pages is not None and len(pages.offsets) > 1:
        for oldest in list(_KNOWN)[: 1 - _MOST_KNOWN]:
            _KNOWN.pop(oldest, None)  # another thread may have been faster
        _KNOWN[version] = pages
    return pages


def _version(file: BinaryIO) -> tuple[int, ...] | None:
    """What tells a file, as it is now, from all others; None where it lies on no disk."""
    try:
        found = os.fstat(file.fileno())
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def first_tag_counts(file: BinaryIO) -> dict[int, int]:
    """How many values each tag of the first directory has, by its number; none of no TIFF."""
    length = file.seek(0, os.SEEK_END)
    if (begun := _begun(file)) is None:
        return {}
    _, order, form, offset = begun
    return {tag[0]: tag[2] for tag in _tags(file, length, order, form, offset)}


def _begun(file: BinaryIO) -> tuple[bytes, str, _Form, int] | None:
    """The first bytes, the order of bytes, the form, and where the first directory lies."""
    file.seek(0)
    head = file.read(16)
    order = _ORDERS.get(head[:2])
    if order is None or len(head) < 8:
        return None
    form = _FORMS.get(struct.unpack(order + "H", head[2:4])[0])
    if form is None or (form.offset == "Q" and len(head) < 16):
        return None
    start = 8 if form.offset == "Q" else 4
    (offset,) = struct.unpack(order + form.offset, head[start : 2 * start])
    return head[: 2 * start], order, form, offset


def _read(file: BinaryIO) -> TiffPages | None:
    length = file.seek(0, os.SEEK_END)
    if (begun := _begun(file)) is None:
        return None
    head, order, form, offset = begun
    offsets: dict[int, None] = {}
    while offset and offset not in offsets and len(offsets) < MOST_PAGES:
        following = _following(file, length, order, form, offset)
        if following is None:
            break
        offsets[offset] = None
        offset = following
    is_cut = bool(offset) and offset not in offsets and len(offsets) < MOST_PAGES
    first = next(iter(offsets), None)
    told = _First(file, length, order, form, first or 0)
    description = "" if first is None else told.description()
    labels = told.labels() if description.startswith(_IMAGEJ) else ()
    names = tuple(channel_names(description, labels))
    return TiffPages(head, tuple(offsets), is_cut, description, names)


def _following(file: BinaryIO, length: int, order: str, form: _Form, offset: int) -> int | None:
    """Where the next directory lies, 0 for none; None where this one is not whole."""
    count = _number(file, length, order + form.count, offset)
    if count is None:
        return None
    end = offset + struct.calcsize(order + form.count) + count * struct.calcsize(order + form.tag)
    return _number(file, length, order + form.offset, end)


def _number(file: BinaryIO, length: int, form: str, place: int) -> int | None:
    size = struct.calcsize(form)
    if place + size > length:
        return None
    file.seek(place)
    data = file.read(size)
    return int(struct.unpack(form, data)[0]) if len(data) == size else None


def _tags(
    file: BinaryIO, length: int, order: str, form: _Form, offset: int
) -> Iterator[tuple[int, int, int, bytes]]:
    """Number, kind, how many values, and the values or where they lie, of a directory's tags."""
    count = _number(file, length, order + form.count, offset) or 0
    size = struct.calcsize(order + form.tag)
    data = file.read(min(count, _MOST_TAGS) * size)
    for place in range(0, len(data) - size + 1, size):
        yield struct.unpack_from(order + form.tag, data, place)


class _First:
    """What the tags of the first directory say of all pages."""

    def __init__(self, file: BinaryIO, length: int, order: str, form: _Form, offset: int) -> None:
        self._file, self._length, self._order, self._form = file, length, order, form
        tags = _tags(file, length, order, form, offset)
        self._tags = {tag[0]: tag for tag in tags if tag[0] in _READ_TAGS}

    def description(self) -> str:
        """The `ImageDescription`; empty where there is none."""
        data = self._data(_DESCRIPTION_TAG, _ASCII, 0, _LONGEST_DESCRIPTION)
        return data.partition(b"\0")[0].decode("utf-8", "replace")

    def labels(self) -> tuple[str, ...]:
        """ImageJ's of the pages; none where there are none."""
        counts = self._data(BYTE_COUNTS_TAG, _LONG, 0, 4 * (MOST_PAGES + _MOST_FURTHER))
        sizes = struct.unpack(f"{self._order}{len(counts) // 4}I", counts[: len(counts) // 4 * 4])

        def read(start: int, size: int) -> bytes:
            return self._data(METADATA_TAG, _BYTE, start, size)

        return imagej_labels(read, self._order, sizes)

    def _data(self, number: int, kind: int, start: int, size: int) -> bytes:
        """Bytes of a tag's values; fewer where they, or the file, end before."""
        told = self._tags.get(number)
        if told is None or told[1] != kind:
            return b""
        _, _, count, value = told
        size = max(0, min(size, count * _SIZES[kind] - start))
        if count * _SIZES[kind] <= len(value):
            return bytes(value[start : start + size])
        (place,) = struct.unpack(self._order + self._form.offset, value)
        if place + start >= self._length:
            return b""
        self._file.seek(place + start)
        return self._file.read(size)


class _OtherHead(io.RawIOBase):
    """A file whose first bytes are others.

    Args:
        file: stays open when this is closed.
        head: the first bytes.
    """

    def __init__(self, file: BinaryIO, head: bytes) -> None:
        super().__init__()
        self._file = file
        self._head = head
        self._place = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def fileno(self) -> int:
        """That of the file itself: libtiff reads from there, and is told which directory."""
        return self._file.fileno()

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        if whence == os.SEEK_END:
            offset += self._file.seek(0, os.SEEK_END)
        elif whence == os.SEEK_CUR:
            offset += self._place
        self._place = max(0, offset)
        return self._place

    def readinto(self, buffer: Any) -> int:
        if self._place < len(self._head):
            data = self._head[self._place : self._place + len(buffer)]
        else:
            self._file.seek(self._place)
            data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        self._place += len(data)
        return len(data)
