"""The sha256 of a model's weight files: what was run, to the last bit."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from ailab.services.inference.model_layout import find_layout
from ailab.services.results.result_error import ResultError


def weight_hashes(path: Path) -> tuple[tuple[str, str], ...]:
    """Name and sha256 of each weight file of a model; reads them whole.

    Args:
        path: an `.onnx` file, or a folder in Hugging Face layout.

    Returns:
        Pairs of a name, relative to the model's folder, and 64 hexadecimal digits.

    Raises:
        ResultError: a file cannot be read.
    """
    hashes = []
    try:
        for name, file in _weights(path):
            with file.open("rb") as stream:
                hashes.append((name, hashlib.file_digest(stream, "sha256").hexdigest()))
    except OSError as error:
        raise ResultError(
            f"The model's file {error.filename or path} cannot be read.",
            "Look whether it is still there, or choose the model again.",
            detail=repr(error),
        ) from error
    return tuple(hashes)


def _weights(path: Path) -> Iterator[tuple[str, Path]]:
    if path.is_dir():
        files = [*path.iterdir(), *path.glob("*/*")]
        layout = find_layout([file.relative_to(path).as_posix() for file in files])
        folder = path
    else:
        folder = path.parent
        beside = [file.name for file in folder.iterdir() if file.name.startswith(path.name)]
        layout = find_layout(beside)
    if layout is None:
        return
    for name in (layout.weights, *layout.external_data):
        yield name, folder / name
