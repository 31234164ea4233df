"""Small files of the lab's own that appear whole or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path


def replace_whole(path: Path, data: bytes) -> None:
    """Write a file under a name of its own beside its place, then put it there in one step.

    Two labs may write at the same time: the last one wins. Only the owner may read the file,
    as far as the system has such rights.

    Raises:
        OSError: the disk is full, or the folder cannot be made or written to.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(".part", f"{path.stem}-", path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).replace(path)
    except OSError:
        with suppress(OSError):
            Path(name).unlink()
        raise


def set_aside(path: Path) -> Path:
    """Put a damaged file out of the way; returns where it lies now, its old place at worst."""
    aside = path.with_name(f"{path.stem}.damaged{path.suffix}")
    try:
        path.replace(aside)
    except OSError:
        return path
    return aside
