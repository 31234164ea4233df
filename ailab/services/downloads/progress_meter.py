"""How far a download is, told often enough for an eye and seldom enough for a window."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ailab.services.downloads.download_progress import DownloadProgress, FileProgress
from ailab.services.hub.model_info import RepoFile

_SECONDS_BETWEEN = 0.1
_SECONDS_SMOOTHED = 2.0
_SILENCE = 3.0  # seconds after which a speed is history


@dataclass(frozen=True, slots=True)
class _Pause:
    why: str
    until: float
    can_hurry: bool


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
        self._pauses: dict[str, _Pause] = {}  # by path
        self._moved_at = clock()
        self._speed: float | None = None
        self._reported_at: float | None = None
        self._measured_at: float | None = None
        self._arrived = 0  # since the last report

    def begin(self, path: str, size: int | None, done: int = 0) -> None:
        """A file is on its way; its size, and how much of it is on the disk already."""
        self._file = path
        if self._sizes.get(path) is None:
            self._sizes[path] = size
        self._done[path] = done
        self._moved_at = self._clock()
        self._tell_in_time()

    def add(self, path: str, count: int) -> None:
        """Bytes have arrived."""
        self._file = path
        self._done[path] += count
        self._arrived += count
        if count:
            self._moved_at = self._clock()
        self._tell_in_time()

    def skip(self, path: str, size: int | None) -> None:
        """A file was there already."""
        self.begin(path, size, size or 0)

    def note(self, text: str) -> None:
        """Say what is waited for; empty for nothing."""
        if text != self._note:
            self._note = text
            self.tell()

    def pause(self, path: str, why: str, seconds: float, *, can_hurry: bool) -> None:
        """A file waits before another try.

        Args:
            path: the file.
            why: what the last try came to, as a sentence.
            seconds: how long.
            can_hurry: the wait can be cut short.
        """
        self._pauses[path] = _Pause(why, self._clock() + seconds, can_hurry)
        self.tell()

    def go_on(self, path: str) -> None:
        """A file waits no more."""
        self._pauses.pop(path, None)
        self._moved_at = self._clock()
        self.tell()

    def tell(self) -> None:
        """Report now."""
        now = self._clock()
        silence = now - self._moved_at
        if silence < _SILENCE:
            silence = 0.0
            self._measure(now)
        else:  # no speed, and no time left that is reckoned from it
            self._speed = self._measured_at = None
        self._reported_at = now
        self._arrived = 0
        files = tuple(
            FileProgress(path, self._done[path], size) for path, size in self._sizes.items()
        )
        known = [file.total for file in files if file.total is not None]
        total = sum(known) if len(known) == len(files) else None
        done = sum(self._done.values())
        self._report(
            DownloadProgress(
                done,
                total,
                self._speed or 0.0,
                self._file,
                files,
                note=self._pause_note(now) or self._note,
                silence=silence,
                can_hurry=any(pause.can_hurry for pause in self._pauses.values()),
            )
        )

    def _measure(self, now: float) -> None:
        if self._measured_at is not None and (passed := now - self._measured_at) > 0:
            rate = self._arrived / passed
            weight = 1 - math.exp(-passed / _SECONDS_SMOOTHED)
            self._speed = rate if not self._speed else self._speed + weight * (rate - self._speed)
        self._measured_at = now

    def _pause_note(self, now: float) -> str:
        """What the file says that waits the least; empty where none does."""
        if not self._pauses:
            return ""
        pause = min(self._pauses.values(), key=lambda pause: pause.until)
        return f"Trying again in {max(1, math.ceil(pause.until - now))} s. {pause.why}"

    def _tell_in_time(self) -> None:
        if self._reported_at is None or self._clock() - self._reported_at >= _SECONDS_BETWEEN:
            self.tell()
