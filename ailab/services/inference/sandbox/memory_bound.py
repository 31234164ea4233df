"""How much memory the worker may take, held by the system where it can.

The bound is nine tenths of what the machine has, or of what its container may have: a model that
fits the machine runs, and one that does not fails with a message before the machine swaps until
nothing answers any more.

On Linux it is `RLIMIT_DATA`: it counts what a process can write to (heap, anonymous memory,
stacks), which is what a model takes. `RLIMIT_AS` would also count weights that are mapped from
their file, and the address space that a graphics card's driver reserves, hundreds of gigabytes of
nothing. What is refused comes back as a failed allocation, so that the worker tells of it and
lives on. On Windows it is a Job object's limit, which also forbids to start programs. macOS holds
neither: there the worker watches itself and ends, with words, when it has grown beyond the bound.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from contextlib import suppress
from pathlib import Path

_log = logging.getLogger(__name__)

_SHARE = 0.9
_CONTAINER_LIMITS = (
    "/sys/fs/cgroup/memory.max",
    "/sys/fs/cgroup/memory/memory.limit_in_bytes",
)
_LOOKS_EVERY = 0.1  # seconds

OUT_OF_MEMORY = 78
"""The worker's exit code where it ends itself for lack of memory."""


def usual_bound() -> int | None:
    """Bytes that a worker may take on this machine; None where nobody tells."""
    total = _total_memory()
    return None if total is None else int(total * _SHARE)


def bound_memory(most: int) -> str:
    """Hold this process to `most` bytes; which means holds it, for the log.

    Raises:
        OSError: the system refuses.
    """
    if sys.platform == "linux":
        import resource  # noqa: PLC0415 - Unix alone

        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(resource.RLIMIT_DATA, (bound, bound))
        # The image of a crash would be as large as the model, and hold the person's picture.
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        return "RLIMIT_DATA"
    if sys.platform == "win32":
        from ailab.services.inference.sandbox.windows_job import enter_job  # noqa: PLC0415

        enter_job(most)
        return "a Job object"
    watch_memory(most)
    return "watching itself"


def watch_memory(most: int) -> None:
    """End this process, from a thread of its own, once it holds more than `most` bytes."""
    from psutil import Process  # noqa: PLC0415 - where nothing better is there

    process = Process()

    def watch() -> None:
        while int(process.memory_info().rss) <= most:
            over.wait(_LOOKS_EVERY)
        _log.error("more than %s bytes of memory are in use", most)
        os._exit(OUT_OF_MEMORY)

    over = threading.Event()
    threading.Thread(target=watch, name="memory bound", daemon=True).start()


def _total_memory() -> int | None:
    if sys.platform == "win32":
        from psutil import virtual_memory  # noqa: PLC0415 - where nothing quicker is there

        return int(virtual_memory().total)
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        return None
    for path in _CONTAINER_LIMITS:
        with suppress(OSError, ValueError):  # not there, or "max"
            total = min(total, int(Path(path).read_text("ascii")))
    return total if total > 0 else None
