"""How far the synchronisation of one task's models is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SyncState:
    """What has to be known to go on after a pause, and to fetch only what changed.

    Attributes:
        task: the pipeline tag.
        cursor: where the next page begins; None while no round is under way.
        is_whole: the round fetches all models, not only those that changed.
        round: the number of the last whole round, by which models that vanished are told.
        next_mark: the latest change that the round under way has seen, UTC.
        mark: the latest change that the last round has seen; what is older is known.
        whole_at: when a whole round was last done.
        synced_at: when any round was last done.
    """

    task: str
    cursor: str | None = None
    is_whole: bool = True
    round: int = 0
    next_mark: datetime | None = None
    mark: datetime | None = None
    whole_at: datetime | None = None
    synced_at: datetime | None = None
