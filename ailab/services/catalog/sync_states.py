"""The table of how far each task's synchronisation is."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from ailab.services.catalog.sync_state import SyncState


class SyncStates:
    """Reads and writes the table `syncs`; every method raises `sqlite3.Error`.

    Args:
        connection: an open catalogue.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def load(self, task: str) -> SyncState:
        """The state of a task; the beginning where it was never synchronised."""
        row = self._connection.execute(
            "SELECT cursor, is_whole, round, next_mark, mark, whole_at, synced_at"
            " FROM syncs WHERE task = ?",
            (task,),
        ).fetchone()
        if row is None:
            return SyncState(task)
        cursor, is_whole, number, *times = row
        return SyncState(task, cursor, bool(is_whole), number, *map(_time, times))

    def save(self, state: SyncState) -> None:
        """Keep a task's state."""
        times = (state.next_mark, state.mark, state.whole_at, state.synced_at)
        self._connection.execute(
            "REPLACE INTO syncs(task, cursor, is_whole, round, next_mark, mark, whole_at,"
            " synced_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                state.task,
                state.cursor,
                int(state.is_whole),
                state.round,
                *(time and time.isoformat() for time in times),
            ),
        )

    def next_round(self) -> int:
        """A number above that of every round before."""
        last: int = self._connection.execute(
            "SELECT coalesce(max(round), 0) FROM syncs"
        ).fetchone()[0]
        return last + 1


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
