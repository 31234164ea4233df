"""How far a download is, told often enough for an eye and seldom enough for a window."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable

from ailab.services.downloads.download_progress import DownloadProgress
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
        self._report = report
        self._clock = clock
        self._file = ""
        self._done = 0
        self._speed: float | None = None
        self._reported_at: float | None = None
        self._arrived = 0  # since the last report

    def begin(self, path: str, size: int | None) -> None:
        """A file is on its way; its size, where it was not known before."""
        self._file = path
        if self._sizes.get(path) is None:
            self._sizes[path] = size
        self._tell_in_time()

    def add(self, count: int) -> None:
        """Bytes have arrived."""
        self._done += count
        self._arrived += count
        self._tell_in_time()

    def skip(self, path: str, size: int | None) -> None:
        """A file was there already."""
        self.begin(path, size)
        self._done += size or 0

    def take_back(self, count: int) -> None:
        """Bytes must come once more."""
        self._done -= count
        self._arrived = 0

    def tell(self) -> None:
        """Report now."""
        now = self._clock()
        if self._reported_at is not None and (passed := now - self._reported_at) > 0:
            rate = self._arrived / passed
            weight = 1 - math.exp(-passed / _SECONDS_SMOOTHED)
            self._speed = rate if not self._speed else self._speed + weight * (rate - self._speed)
        self._reported_at = now
        self._arrived = 0
        sizes = self._sizes.values()
        known = [size for size in sizes if size is not None]
        total = sum(known) if len(known) == len(sizes) else None
        self._report(DownloadProgress(self._done, total, self._speed or 0.0, self._file))

    def _tell_in_time(self) -> None:
        if self._reported_at is None or self._clock() - self._reported_at >= _SECONDS_BETWEEN:
            self.tell()
