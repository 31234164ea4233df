"""Locks that keep two programs from fetching the same blob twice."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from ailab.services.downloads.make_folder import make_folder
from ailab.services.downloads.run_to_end import run_to_end

if TYPE_CHECKING:
    from filelock import BaseFileLock

_log = logging.getLogger(__name__)
_SECONDS_BETWEEN_TRIES = 0.2


class BlobLocks:
    """The locks of all blobs of one download, those that `huggingface_hub` takes too.

    Whoever holds a blob's lock is the only one that writes what has arrived of it. Where the
    file system knows no locks, `are_real` is False, and each writes to a file of its own.

    Args:
        paths: the lock files.

    Attributes:
        are_real: what was asked for is really held.
    """

    def __init__(self, paths: Iterable[Path]) -> None:
        # In one order for everybody, so that no two downloads wait for one another.
        self._waiting = sorted(set(paths))
        self._asked = set(self._waiting)
        self._locks: list[BaseFileLock] = []
        self.are_real = True

    async def acquire(self, on_wait: Callable[[], None]) -> None:
        """Wait until all are held; a cancellation ends the wait.

        Args:
            on_wait: called where somebody else holds one.
        """
        while (path := await run_to_end(self._take)) is not None:
            on_wait()
            _log.info("another program holds %s", path)
            await asyncio.sleep(_SECONDS_BETWEEN_TRIES)

    def acquire_now(self) -> bool:
        """Take those that nobody holds; True where these are all. Belongs in a thread."""
        return self._take() is None

    def add_now(self, paths: Iterable[Path]) -> bool:
        """Take more; False where somebody holds one of them. Belongs in a thread.

        Whoever holds some must not wait for others, which are not asked for in order: two
        downloads could wait for one another.
        """
        self._waiting += sorted(set(paths) - self._asked)
        self._asked.update(self._waiting)
        return self.acquire_now()

    def release(self) -> None:
        """Let go of what is held."""
        for lock in self._locks:
            lock.release()
        self._locks.clear()

    def _take(self) -> Path | None:
        """Take one after the other; the first that somebody else holds, None for none."""
        while self._waiting:
            if not self._try(self._waiting[0]):
                return self._waiting[0]
            self._waiting.pop(0)
        return None

    def _try(self, path: Path) -> bool:
        from filelock import FileLock, Timeout  # noqa: PLC0415 - not before the first download

        make_folder(path.parent)
        lock = FileLock(path, thread_local=False)
        try:
            lock.acquire(blocking=False)
        except Timeout:
            return False
        except NotImplementedError:
            _log.info("no locks on the file system of %s", path.parent)
            self.are_real = False
            return True
        self._locks.append(lock)
        return True
