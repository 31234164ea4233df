"""Whether a file can be an ONNX model, and what it takes, told without reading its weights.

An `.onnx` file is one `ModelProto` in protobuf's wire format: fields one after the other, each a
tag (a varint: field number × 8 + wire type) and a value whose length the wire type tells
(https://protobuf.dev/programming-guides/encoding). In `onnx.proto3`, field 7 is `graph`, which
holds the network and all its weights, and field 8 is `opset_import`; ONNX Runtime runs nothing
without either. In the graph, field 11 is an `input`, whose field 1 is its name. Values are
skipped, so that a file of gigabytes costs as little as a small one; one that was cut off ends
within a value.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from ailab.services.inference.inference_errors import ModelFileError

_GRAPH, _OPSET_IMPORT = 7, 8
_INPUT, _NAME = 11, 1
_LONGEST_NAME = 1000
_VARINT, _FIXED64, _LENGTH_DELIMITED, _FIXED32 = 0, 1, 2, 5
_FIXED_SIZES = {_FIXED64: 8, _FIXED32: 4}
_MOST_FIELDS = 100_000
_LONGEST_VARINT = 10
_GIT_LFS = b"version https://git-lfs"
_AGAIN = "Download it again, or choose another variant of the model."


def check_onnx_file(path: Path) -> None:
    """Refuse a file that is cut off, or is no ONNX model at all; damage deeper inside may remain.

    Args:
        path: the `.onnx` file, or a link to it.

    Raises:
        ModelFileError: it is missing, unreadable, empty, cut off or something else.
    """
    try:
        if not path.is_file():
            raise ModelFileError(
                f"The model's file {path.name} is missing.", "Download it again, or choose another."
            )
        with path.open("rb") as file:
            end = file.seek(0, os.SEEK_END)
            found = {number for number, _, _ in _fields(file, 0, end)}
    except OSError as error:
        raise ModelFileError(
            f"The model's file {path.name:.200} cannot be read.",
            "Check that you may read it, or download it again.",
            detail=str(error),
        ) from error
    except ValueError as error:
        raise no_onnx_file(path, str(error)) from error
    if not {_GRAPH, _OPSET_IMPORT} <= found:
        raise no_onnx_file(path, "the graph or the operator set is missing")


def no_onnx_file(path: Path, detail: str) -> ModelFileError:
    """The error that says what a file is that is no whole ONNX model."""
    with path.open("rb") as file:
        start = file.read(len(_GIT_LFS))
    if start == _GIT_LFS:
        return ModelFileError(
            f"{path.name} is only a pointer to the real file, as Git leaves it without Git LFS.",
            "Fetch the file itself with “git lfs pull”, or download it from the model's page.",
            detail=detail,
        )
    what = "is damaged, or is no ONNX model" if start else "is empty (0 bytes)"
    return ModelFileError(f"{path.name} {what}.", _AGAIN, detail=detail)


def onnx_inputs(path: Path) -> frozenset[str]:
    """The names of a graph's inputs.

    Args:
        path: an `.onnx` file that `check_onnx_file` has let pass.

    Raises:
        ModelFileError: it is damaged deeper inside.
    """
    names = set()
    turns = iter(range(_MOST_FIELDS))  # for all together: messages in messages may be many
    try:
        with path.open("rb") as file:
            end = file.seek(0, os.SEEK_END)
            graphs = [place for number, *place in _fields(file, 0, end, turns) if number == _GRAPH]
            inputs = [
                place
                for start, stop in graphs
                for number, *place in _fields(file, start, stop, turns)
                if number == _INPUT
            ]
            for start, stop in inputs:
                for number, first, last in _fields(file, start, stop, turns):
                    if number == _NAME:
                        file.seek(first)
                        names.add(file.read(min(last - first, _LONGEST_NAME)).decode())
    except (OSError, ValueError) as error:
        raise no_onnx_file(path, str(error)) from error
    return frozenset(names)


def _fields(
    file: BinaryIO, start: int, end: int, turns: Iterator[int] | None = None
) -> Iterator[tuple[int, int, int]]:
    """Number, start and end of each length-delimited field of a message; ValueError for nonsense.

    The file may be read elsewhere in between. Of `turns`, each field takes one.
    """
    place = start
    for _ in range(_MOST_FIELDS) if turns is None else turns:
        if place == end:
            return
        file.seek(place)
        number, wire_type = divmod(_varint(file), 8)
        if wire_type == _VARINT:
            _varint(file)
            length = 0
        elif wire_type == _LENGTH_DELIMITED:
            length = _varint(file)
        elif wire_type in _FIXED_SIZES:
            length = _FIXED_SIZES[wire_type]
        else:
            raise ValueError(f"wire type {wire_type} before byte {file.tell()}")
        first = file.tell()
        if number == 0 or first + length > end:
            raise ValueError(f"field {number} at byte {place} of {end} ends at {first + length}")
        place = first + length
        if wire_type == _LENGTH_DELIMITED:
            yield number, first, place
    raise ValueError(f"more than {_MOST_FIELDS} fields")


def _varint(file: BinaryIO) -> int:
    """Seven bits a byte, the lowest first; the eighth says that another follows."""
    value = 0
    for index in range(_LONGEST_VARINT):
        byte = file.read(1)
        if not byte:
            raise ValueError("the file ends within a number")
        value |= (byte[0] & 0x7F) << (7 * index)
        if byte[0] < 0x80:
            return value
    raise ValueError(f"a number of more than {_LONGEST_VARINT} bytes before byte {file.tell()}")
