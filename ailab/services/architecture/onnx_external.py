"""Which other files an ONNX file keeps its tensors in.

A tensor says so by `external_data`, whose entry `location` is a path relative to the file's folder
(https://github.com/onnx/onnx/blob/main/docs/ExternalData.md). Tensors lie among a graph's
initializers and in its nodes' attributes, in graphs within these too. Weights are stepped over.
"""

from __future__ import annotations

import mmap
import posixpath
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from ailab.services.architecture.protobuf_fields import read_field
from ailab.services.hub.repo_path import can_be_made_here

# Where tensors can lie, by the field numbers of `onnx.proto3`.
_INNER: Mapping[str, Mapping[int, str]] = MappingProxyType(
    {
        "model": {7: "graph", 25: "function"},
        "function": {7: "node"},
        "graph": {1: "node", 5: "tensor", 15: "sparse"},
        "node": {5: "attribute"},
        "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse"},
        "sparse": {1: "tensor", 2: "tensor"},
        "tensor": {13: "entry"},
        "entry": {},
    }
)
_KEY, _VALUE = 1, 2
_LOCATION = b"location"
_MOST_FIELDS = 2_000_000
_MOST_NAMES = 10_000
_LONGEST_NAME = 1024


def external_locations(path: Path) -> frozenset[str]:
    """The locations that the tensors of a file on this disk name; see `locations_in`.

    Raises:
        OSError: the file cannot be read.
        ValueError: as there.
    """
    with path.open("rb") as file:
        if not file.read(1):
            return frozenset()
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return locations_in(data)


def files_inside(graph: str, locations: Iterable[str]) -> frozenset[str]:
    """The files that locations mean; what lies elsewhere, ONNX Runtime refuses to read.

    Args:
        graph: POSIX path of the file that names them, relative to the model's folder.
        locations: as its tensors name them.

    Returns:
        Paths relative to the model's folder, of files in the graph's own folder or deeper.
    """
    folder = posixpath.dirname(graph)
    paths = (posixpath.normpath(posixpath.join(folder, name)) for name in locations)
    own = f"{folder}/" if folder else ""
    return frozenset(path for path in paths if path.startswith(own) and can_be_made_here(path))


def locations_in(data: bytes | mmap.mmap) -> frozenset[str]:
    """The locations that tensors name, as they stand there; whoever wrote the file is not trusted.

    Args:
        data: the whole file.

    Raises:
        ValueError: it is not well formed, or of more fields or names than a model has.
    """
    found: set[str] = set()
    messages = [("model", 0, len(data))]
    count = 0
    while messages:
        kind, place, end = messages.pop()
        inner = _INNER[kind]
        key = name = b""
        while place < end:
            count += 1
            if count > _MOST_FIELDS:
                raise ValueError(f"more than {_MOST_FIELDS} fields")
            number, value, start, place = read_field(data, place)
            if place > end:
                raise ValueError(f"field {number} ends beyond its message")
            if value is not None:
                continue
            if number in inner:
                messages.append((inner[number], start, place))
            elif kind == "entry" and number == _KEY:
                key = _beginning(data, start, place)
            elif kind == "entry" and number == _VALUE:
                name = _beginning(data, start, place)
        if key == _LOCATION and 0 < len(name) <= _LONGEST_NAME:
            found.add(name.decode("utf-8", "replace"))
            if len(found) > _MOST_NAMES:
                raise ValueError(f"more than {_MOST_NAMES} files of tensors")
    return frozenset(found)


def _beginning(data: bytes | mmap.mmap, start: int, end: int) -> bytes:
    """A text, or as much of it as tells that it is too long: it may have gigabytes."""
    return data[start : min(end, start + _LONGEST_NAME + 1)]
