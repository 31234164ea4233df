"""Frames between the window and the worker."""

from __future__ import annotations

import io
import struct

import pytest

from ailab.services.inference.message_limits import MessageLimits
from ailab.services.inference.worker_messages import (
    FrameError,
    Message,
    read_message,
    write_message,
)


def frame(message: Message) -> bytes:
    stream = io.BytesIO()
    write_message(stream, message)
    return stream.getvalue()


def test_that_messages_come_out_as_they_went_in_one_after_the_other() -> None:
    first = Message({"id": 1, "text": "ä\udcff"}, {"map": b"\0\1\xff", "empty": b""})
    second = Message({"id": 2})
    stream = io.BytesIO(frame(first) + frame(second))
    assert read_message(stream) == first
    assert read_message(stream) == second
    assert read_message(stream) is None


def test_that_a_message_cut_short_anywhere_is_refused() -> None:
    whole = frame(Message({"id": 1}, {"map": b"12345"}))
    for length in range(1, len(whole)):
        with pytest.raises(FrameError):
            read_message(io.BytesIO(whole[:length]))


@pytest.mark.parametrize(
    "data",
    [
        b"Hello from a library that prints\n",
        struct.pack(">4sI", b"AIL1", 2**32 - 1),
        struct.pack(">4sI", b"AIL1", 3) + b"{}}",
        struct.pack(">4sI", b"AIL1", 2) + b"[]",
        struct.pack(">4sI", b"AIL1", 2) + b"\xff\xfe",
        struct.pack(">4sI", b"AIL1", 12) + b'{"parts": 1}',
        struct.pack(">4sI", b"AIL1", 22) + b'{"parts": [["a", -1]]}',
        struct.pack(">4sI", b"AIL1", 31) + b'{"parts": [["a", 999999999999]]}'[:31],
        struct.pack(">4sI", b"AIL1", 32) + b'{"parts": [["a", 999999999999]]}',
        struct.pack(">4sI", b"AIL1", 100_000) + b"[" * 100_000,
    ],
)
def test_that_garbage_and_lengths_beyond_reason_are_refused(data: bytes) -> None:
    with pytest.raises(FrameError):
        read_message(io.BytesIO(data))


@pytest.mark.parametrize(
    "message",
    [
        Message({"id": 1, "text": "x" * 100}),
        Message({"id": 1}, {"map": bytes(11)}),
        Message({"id": 1}, {"map": b"", "another": b""}),
    ],
)
def test_that_a_reader_may_believe_less(message: Message) -> None:
    assert read_message(io.BytesIO(frame(message))) == message
    with pytest.raises(FrameError):
        read_message(io.BytesIO(frame(message)), limits=MessageLimits(text=90, parts=1, part=10))


def test_that_a_number_that_is_none_is_never_sent() -> None:
    stream = io.BytesIO()
    with pytest.raises(ValueError, match="JSON"):
        write_message(stream, Message({"score": float("nan")}))
    assert not stream.getvalue()
