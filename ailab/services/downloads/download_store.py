"""The downloads that are not done, kept on the disk."""

from __future__ import annotations

import logging
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ailab.services.downloads.saved_download import read_download
from ailab.services.whole_file import replace_whole

if TYPE_CHECKING:
    from filelock import BaseFileLock

    from ailab.services.hub.model_info import ModelDetails

_log = logging.getLogger(__name__)


class DownloadStore:
    """Each download in a file of its own, held by one lab; every method belongs in a thread.

    So two labs at a time share the folder without losing or doubling anything: whichever is
    opened next takes up what nobody holds any more. Where the disk refuses, downloads still
    run, but do not outlive the lab.

    Args:
        folder: where the files are; need not exist.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._locks: dict[str, BaseFileLock] = {}

    def load(self) -> list[tuple[str, ModelDetails]]:
        """Take up the downloads that no lab holds, oldest first, each with its key.

        A damaged file is set aside.
        """
        try:
            return [
                (path.stem, details)
                for path in sorted(self._folder.glob("*.json"))
                if self._hold(path.stem) and (details := self._read(path))
            ]
        except OSError as error:
            _log.warning("the list of downloads cannot be read: %s", error)
            return []

    def save(self, key: str, text: str) -> None:
        """Keep a download, and hold it."""
        path = self._folder / f"{key}.json"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._hold(key)
            replace_whole(path, text.encode())
        except OSError as error:
            _log.warning("the download will not outlive the lab: %s", error)

    def remove(self, key: str) -> None:
        """Forget a download."""
        with suppress(OSError):
            (self._folder / f"{key}.json").unlink(missing_ok=True)
        if lock := self._locks.pop(key, None):
            lock.release()
            with suppress(OSError):
                Path(lock.lock_file).unlink(missing_ok=True)

    def close(self) -> None:
        """Leave all downloads to whichever lab is opened next."""
        for lock in self._locks.values():
            lock.release()
        self._locks.clear()

    def _read(self, path: Path) -> ModelDetails | None:
        try:
            return read_download(path.read_bytes())
        except (ValueError, RecursionError) as error:
            _log.warning("%s is damaged and set aside: %s", path, error)
            path.replace(path.with_suffix(".damaged"))
            self.remove(path.stem)
            return None

    def _hold(self, key: str) -> bool:
        from filelock import FileLock, Timeout  # noqa: PLC0415 - not before the first download

        lock = FileLock(self._folder / f"{key}.lock", thread_local=False)
        try:
            lock.acquire(blocking=False)
        except Timeout:
            return False
        except NotImplementedError:  # the file system knows no locks
            return True
        self._locks[key] = lock
        return True
