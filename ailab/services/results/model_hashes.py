"""The sha256 of a model's files: what was run, to the last bit."""

from __future__ import annotations

import hashlib
from pathlib import Path

from ailab.services.inference.model_layout import is_sheet, sheet_path
from ailab.services.inference.open_model import model_files
from ailab.services.results.result_error import ResultError


def model_hashes(
    path: Path, variant: str | None = None, *, sheet: str = ""
) -> tuple[tuple[str, str], ...]:
    """Name and sha256 of each file that a run of a model reads; reads them whole.

    Args:
        path: an `.onnx` file, or a folder in Hugging Face layout.
        variant: which of a folder's weights; None for those that run best.
        sheet: a sheet, as JSON, that counts in place of a file; empty for none.

    Returns:
        Pairs of a name, relative to the model's folder, and 64 hexadecimal digits; the weights
        first, see `model_files`.

    Raises:
        ModelFileError: there is no runnable model any more.
        ResultError: a file cannot be read.
    """
    hashes = []
    try:
        for name, file in model_files(path, variant, sheet=sheet):
            with file.open("rb") as stream:
                hashes.append((name, hashlib.file_digest(stream, "sha256").hexdigest()))
    except OSError as error:
        raise ResultError(
            f"The model's file {error.filename or path} cannot be read.",
            "Look whether it is still there, or choose the model again.",
            detail=repr(error),
        ) from error
    if sheet and not is_sheet(path.name):
        hashes.append((sheet_path(path.name), hashlib.sha256(sheet.encode()).hexdigest()))
    return tuple(hashes)
