"""Messages between the window's process and the inference worker.

A frame is the mark `AIL1`, the length of a JSON object as a big-endian 32-bit number, the object
in UTF-8, and then its binary parts one after the other. The object's `parts` lists their names
and lengths: `[["label_map", 350000], …]`.

The worker runs models of strangers, so that what comes from it is data to be checked, never
code: no pickle, and no length is believed beyond its limit.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO, Any

_MARK = b"AIL1"
_HEADER = struct.Struct(">4sI")
_MOST_JSON = 64 * 2**20
_MOST_PARTS = 8
_MOST_PART = 2**30


class FrameError(Exception):
    """The bytes are no message: garbage, too long, or cut short."""


@dataclass(frozen=True, slots=True)
class Message:
    """A JSON object and its named binary parts."""

    body: Mapping[str, Any]
    parts: Mapping[str, bytes] = field(default_factory=dict)


def write_message(stream: IO[bytes], message: Message) -> None:
    """Write one message and flush.

    Raises:
        OSError: the other side has closed the pipe.
        ValueError: the object holds a number that is not finite.
    """
    sizes = [[name, len(data)] for name, data in message.parts.items()]
    text = json.dumps({**message.body, "parts": sizes}, allow_nan=False).encode()
    stream.write(_HEADER.pack(_MARK, len(text)))
    stream.write(text)
    stream.writelines(message.parts.values())
    stream.flush()


def read_message(stream: IO[bytes]) -> Message | None:
    """Read one message; None where the other side has closed the pipe between two messages.

    Raises:
        FrameError: the bytes are no message, or end in the middle of one.
        OSError: the pipe failed.
    """
    start = stream.read(_HEADER.size)
    if not start:
        return None
    if len(start) < _HEADER.size:
        raise FrameError("cut short in a header")
    mark, length = _HEADER.unpack(start)
    if mark != _MARK:
        raise FrameError(f"no message begins with {start!r}")
    if length > _MOST_JSON:
        raise FrameError(f"an object of {length} bytes is too long")
    try:
        body = json.loads(_read_exactly(stream, length))
    except (ValueError, RecursionError) as error:
        raise FrameError(f"not JSON: {error}") from error
    if not isinstance(body, dict):
        raise FrameError("not a JSON object")
    sizes = _part_sizes(body.pop("parts", []))
    return Message(body, {name: _read_exactly(stream, size) for name, size in sizes})


def _part_sizes(value: object) -> list[tuple[str, int]]:
    if not isinstance(value, list) or len(value) > _MOST_PARTS:
        raise FrameError("a bad list of parts")
    sizes = []
    for entry in value:
        match entry:
            case [str(name), int(size)] if 0 <= size <= _MOST_PART:
                sizes.append((name, size))
            case _:
                raise FrameError(f"a bad part: {entry!r:.100}")
    return sizes


def _read_exactly(stream: IO[bytes], size: int) -> bytes:
    data = stream.read(size)
    if len(data) != size:
        raise FrameError("cut short in the middle of a message")
    return data
