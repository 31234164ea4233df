"""One model in the list of downloads, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ailab.services.downloads.download_progress import FileProgress
from ailab.services.problem import Problem


class DownloadState(Enum):
    """What happens to a download now."""

    QUEUED = "waiting"
    RUNNING = "downloading"
    PAUSED = "paused"
    FAILED = "failed"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class DownloadEntry:
    """One model's files on their way, waiting, or there.

    Attributes:
        key: by which downloads are told apart; stays the same over restarts.
        model_id: `owner/name`.
        ref: branch, tag or commit that was asked for.
        revision: the full commit; None where the Hub did not tell.
        files: how far each file is, in the order asked for.
        done: bytes on this disk.
        total: bytes of all files; None where a size is unknown.
        speed: bytes per second; 0.0 where nothing arrives.
        seconds_left: at this speed; None where nobody knows.
        state: see `DownloadState`.
        problem: why it failed; None unless it did.
        note: what it waits for, as a sentence; empty where it does not.
        silence: seconds since something arrived; 0.0 while data flows.
        can_hurry: it waits before another try, and the wait can be cut short.
    """

    key: str
    model_id: str
    ref: str = "main"
    revision: str | None = None
    files: tuple[FileProgress, ...] = ()
    done: int = 0
    total: int | None = None
    speed: float = 0.0
    seconds_left: float | None = None
    state: DownloadState = DownloadState.QUEUED
    problem: Problem | None = None
    note: str = ""
    silence: float = 0.0
    can_hurry: bool = False

    @property
    def is_active(self) -> bool:
        """It runs, or will without anybody's doing."""
        return self.state in {DownloadState.QUEUED, DownloadState.RUNNING}

    @property
    def is_unfinished(self) -> bool:
        """It is not done yet, whether it runs or not."""
        return self.state is not DownloadState.DONE
