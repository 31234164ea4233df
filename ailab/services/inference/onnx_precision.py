"""In which numbers an ONNX model's weights are kept, told without reading them.

In `onnx.proto3`, field 7 of the model is its graph, field 5 of that an `initializer`, and of this
field 1 are its dimensions and field 2 its type of data (1: float32, 10: float16, 16: bfloat16).
Source: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from mmap import ACCESS_READ, mmap
from pathlib import Path

from ailab.services.inference.precision import BFLOAT16, FLOAT16, FLOAT32

_GRAPH, _INITIALIZER, _DIMS, _DATA_TYPE = 7, 5, 1, 2
_NAMES = {1: FLOAT32, 10: FLOAT16, 16: BFLOAT16}
_VARINT, _FIXED64, _LENGTH_DELIMITED, _FIXED32 = 0, 1, 2, 5
_FIXED_SIZES = {_FIXED64: 8, _FIXED32: 4}
_MOST_FIELDS = 50_000
_MOST_DIMS = 64
_HEAD = 8
"""Fields of an initializer that are read: its dimensions and type come before its data."""


def weights_precision(files: Iterable[Path]) -> str:
    """The numbers that most of a model's weights are; empty where they are of another kind.

    Args:
        files: its `.onnx` files; what cannot be read in them counts as unknown.
    """
    counts: Counter[int] = Counter()
    for path in files:
        try:
            with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
                _count(data, counts)
        except (OSError, ValueError, IndexError):
            return ""
    most = counts.most_common(1)
    return _NAMES.get(most[0][0], "") if most else ""


def _count(data: mmap, counts: Counter[int]) -> None:
    left = iter(range(_MOST_FIELDS))
    for number, _, start, end in _fields(data, 0, len(data), left):
        if number != _GRAPH:
            continue
        for inner, _, first, last in _fields(data, start, end, left):
            if inner == _INITIALIZER:
                kind, size = _tensor(data, first, last)
                counts[kind] += size


def _tensor(data: mmap, start: int, end: int) -> tuple[int, int]:
    kind, dims = 0, list[int]()
    for number, value, first, last in _fields(data, start, end, iter(range(_HEAD))):
        if number == _DATA_TYPE:
            kind = value
        elif number == _DIMS and first == last:
            dims.append(value)
        elif number == _DIMS:
            dims += _packed(data, first, last)
    return kind, math.prod(dims)


def _packed(data: mmap, place: int, end: int) -> Iterator[int]:
    for _ in range(_MOST_DIMS):
        if place >= end:
            return
        value, place = _varint(data, place)
        yield value


def _fields(
    data: mmap, place: int, end: int, turns: Iterator[int]
) -> Iterator[tuple[int, int, int, int]]:
    """Number, value where it is a varint, and where the content starts and ends, of each field.

    Of `turns`, each field takes one; the rest is left out where they are used up.
    """
    while place < end and next(turns, None) is not None:
        tag, place = _varint(data, place)
        number, wire_type = divmod(tag, 8)
        value = length = 0
        if wire_type == _VARINT:
            value, place = _varint(data, place)
        elif wire_type == _LENGTH_DELIMITED:
            length, place = _varint(data, place)
        elif wire_type in _FIXED_SIZES:
            length = _FIXED_SIZES[wire_type]
        else:
            raise ValueError("no field of protobuf")
        if place + length > end:
            raise ValueError("a field ends behind its message")
        yield number, value, place, place + length
        place += length


def _varint(data: mmap, place: int) -> tuple[int, int]:
    """A number of seven bits a byte, the lowest first, and where it ends."""
    value = shift = 0
    while shift < 70:
        byte = data[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place
        shift += 7
    raise ValueError("a number of too many bytes")
