"""The journal of a run that goes on: a line for each picture whose result is whole."""

from __future__ import annotations

import asyncio
import os
import sys
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO

from ailab.services.inference.picture_result import PictureResult
from ailab.services.regular_file import open_to_append
from ailab.services.results.atomic_file import write_error
from ailab.services.results.journal_lines import DonePicture, Stamp, describe, to_line
from ailab.services.results.result_error import ResultError

JOURNAL_FILE = "journal.jsonl"
_FAR = 2**40
"""Where Windows locks a byte, beyond all that is ever read: there a lock keeps readers out."""


class RunJournal:
    """Appends to the journal of one run, and keeps all others from doing so meanwhile.

    What makes a picture's result whole is its line, which has the sha256 of each of its files.
    None is forced to the disk: where the power fails before the system has written a line or a
    file, the one or the other tells of it, and the picture is run again.

    The system lets go of the lock where the process ends, however it does.

    Args:
        folder: the run's folder.
        stamps: of the run's pictures, from before they are run.

    Raises:
        ResultError: the folder cannot be written, or another ailab runs it at this moment.
    """

    def __init__(self, folder: Path, stamps: Mapping[str, Stamp]) -> None:
        self._folder = folder
        self._path = folder / JOURNAL_FILE
        self._stamps = stamps
        self._waiting: deque[PictureResult] = deque()
        self._writing: asyncio.Future[None] | None = None
        self._failure: ResultError | None = None
        try:
            self._file = open_to_append(self._path)
        except OSError as error:
            raise write_error(self._path, error) from error
        try:
            if not _lock(self._file):
                raise being_run(folder)
            self._end_line()
        except BaseException:
            self.release()
            raise

    async def note(self, result: PictureResult) -> None:
        """Take note of a result that is saved whole; of any other, do nothing.

        The line is written beside the run, which does not wait for it; `close` does.

        Raises:
            ResultError: the folder is gone, full or read-only, as an earlier line has shown.
        """
        if self._failure is not None:
            raise self._failure
        if result.prediction is None or result.problem is not None or not result.files:
            return
        self._waiting.append(result)
        if self._writing is None or self._writing.done():
            self._writing = asyncio.ensure_future(asyncio.to_thread(self._write))

    async def close(self, *, is_over: bool) -> None:
        """Let others have it; where the run is over there is nothing to go on with, and it goes."""
        if self._writing is not None:
            await asyncio.wait({self._writing})
        await asyncio.to_thread(self._close, is_over)

    def release(self) -> None:
        """Let others have it, at once."""
        self._file.close()

    def _write(self) -> None:
        while self._waiting and self._failure is None:
            self._note(self._waiting.popleft())

    def _note(self, result: PictureResult) -> None:
        names = sorted(result.files, key=lambda file: not file.endswith(".json"))
        try:
            files = tuple(describe(self._folder / Path(name).name) for name in names)
        except OSError:  # taken away meanwhile, so that the result is not whole
            return
        line = DonePicture(result.picture, self._stamps.get(result.picture), files)
        try:
            self._file.write(to_line(line))
        except OSError as error:
            self._failure = write_error(self._path, error)

    def _close(self, is_over: bool) -> None:
        self._write()
        self.release()
        if is_over:
            with suppress(OSError):
                self._path.unlink()

    def _end_line(self) -> None:
        """Keep what was cut off from spoiling the next line too."""
        if self._file.seek(0, os.SEEK_END):
            self._file.seek(-1, os.SEEK_END)
            if self._file.read(1) != b"\n":
                self._file.write(b"\n")


def is_being_run(folder: Path) -> bool:
    """True where another ailab appends to a run's journal at this moment."""
    try:
        with (folder / JOURNAL_FILE).open("rb+", buffering=0) as file:
            return not _lock(file)
    except OSError:
        return False


def being_run(folder: Path) -> ResultError:
    """Somebody else is at it."""
    return ResultError(
        f"The run {folder.name} is being run by another ailab at this moment.",
        "Let it come to its end, or end it there first.",
    )


def _lock(file: IO[bytes]) -> bool:
    """Lock a file until it is closed; False where another has it.

    True as well where the file's system knows no locks.
    """
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - there alone

        file.seek(_FAR)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        except OSError:
            return True
    else:
        import fcntl  # noqa: PLC0415 - not on Windows

        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return True
    return True
