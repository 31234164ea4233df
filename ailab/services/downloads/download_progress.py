"""How far a download is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileProgress:
    """How far one file is.

    Attributes:
        path: inside the repository.
        done: bytes on this disk.
        total: bytes of the file; None where unknown.
    """

    path: str
    done: int = 0
    total: int | None = None


@dataclass(frozen=True, slots=True)
class DownloadProgress:
    """A download's state at one moment.

    Attributes:
        done: bytes received, those already on disk from earlier included.
        total: bytes of all files wanted; None where a size is unknown.
        speed: bytes per second over the last moments; 0.0 before the first ones.
        file: path inside the repository of the file that moved last.
        files: each file wanted, in the order asked for.
        note: what the download waits for, as a sentence; empty where it does not.
        silence: seconds since something arrived; 0.0 while data flows.
        can_hurry: it waits before another try, and the wait can be cut short.
    """

    done: int
    total: int | None
    speed: float
    file: str
    files: tuple[FileProgress, ...] = ()
    note: str = ""
    silence: float = 0.0
    can_hurry: bool = False

    @property
    def seconds_left(self) -> float | None:
        """At this speed; None where nobody knows."""
        if self.total is None or self.speed <= 0:
            return None
        return max(0, self.total - self.done) / self.speed
