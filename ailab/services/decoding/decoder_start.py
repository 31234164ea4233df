"""Starts a decoder within its walls."""

from __future__ import annotations

from collections.abc import Sequence

from ailab.services.inference.message_limits import MessageLimits
from ailab.services.inference.sandbox.worker_folder import WorkerFolder
from ailab.services.inference.sandbox.worker_sandbox import WorkerSandbox
from ailab.services.inference.worker_command import decoder_command, worker_environment
from ailab.services.inference.worker_process import WorkerProcess

MEMORY = 2**30
"""Bytes: 40 megapixels of WebP take 0.8 GB for a moment, all else half of that."""
_ANSWERS = MessageLimits(text=2**16, parts=1, part=2**24)


def start_decoder(command: Sequence[str] | None = None) -> WorkerProcess:
    """Start a process that may read the system's files and Python's alone; touches the disk.

    Its folder is an empty home, into which it may not write either.

    Args:
        command: the command line, but for the walls; None for this Python's.

    Raises:
        OSError: no folder can be made for it.
    """
    folder = WorkerFolder()
    sandbox = WorkerSandbox(memory=MEMORY, may_use_graphics=False)
    return WorkerProcess(
        (*(command or decoder_command()), *sandbox.arguments()),
        worker_environment(folder=folder.path),
        folder,
        limits=_ANSWERS,
        name="picture decoder",
    )
