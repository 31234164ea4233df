"""A file that somebody else wrote, read as far as it may go."""

from __future__ import annotations

from pathlib import Path

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.regular_file import open_regular

AGAIN = "Download the model again, or choose another one."
_MEGABYTE = 1024 * 1024


def read_bounded(path: Path, most: int, kind: str, advice: str = AGAIN) -> bytes:
    """All bytes of a model's file.

    Args:
        path: the file.
        most: MiB that it may have.
        kind: what it is too large for beyond that, such as “a description”.
        advice: what a person can do about a file that is too large.

    Raises:
        ModelFileError: missing, unreadable or too large.
    """
    try:
        with open_regular(path) as file:
            raw = file.read(most * _MEGABYTE + 1)
    except FileNotFoundError as error:
        raise ModelFileError(f"The model's file {path.name} is missing.", AGAIN) from error
    except OSError as error:
        raise ModelFileError(
            f"The model's file {path.name} cannot be read.",
            "Check that you may read it, or download the model again.",
            detail=str(error),
        ) from error
    if len(raw) > most * _MEGABYTE:
        raise ModelFileError(
            f"The model's file {path.name} is too large for {kind} (over {most} MB).", advice
        )
    return raw
