"""What a person is told of whatever goes wrong while a model runs on a picture."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from ailab.services.inference.inference_errors import ModelFileError, WorkerError
from ailab.services.lab_error import LabError


def told(error: BaseException, subject: str) -> LabError:
    """An error in words, whatever was raised.

    Args:
        error: what a step raised.
        subject: what was run, such as “nuclei on cells.tif”.
    """
    if isinstance(error, LabError):
        return error
    if isinstance(error, MemoryError):
        return WorkerError(
            f"There is not enough memory to run {subject}.",
            "Close other programs, or take a smaller picture, a smaller model or a smaller variant "
            "of it.",
            detail=str(error),
        )
    return WorkerError(
        f"Running {subject} hit a mistake in ailab ({type(error).__name__}).",
        "Try another model or picture, and please report this with the log.",
        detail="".join(traceback.format_exception(error)),
    )


def no_numbers(cause: Exception) -> ModelFileError:
    """The result cannot be written as JSON: it holds NaN, say."""
    return ModelFileError(
        "The model answered with values that are not numbers.",
        "Its weights may be damaged or its preprocessing wrong; try another model.",
        detail=repr(cause),
    )


@contextmanager
def panics_as_errors() -> Iterator[None]:
    """Within, a panic of a library in Rust is a `RuntimeError`: it is no `Exception` by itself."""
    try:
        yield
    except BaseException as error:
        if not is_panic(error):
            raise
        raise RuntimeError(str(error)) from error


def is_panic(error: BaseException) -> bool:
    """True for a panic of a library in Rust, whose class no module has to import."""
    return type(error).__name__ == "PanicException"
