"""Protobuf's wire format, as far as an outline needs it.

A message is fields one after the other: a tag (a varint: field number × 8 + wire type) and a value
whose length the wire type tells (https://protobuf.dev/programming-guides/encoding).
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from mmap import mmap

from ailab.services.architecture.byte_walk import Ask, ByteWindow

_VARINT, _FIXED64, _LENGTH_DELIMITED, _FIXED32 = 0, 1, 2, 5
_FIXED_SIZES = {_FIXED64: 8, _FIXED32: 4}
_LONGEST_VARINT = 10
_LONGEST_TEXT = 4096
_LONGEST_TAG = 2 * _LONGEST_VARINT

Field = tuple[int, int | None, int, int]
"""Its number; its value, where that is a varint; where its bytes begin and end."""


def read_field(data: bytes | mmap, place: int) -> Field:
    """The field at a place; its bytes may lie beyond the data.

    Raises:
        ValueError: it is not well formed, or its head is cut off.
    """
    tag, place = _varint(data, place)
    number, wire_type = divmod(tag, 8)
    if number == 0:
        raise ValueError("a field without a number")
    if wire_type == _VARINT:
        value, end = _varint(data, place)
        return number, value, place, end
    if wire_type == _LENGTH_DELIMITED:
        length, place = _varint(data, place)
        return number, None, place, place + length
    if wire_type in _FIXED_SIZES:
        return number, None, place, place + _FIXED_SIZES[wire_type]
    raise ValueError(f"a field of wire type {wire_type}")


Part = tuple[int, int | None, bytes]
"""A field's number, its value where that is a varint, else its bytes."""


def fields_of(data: bytes) -> Iterator[Part]:
    """The fields of a whole message.

    Raises:
        ValueError: it is not well formed.
    """
    place = 0
    while place < len(data):
        number, value, start, end = read_field(data, place)
        if end > len(data):
            raise ValueError(f"field {number} ends beyond its message")
        yield number, value, b"" if value is not None else data[start:end]
        place = end


def far_field(window: ByteWindow, place: int, end: int) -> Generator[Ask, bytes, Field]:
    """The field at a place of the file, within a message that ends at `end`.

    Raises:
        ValueError: it is not well formed, or longer than its message.
    """
    head = yield from window.take_some(place, min(_LONGEST_TAG, end - place))
    number, value, start, stop = read_field(head, 0)
    if place + stop > end:
        raise ValueError(f"field {number} at byte {place} ends beyond its message")
    return number, value, place + start, place + stop


def signed(value: int) -> int:
    """An `int64` from its varint."""
    return value - 2**64 if value >= 2**63 else value


def packed_varints(data: bytes) -> Iterator[int]:
    """Varints one after the other.

    Raises:
        ValueError: the last one is cut off.
    """
    place = 0
    while place < len(data):
        value, place = _varint(data, place)
        yield value


def text_of(data: bytes) -> str:
    """A text, at most 4096 bytes of it, without characters that no terminal should see."""
    text = data[:_LONGEST_TEXT].decode("utf-8", errors="replace")
    return "".join(letter if letter.isprintable() else "�" for letter in text)


def _varint(data: bytes | mmap, place: int) -> tuple[int, int]:
    value = 0
    for index, byte in enumerate(data[place : place + _LONGEST_VARINT]):
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            if value >= 2**64:
                raise ValueError("a number of more than 64 bits")
            return value, place + index + 1
    raise ValueError("a number that does not end")
