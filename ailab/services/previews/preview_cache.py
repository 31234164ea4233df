"""Models' pictures on this disk, of limited size."""

from __future__ import annotations

import hashlib
import logging
import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from ailab.services.whole_file import replace_whole

_log = logging.getLogger(__name__)
_PICTURE, _NOTHING = ".jpg", ".none"
_DAY = 86_400.0
_HOUR = 3_600.0
_KEPT_SHARE = 0.8


class PreviewCache:
    """Pictures by key, the least recently used ones deleted first; belongs in a thread.

    A failing disk costs the pictures, never more.

    Args:
        folder: where they lie; made when the first is kept.
        most: bytes that they may take together.
        clock: seconds since 1970.
    """

    def __init__(
        self, folder: Path, most: int = 200_000_000, clock: Callable[[], float] = time.time
    ) -> None:
        self._folder = folder
        self._most = most
        self._clock = clock
        self._size: int | None = None

    def read(self, key: str) -> bytes | None:
        """A picture; None where none is kept."""
        path = self._path(key, _PICTURE)
        try:
            content = path.read_bytes()
            now = self._clock()
            if now - path.stat().st_mtime > _HOUR:
                os.utime(path, (now, now))  # it was used
        except OSError:
            return None
        return content

    def has_nothing(self, key: str) -> bool:
        """True where it was found within the last day that there is no picture."""
        try:
            age = self._clock() - self._path(key, _NOTHING).stat().st_mtime
        except OSError:
            return False
        return 0 <= age < _DAY

    def keep(self, key: str, content: bytes | None) -> None:
        """Keep a picture; None keeps that there is none, for a day."""
        path = self._path(key, _PICTURE if content is not None else _NOTHING)
        try:
            replace_whole(path, content or b"")
            now = self._clock()
            os.utime(path, (now, now))
            self._make_room(len(content or b""))
        except OSError as error:
            _log.info("a preview could not be kept: %r", error)

    def forget(self, key: str) -> None:
        """Delete a picture that can't be read."""
        with suppress(OSError):
            self._path(key, _PICTURE).unlink(missing_ok=True)

    def _path(self, key: str, suffix: str) -> Path:
        name = hashlib.sha256(key.encode()).hexdigest()
        return self._folder / name[:2] / f"{name}{suffix}"

    def _make_room(self, added: int) -> None:
        if self._size is not None:
            self._size += added
            if self._size <= self._most:
                return
        files = [(path.stat(), path) for path in self._folder.glob("??/*") if path.is_file()]
        files.sort(key=lambda each: each[0].st_mtime)
        self._size = sum(status.st_size for status, _ in files)
        if self._size <= self._most:
            return
        for status, path in files:
            if self._size <= self._most * _KEPT_SHARE:
                return
            path.unlink(missing_ok=True)
            self._size -= status.st_size
