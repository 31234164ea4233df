"""The decoder's process: `python -m ailab.services.decoding.decoder`.

Pictures of strangers are decoded here and nowhere else, one after the other, behind the walls of
the inference worker. Pillow is all that it imports.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from typing import BinaryIO, NoReturn

from ailab.services.decoding.decoded_picture import decoded_picture
from ailab.services.decoding.decoder_messages import FILE, picture_message, refusal_message
from ailab.services.decoding.refusal import Reason, Refusal
from ailab.services.inference.child_process import begin_as_a_child
from ailab.services.inference.json_fields import BadFieldError
from ailab.services.inference.sandbox.enter_sandbox import enter_sandbox
from ailab.services.inference.sandbox.worker_sandbox import WorkerSandbox
from ailab.services.inference.worker_messages import (
    FrameError,
    Message,
    read_message,
    write_message,
)

_log = logging.getLogger(__name__)

_LONGEST = 60.0
"""Seconds after which a picture ends the process, should the window that gave it up be gone."""


def main() -> NoReturn:
    """Decode what comes on standard input until it is closed; then the process is over."""
    requests, replies = begin_as_a_child()
    sandbox = WorkerSandbox.of_arguments(sys.argv[1:])
    # Before the first byte of anybody else's is read.
    enter_sandbox(sandbox)
    _serve(requests, replies)
    sys.stderr.flush()
    os._exit(0)


def _serve(requests: BinaryIO, replies: BinaryIO) -> None:
    try:
        while (message := read_message(requests)) is not None:
            _end_after(_LONGEST)
            write_message(replies, _answer(message))
            _end_after(0.0)
    except (FrameError, BadFieldError, OSError) as error:
        _log.info("the window asks no more: %r", error)


def _end_after(seconds: float) -> None:
    """Have the system end the process then, whatever it is at; 0 for never, as on Windows."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _answer(message: Message) -> Message:
    number = message.body.get("id")
    if message.body.get("do") != "decode":  # asked whether it is there
        return Message({"id": number, "result": {}})
    widest, highest = message.body["widest"], message.body["highest"]
    try:
        return picture_message(number, decoded_picture(message.parts[FILE], widest, highest))
    except Refusal as refusal:
        return refusal_message(number, refusal)
    except MemoryError:
        return refusal_message(number, Refusal(Reason.TOO_LARGE, "for the decoder's memory"))


if __name__ == "__main__":
    main()
