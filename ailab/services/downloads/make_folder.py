"""Folders that other downloads of the same model may remove while they are empty."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

_TRIES = 10


def make_folder(path: Path) -> None:
    """Make a folder, and those above it, where they are not there.

    A folder that another download removes at that moment, being empty, is made again; Python
    takes it for a file of that name.

    Raises:
        OSError: the disk refuses it, or a file of that name lies there.
    """
    for _ in range(_TRIES):
        with suppress(FileExistsError, FileNotFoundError):
            path.mkdir(parents=True, exist_ok=True)
            return
    path.mkdir(parents=True, exist_ok=True)
