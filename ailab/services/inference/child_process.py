"""How a process that the window starts behaves: its pipes, its log, its end."""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import os
import signal
import sys
from pathlib import Path
from typing import BinaryIO


def begin_as_a_child() -> tuple[BinaryIO, BinaryIO]:
    """Do what a worker does before anything else; the pipes of its requests and its replies."""
    requests, replies = take_pipes()
    # A frozen app without a console has no streams of its own.
    sys.stdout = sys.stderr = open(  # noqa: SIM115 - for as long as the process lives
        2, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False
    )
    logging.basicConfig(
        stream=sys.stderr, level=logging.DEBUG, format="%(levelname)s %(name)s: %(message)s"
    )
    # Pillow's own debugging lines would drown the worker's.
    logging.getLogger("PIL").setLevel(logging.INFO)
    # Ctrl-C reaches the whole terminal's group; the window decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    faulthandler.enable()
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415

        # No "has stopped working" box: it would keep a crashed worker alive until it is clicked.
        sem_failcriticalerrors, sem_nogpfaulterrorbox = 0x0001, 0x0002
        ctypes.windll.kernel32.SetErrorMode(sem_failcriticalerrors | sem_nogpfaulterrorbox)
    if sys.platform == "linux":
        # Where memory runs out, the system shall end the worker and not the window.
        with contextlib.suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text("500")
    return requests, replies


def take_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Keep the two pipes for the messages alone.

    Native libraries print to descriptor 1 and scripts may ask on descriptor 0: the first then
    goes to the log, and the second finds an end of file.
    """
    requests = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return requests, replies
