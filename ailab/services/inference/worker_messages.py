"""Messages between the window's process and the inference worker.

A frame is the mark `AIL1`, the length of a JSON object as a big-endian 32-bit number, the object
in UTF-8, and then its binary parts one after the other. The object's `parts` lists their names
and lengths: `[["label_map", 350000], …]`. A third number says that a part lies in the memory that
both sides share (see `shared_block`), and where, and not in the frame.

The worker runs models of strangers, so that what comes from it is data to be checked, never
code: no pickle, and no length is believed beyond its limit.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import IO, Any

from ailab.services.inference.message_limits import MessageLimits

_MARK = b"AIL1"
_HEADER = struct.Struct(">4sI")
_USUAL = MessageLimits()


class FrameError(Exception):
    """The bytes are no message: garbage, too long, or cut short."""


@dataclass(frozen=True, slots=True)
class Message:
    """A JSON object and its named binary parts."""

    body: Mapping[str, Any]
    parts: Mapping[str, bytes] = field(default_factory=dict)


def write_message(
    stream: IO[bytes], message: Message, put: Callable[[bytes], int | None] | None = None
) -> None:
    """Write one message and flush.

    Args:
        stream: the pipe.
        message: what to write.
        put: puts a part into the shared memory, and tells where; None where it is to go through
            the pipe.

    Raises:
        OSError: the other side has closed the pipe.
        ValueError: the object holds a number that is not finite.
    """
    sizes: list[list[str | int]] = []
    piped: list[bytes] = []
    for name, data in message.parts.items():
        place = None if put is None else put(data)
        sizes.append([name, len(data)] if place is None else [name, len(data), place])
        if place is None:
            piped.append(data)
    text = json.dumps({**message.body, "parts": sizes}, allow_nan=False).encode()
    stream.write(_HEADER.pack(_MARK, len(text)))
    stream.write(text)
    stream.writelines(piped)
    stream.flush()


def read_message(
    stream: IO[bytes],
    get: Callable[[int, int], bytes] | None = None,
    limits: MessageLimits = _USUAL,
) -> Message | None:
    """Read one message; None where the other side has closed the pipe between two messages.

    Args:
        stream: the pipe.
        get: reads bytes of the shared memory, by their place and number.
        limits: what is believed of its lengths.

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
    if length > limits.text:
        raise FrameError(f"an object of {length} bytes is too long")
    try:
        body = json.loads(_read_exactly(stream, length))
    except (ValueError, RecursionError) as error:
        raise FrameError(f"not JSON: {error}") from error
    if not isinstance(body, dict):
        raise FrameError("not a JSON object")
    parts = {}
    for name, size, place in _part_places(body.pop("parts", []), limits):
        if place is None:
            parts[name] = _read_exactly(stream, size)
        elif get is None or len(data := get(place, size)) != size:
            raise FrameError("a part that lies nowhere")
        else:
            parts[name] = data
    return Message(body, parts)


def _part_places(value: object, limits: MessageLimits) -> list[tuple[str, int, int | None]]:
    if not isinstance(value, list) or len(value) > limits.parts:
        raise FrameError("a bad list of parts")
    places: list[tuple[str, int, int | None]] = []
    for entry in value:
        match entry:
            case [str(name), int(size)] if 0 <= size <= limits.part:
                places.append((name, size, None))
            case [str(name), int(size), int(place)] if 0 <= size <= limits.part:
                places.append((name, size, place))
            case _:
                raise FrameError(f"a bad part: {entry!r:.100}")
    return places


def _read_exactly(stream: IO[bytes], size: int) -> bytes:
    data = stream.read(size)
    if len(data) != size:
        raise FrameError("cut short in the middle of a message")
    return data
