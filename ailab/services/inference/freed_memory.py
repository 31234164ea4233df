"""Memory that nobody uses any more, given back to the system."""

from __future__ import annotations

import gc
import sys


def give_memory_back() -> None:
    """Collect what only refers to itself, and have the C library return its free pages.

    Networks of PyTorch refer to themselves. glibc keeps what was freed unless it is asked
    (malloc_trim(3)); what other allocators keep comes back with the end of the process alone.
    """
    gc.collect()
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415 - here alone

        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # musl has none
        if trim is not None:
            trim(0)
