"""The folders below a folder of pictures."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from ailab.services.images.natural_order import natural_key
from ailab.services.images.picture_error import PictureError

MOST_FOLDERS = 20_000
"""More are a whole disk rather than somebody's pictures; Windows' junctions may lead in circles."""
RUN_FILE = "run.json"
_OF_SYSTEMS = frozenset(
    {
        "@eaDir",  # small copies of pictures, on storage by Synology
        "#recycle",
        "$RECYCLE.BIN",
        "System Volume Information",
        "__MACOSX",
        "lost+found",
    }
)
"""What systems put beside a person's own folders, on cards and shared storage above all."""


def folders_within(
    place: Path, is_stopped: Callable[[], bool] = lambda: False
) -> tuple[tuple[Path, ...], tuple[str, ...]]:
    """All folders below a folder, and the paths of those that could not be looked into.

    Each stands before the ones within it, those of one folder in natural order. Left out, with what
    is in them, are hidden ones, links, systems' own (wastebaskets, a storage's copies) and the
    folders of saved runs: the copies in these are no pictures of their own.

    Args:
        place: the folder.
        is_stopped: nobody waits for the answer any more, which then ends early.

    Raises:
        PictureError: there are more than `MOST_FOLDERS`.
    """
    found, closed = list[Path](), list[str]()
    waiting = _inner(place, closed)
    while waiting and not is_stopped():
        folder = waiting.pop(0)
        found.append(folder)
        if len(found) > MOST_FOLDERS:
            raise PictureError(
                f"There are more than {MOST_FOLDERS:,} folders in {place.name or place}.",
                "Choose one of them that holds the pictures.",
            )
        waiting[:0] = _inner(folder, closed)
    return tuple(each for each in found if str(each) not in closed), tuple(closed)


def is_sub_folder(entry: os.DirEntry[str]) -> bool:
    """True for a folder that is looked into with the one that it lies in."""
    try:
        if entry.name.startswith(".") or entry.name in _OF_SYSTEMS:
            return False
        is_folder = entry.is_dir(follow_symlinks=False)
        return is_folder and not Path(entry.path, RUN_FILE).is_file()
    except OSError:
        return False


def _inner(folder: Path, closed: list[str]) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            return _ordered(Path(each.path) for each in entries if is_sub_folder(each))
    except OSError:
        closed.append(str(folder))
        return []


def _ordered(folders: Iterable[Path]) -> list[Path]:
    return sorted(folders, key=lambda folder: natural_key(folder.name))
