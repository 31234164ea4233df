"""Locks that keep two programs from fetching the same blob twice."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from ailab.services.downloads.run_to_end import run_to_end

if TYPE_CHECKING:
    from filelock import BaseFileLock

_log = logging.getLogger(__name__)
_SECONDS_BETWEEN_TRIES = 0.2


class BlobLocks:
    """The locks of all blobs of one download, those that `huggingface_hub` takes too.

    They save work only: what is fetched lands in a file of its own and is moved into place
    whole. So where the file system knows no locks, the download goes on without.

    Args:
        paths: the lock files.
    """

    def __init__(self, paths: Iterable[Path]) -> None:
        # In one order for everybody, so that no two downloads wait for one another.
        self._waiting = sorted(set(paths))
        self._locks: list[BaseFileLock] = []

    async def acquire(self) -> None:
        """Wait until all are held; a cancellation ends the wait."""
        for path in self._waiting:
            while not await run_to_end(self._try, path):  # noqa: ASYNC110 - another process holds it
                await asyncio.sleep(_SECONDS_BETWEEN_TRIES)

    def release(self) -> None:
        """Let go of what is held."""
        for lock in self._locks:
            lock.release()
        self._locks.clear()

    def _try(self, path: Path) -> bool:
        from filelock import FileLock, Timeout  # noqa: PLC0415 - not before the first download

        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path, thread_local=False)
        try:
            lock.acquire(blocking=False)
        except Timeout:
            return False
        except NotImplementedError:
            _log.info("no locks on the file system of %s", path.parent)
            return True
        self._locks.append(lock)
        return True
