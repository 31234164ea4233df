"""What the list of downloads shows."""

from __future__ import annotations

from dataclasses import dataclass

from ailab.services.downloads.download_entry import DownloadEntry, DownloadState


@dataclass(frozen=True, slots=True)
class DownloadsState:
    """What the list of downloads shows.

    Attributes:
        entries: all downloads, in the order in which they were asked for.
        is_open: those of the lab before are among them.
    """

    entries: tuple[DownloadEntry, ...] = ()
    is_open: bool = False

    @property
    def active(self) -> tuple[DownloadEntry, ...]:
        """Those that run or wait for their turn."""
        return tuple(entry for entry in self.entries if entry.is_active)

    @property
    def arrived(self) -> frozenset[object]:
        """What tells those that are done from the others."""
        return frozenset(e.key for e in self.entries if e.state is DownloadState.DONE)

    @property
    def failed(self) -> tuple[DownloadEntry, ...]:
        """Those that failed and were not tried again."""
        return tuple(entry for entry in self.entries if entry.state is DownloadState.FAILED)

    @property
    def paused(self) -> tuple[DownloadEntry, ...]:
        """Those that rest until somebody lets them go on."""
        return tuple(entry for entry in self.entries if entry.state is DownloadState.PAUSED)

    @property
    def silence(self) -> float:
        """Seconds since anything arrived; 0.0 while data flows, or nothing runs."""
        running = [e.silence for e in self.active if e.state is DownloadState.RUNNING]
        return min(running, default=0.0)

    @property
    def can_clear(self) -> bool:
        """Some are done, so that they can be taken off the list."""
        return any(not entry.is_unfinished for entry in self.entries)

    @property
    def can_resume(self) -> bool:
        """Some rest that could go on."""
        return bool(self.paused)

    @property
    def done(self) -> int:
        """Bytes on this disk of the active ones."""
        return sum(entry.done for entry in self.active)

    @property
    def total(self) -> int | None:
        """Bytes of the active ones; None where one is unknown."""
        totals = [entry.total for entry in self.active]
        known = [total for total in totals if total is not None]
        return sum(known) if len(known) == len(totals) else None

    @property
    def speed(self) -> float:
        """Bytes per second of all together."""
        return sum(entry.speed for entry in self.active)

    @property
    def seconds_left(self) -> float | None:
        """Until all active ones are done at this speed; None where nobody knows."""
        if self.total is None or self.speed <= 0:
            return None
        return max(0, self.total - self.done) / self.speed
