"""Whether an engine failed for lack of memory, as each of them says it."""

from __future__ import annotations

import errno

_WORDS = (
    "bad_alloc",  # C++, and so ONNX Runtime
    "bad allocation",  # the same on Windows
    "Failed to allocate",  # ONNX Runtime's arena
    "allocate memory",  # PyTorch on the processor, and the system's own words
    "not enough memory",  # PyTorch on Windows
    "out of memory",  # graphics cards
)


def is_out_of_memory(error: Exception) -> bool:
    """True where memory was refused; the engines' own errors share no base that says so."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    if isinstance(error, OSError) and error.errno == errno.ENOMEM:
        return True
    said = str(error)
    return any(words in said for words in _WORDS)
