"""Results' files on their way from a worker, which may not write to a run's folder, into it."""

from __future__ import annotations

import os
import shutil
import stat
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from io import BufferedWriter
from pathlib import Path, PurePath

from ailab.services.images.picture_reference import parse_picture
from ailab.services.inference.picture_result import OUTPUT_ENDING
from ailab.services.regular_file import make_new
from ailab.services.results.atomic_file import write_error
from ailab.services.results.result_error import ResultError
from ailab.services.results.safe_name import safe_name

ENDINGS = (
    ".json",
    ".mask.png",
    ".masks.png",
    ".confidence.png",
    ".depth.tif",
    ".depth.png",
    ".features.npy",
    OUTPUT_ENDING,
    ".cutout.png",
    ".txt",
    ".annotated.jpg",
    ".annotated.png",
)
"""What the names of a result's files may end with."""

_OF_THE_RUN = frozenset({"run", "coco", "coco.threshold", "words"})
"""What the names of the `.json` and `.txt` files begin with that are of a run as a whole."""

_READ_ONLY = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


class ResultFiles:
    """Gives results their names in runs' folders, and brings their files there.

    Every method touches the disk and belongs in a thread; several may be at it at once.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._given: set[tuple[Path, str]] = set()

    @contextmanager
    def name(self, folder: Path, picture: str) -> Iterator[str]:
        """A name for a picture's files, which is nobody else's until the context ends."""
        with self._lock:
            taken = {name for place, name in self._given if place == folder}
            name = free_name(folder, picture, taken)
            given = folder, same_name(name)
            self._given.add(given)
        try:
            yield name
        finally:
            with self._lock:
                self._given.discard(given)

    def bring(self, files: Sequence[str], place: Path, folder: Path, name: str) -> tuple[str, ...]:
        """Move a result's files into a run's folder; their paths there, in the same order.

        The JSON file comes last: where it is, the others are whole.

        Args:
            files: their paths, as a worker tells them.
            place: the folder that the worker made them in.
            folder: the run's folder.
            name: what their names begin with.

        Raises:
            ResultError: the run's folder is gone, full or read-only; or a file is not what a
                result has. No file of this result is left there.
        """
        allowed = {f"{name}{ending}" for ending in ENDINGS}
        moved: list[Path] = []
        try:
            for file in sorted(files, key=lambda file: file.endswith(".json")):
                own, target = Path(file), folder / PurePath(file).name
                if own != place / target.name or target.name not in allowed:
                    raise _odd(file)
                try:
                    if not stat.S_ISREG(own.lstat().st_mode):
                        raise _odd(file)
                    _move(own, target)
                except OSError as error:
                    raise write_error(target, error) from error
                moved.append(target)
        except ResultError:
            for target in moved:
                with suppress(OSError):
                    target.unlink()
            raise
        return tuple(str(folder / PurePath(file).name) for file in files)


def free_name(folder: Path, picture: str, taken: frozenset[str] | set[str] = frozenset()) -> str:
    """A name after the picture's that no file in a folder has yet, nor one of the run's own.

    Args:
        folder: the run's folder.
        picture: its reference: a page is named, too.
        taken: names that somebody else is going to use, as `same_name` gives them.
    """
    stem = safe_name(parse_picture(picture).stem)
    number = 1
    name = stem
    while (
        name.lower() in _OF_THE_RUN
        or same_name(name) in taken
        or any((folder / f"{name}{ending}").exists() for ending in ENDINGS)
    ):
        number += 1
        name = f"{stem} ({number})"
    return name


def same_name(name: str) -> str:
    """What two names have in common that Windows or macOS take for one."""
    return unicodedata.normalize("NFC", name.casefold())


def _move(own: Path, target: Path) -> None:
    """Put a file in place in one step, from another disk by a copy beside that place."""
    if _is_same_disk(own, target.parent):
        own.replace(target)
        return
    partial = target.with_name(f"{target.name}.part")
    try:
        # Not through a link that has come to lie there meanwhile.
        descriptor = os.open(own, _READ_ONLY)
        with os.fdopen(descriptor, "rb") as source, _new(partial) as copy:
            shutil.copyfileobj(source, copy, 2**20)
        partial.replace(target)
    except OSError:
        with suppress(OSError):
            partial.unlink()
        raise


def _new(path: Path) -> BufferedWriter:
    return BufferedWriter(make_new(path))


def _is_same_disk(file: Path, folder: Path) -> bool:
    return file.stat().st_dev == folder.stat().st_dev


def _odd(file: str) -> ResultError:
    return ResultError(
        "The inference process made a file that belongs to no result, and it was not saved.",
        "Take another model, and report this with the log.",
        detail=repr(file),
    )
