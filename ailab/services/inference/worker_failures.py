"""What a person is told where the worker ended, hung or made no sense."""

from __future__ import annotations

from ailab.services.inference.inference_errors import WorkerError
from ailab.services.inference.sandbox.memory_bound import OUT_OF_MEMORY
from ailab.services.inference.worker_process import WorkerEndedError

_SIGNS_OF_NO_MEMORY = (
    *("bad_alloc", "MemoryError", "Cannot allocate memory", "out of memory"),
    "memory allocation of",  # Rust's words, of the tokenizers' library
)
_NO_MEMORY_ADVICE = (
    "Close other programs, or take a smaller picture, a smaller model or a smaller variant of it."
)


def ended(doing: str, ending: WorkerEndedError) -> WorkerError:
    """The worker ended before it answered.

    Args:
        doing: what it did, such as “nuclei ran on cells.tif”.
        ending: how it ended.
    """
    is_for_memory = ending.code == OUT_OF_MEMORY or any(
        sign in ending.detail for sign in _SIGNS_OF_NO_MEMORY
    )
    if is_for_memory:
        return WorkerError(
            f"While {doing}, the inference process ran out of memory.",
            _NO_MEMORY_ADVICE,
            detail=f"{ending.how}\n{ending.detail}",
        )
    return WorkerError(
        f"While {doing}, the inference process {ending.how}.",
        "Run it again: a new process starts by itself. If that happens again, close other "
        "programs, or take a smaller picture or model.",
        detail=ending.detail,
    )


def too_slow(doing: str, seconds: float) -> WorkerError:
    """The worker was ended since it gave no answer."""
    return WorkerError(
        f"While {doing}, the inference process gave no answer for {in_words(seconds)} and was "
        "ended.",
        "The model may never come to an end: take another model or variant.",
    )


def picture_too_slow(doing: str, seconds: float) -> WorkerError:
    """The worker was ended since a picture took longer than its limit."""
    return WorkerError(
        f"While {doing}, the inference process gave no answer for {in_words(seconds)}, the time "
        "limit of a picture, and was ended.",
        "Where it was only slow, raise the limit: “Time for a picture” in the settings, or "
        "--time-limit SECONDS on the command line. Where the model never comes to an end on such "
        "a picture, take a smaller picture, or another model or variant.",
    )


def overdue(doing: str, seconds: float, *, is_about_picture: bool) -> WorkerError:
    """One of the two above."""
    return (picture_too_slow if is_about_picture else too_slow)(doing, seconds)


def in_words(seconds: float) -> str:
    """A limit as people say it."""
    if seconds >= 7200:
        return f"{seconds / 3600:.0f} hours"
    return f"{seconds / 60:.0f} minutes" if seconds >= 120 else f"{seconds:.3g} seconds"


def senseless(doing: str, why: str) -> WorkerError:
    """The worker answered with what cannot be a result."""
    return WorkerError(
        f"While {doing}, the inference process answered with something that is no result.",
        "Run it again; if that happens again, please report it with the log.",
        detail=why,
    )
