"""The measurements of all runs on this machine, kept from day to day."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ailab.services.compatibility.measurement import Measurement
from ailab.services.inference.device import CPU

_SCHEMA = """
CREATE TABLE IF NOT EXISTS measurements (
    model_id TEXT, revision TEXT, variant TEXT, engine TEXT, machine TEXT,
    seconds REAL NOT NULL, memory INTEGER,
    PRIMARY KEY (model_id, revision, variant, engine, machine)
) WITHOUT ROWID"""
_UPSERT = """
INSERT INTO measurements VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET
    seconds = excluded.seconds, memory = coalesce(excluded.memory, memory)"""
_SELECT = """
SELECT model_id, revision, variant, engine, seconds, memory FROM measurements WHERE machine = ?"""
_PATIENCE = 5.0  # seconds for another lab's writing


class Measurements:
    """A file of measurements, which two labs may share; every method is for a thread.

    They make verdicts better, and nothing depends on them: a damaged file is begun anew, and
    what cannot be written is not kept.

    Args:
        file: need not exist yet.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def read(self, machine: str) -> tuple[Measurement, ...]:
        """All measurements of a machine; none where the file cannot be read."""
        with contextlib.suppress(sqlite3.Error, OSError), self._open() as database:
            rows = database.execute(_SELECT, (machine,)).fetchall()
            return tuple(_with_device(Measurement(*row)) for row in rows)
        return ()

    def keep(self, measured: Measurement, machine: str) -> None:
        """Keep a measurement in place of an older one of the same model."""
        with contextlib.suppress(sqlite3.Error, OSError), self._open() as database:
            database.execute(
                _UPSERT,
                (
                    measured.model_id,
                    measured.revision,
                    measured.variant,
                    f"{measured.engine} {_no_cpu(measured.device)}".strip(),
                    machine,
                    measured.seconds,
                    measured.memory,
                ),
            )

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        try:
            database = self._connect()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):  # locked, or not to be written
                raise
            self._file.unlink()  # no database
            database = self._connect()
        try:
            with database:
                yield database
        finally:
            database.close()

    def _connect(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._file, timeout=_PATIENCE)
        try:
            database.execute(_SCHEMA)
        except sqlite3.Error:
            database.close()
            raise
        return database


def _with_device(row: Measurement) -> Measurement:
    """Of a row, whose `engine` names the device too, but for the processor."""
    name, _, device = row.engine.partition(" ")
    return replace(row, engine=name, device=device or CPU)


def _no_cpu(device: str) -> str:
    return "" if device == CPU else device
