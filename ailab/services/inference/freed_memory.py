"""Memory that nobody uses any more: kept for what is asked for next, or given back."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from typing import Any

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_MMAP_MAX, _M_ARENA_MAX = -1, -3, -4, -8
"""Of glibc's `malloc.h`."""
_PIECE = 6 * 2**20
"""Bytes of a network's input as most are; what 12 megapixels take in one piece is far more."""
_MOST_PIECES = 36 * 2**20
"""Bytes that may be kept at the end of the memory, 12 for each of the threads that read, run and
finish pictures: with 12 for all of them MobileNetV2 was a tenth later in a row, and with 64 for
each a saved picture of 12 megapixels took over three times its own memory."""


def keep_freed_pieces() -> None:
    """Have the C library keep freed pieces of up to 6 MB until `return_free_pages`; glibc's can.

    To be called before any thread is started. Left to itself glibc gives each thread memory of its
    own, and what one has freed is no use to the next: a picture is read by one, run by another and
    saved by a third.

    What a picture is prepared in, and what is made of the network's answer, is asked for anew with
    each picture and freed at once. Else it comes from the system each time, in pages that are
    filled with zeros first: 5 MB in 1,250 pages, and 3 of 8.5 ms, for a SegFormer's input. What is
    larger goes back to the system when it is freed.
    """
    if (set_option := _of_c_library("mallopt")) is not None:
        set_option(_M_ARENA_MAX, 1)
        set_option(_M_MMAP_THRESHOLD, _PIECE)
        set_option(_M_TRIM_THRESHOLD, _MOST_PIECES)


def keep_freed_memory() -> None:
    """Have the C library keep what is freed until `return_free_pages`; glibc's alone can.

    PyTorch asks for the memory of each layer's outcome anew and frees it at once. glibc takes
    large pieces from the system and gives them back each time, and the system fills each page with
    zeros again: of SegFormer's time that was a third, of RT-DETR's a tenth.
    """
    if (set_option := _of_c_library("mallopt")) is not None:
        set_option(_M_MMAP_MAX, 0)
        set_option(_M_TRIM_THRESHOLD, -1)


def give_memory_back() -> None:
    """Collect what only refers to itself, and have the C library return its free pages.

    Networks of PyTorch refer to themselves. glibc keeps what was freed unless it is asked
    (malloc_trim(3)); what other allocators keep comes back with the end of the process alone.
    """
    gc.collect()
    return_free_pages()


def return_free_pages() -> None:
    """Have the C library alone do so: within some hundredths of a second."""
    if (trim := _of_c_library("malloc_trim")) is not None:
        trim(0)


def _of_c_library(name: str) -> Callable[..., Any] | None:
    """A function of glibc; None elsewhere: musl has none of these."""
    if sys.platform != "linux":
        return None
    import ctypes  # noqa: PLC0415 - here alone

    return getattr(ctypes.CDLL(None), name, None)
