"""How far a download is, told often enough for an eye and seldom enough for a window."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable

from ailab.services.downloads.download_progress import DownloadProgress, FileProgress
from ailab.services.hub.model_info import RepoFile

_SECONDS_BETWEEN = 0.1
_SECONDS_SMOOTHED = 2.0


class ProgressMeter:
    """Counts a download's bytes and reports at most ten times a second.

    Args:
        files: the files wanted.
        report: called with each progress.
        clock: seconds of a clock that never goes back.
    """

    def __init__(
        self,
        files: Iterable[RepoFile],
        report: Callable[[DownloadProgress], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sizes = {file.path: file.size for file in files}
        self._done = dict.fromkeys(self._sizes, 0)
        self._report = report
        self._clock = clock
        self._file = ""
        self._note = ""
        self._speed: float | None = None
        self._reported_at: float | None = None
        self._arrived = 0  # since the last report

    def begin(self, path: str, size: int | None, done: int = 0) -> None:
        """A file is on its way; its size, and how much of it is on the disk already."""
        self._file = path
        if self._sizes.get(path) is None:
            self._sizes[path] = size
        self._done[path] = done
        self._tell_in_time()

    def add(self, path: str, count: int) -> None:
        """Bytes have arrived."""
        self._file = path
        self._done[path] += count
        self._arrived += count
        self._tell_in_time()

    def skip(self, path: str, size: int | None) -> None:
        """A file was there already."""
        self.begin(path, size, size or 0)

    def note(self, text: str) -> None:
        """Say what is waited for; empty for nothing."""
        if text != self._note:
            self._note = text
            self.tell()

    def tell(self) -> None:
        """Report now."""
        now = self._clock()
        if self._reported_at is not None and (passed := now - self._reported_at) > 0:
            rate = self._arrived / passed
            weight = 1 - math.exp(-passed / _SECONDS_SMOOTHED)
            self._speed = rate if not self._speed else self._speed + weight * (rate - self._speed)
        self._reported_at = now
        self._arrived = 0
        files = tuple(
            FileProgress(path, self._done[path], size) for path, size in self._sizes.items()
        )
        known = [file.total for file in files if file.total is not None]
        total = sum(known) if len(known) == len(files) else None
        done = sum(self._done.values())
        self._report(
            DownloadProgress(done, total, self._speed or 0.0, self._file, files, self._note)
        )

    def _tell_in_time(self) -> None:
        if self._reported_at is None or self._clock() - self._reported_at >= _SECONDS_BETWEEN:
            self.tell()
