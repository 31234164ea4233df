"""Writes the catalogue; for one thread, over a connection of its own."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from ailab.services.catalog.catalog_error import DamagedCatalogError
from ailab.services.catalog.catalog_row import (
    FOUND_COLUMNS,
    CatalogRow,
    Facets,
    facet_names,
    found_values,
    number_of,
    pack,
    row_of,
    task_name,
    unpack,
)
from ailab.services.catalog.catalog_schema import empty_catalog
from ailab.services.catalog.sync_states import SyncStates
from ailab.services.catalog.vocabulary import COMMON_SHARE
from ailab.services.hub.model_info import ModelDetails, ModelInfo
from ailab.services.value_json import to_plain

_ROW = ", ".join("?" * (len(CatalogRow._fields) - 1))
_FOUND = ", ".join("?" * (FOUND_COLUMNS.count(",") + 2))
# Made of constants alone.
_INSERT_ROW = f"INSERT INTO models VALUES ({_ROW})"  # noqa: S608
_INSERT_TEXT = "INSERT INTO texts VALUES (?, ?)"
_FIND = f"INSERT INTO found(rowid, {FOUND_COLUMNS}) VALUES ({_FOUND})"  # noqa: S608
_UNFIND = f"INSERT INTO found(found, rowid, {FOUND_COLUMNS}) VALUES ('delete', {_FOUND})"  # noqa: S608
_MERGED_AT_ONCE = 256
"""Pages of the trigram index that one step of tidying merges, some 10 ms of work."""


class CatalogWriter:
    """What changes the catalogue; every method is one transaction and raises `sqlite3.Error`.

    Args:
        connection: an open catalogue.
        now: the present time, UTC.

    Attributes:
        syncs: how far each task's synchronisation is.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._connection = connection
        self._now = now
        self.syncs = SyncStates(connection)

    def remember(self, models: Sequence[ModelInfo], sync_round: int = 0) -> None:
        """Write rows, each model once; those that are known replace what was known of them.

        Args:
            models: the rows.
            sync_round: the round of synchronisation that saw them; 0 for none.
        """
        with self._transaction():
            self._remember(models, sync_round)
            self._touch()

    def remember_details(self, details: ModelDetails) -> None:
        """Write what is known of one model, and its row."""
        body = zlib.compress(json.dumps(to_plain(details)).encode())
        with self._transaction():
            self._remember([details.info], 0)
            self._connection.execute(
                "REPLACE INTO details VALUES (?, ?)", (details.info.id.lower(), body)
            )
            self._touch()

    def drop_unseen(self, task: str, sync_round: int) -> None:
        """Drop a task's models that a whole round of synchronisation did not see."""
        with self._transaction():
            facet = self._connection.execute(
                "SELECT number FROM facets WHERE name = ?", (task_name(task),)
            ).fetchone()
            if facet is None:
                return
            gone = self._connection.execute(
                "SELECT places.key, places.rank FROM places JOIN models USING (rank)"
                " WHERE task = ? AND round < ?",
                (facet[0], sync_round),
            ).fetchall()
            self._replace([rank for _, rank in gone], [])
            self._connection.executemany(
                "DELETE FROM packed WHERE number = ?", [(number_of(rank),) for _, rank in gone]
            )
            self._connection.executemany(
                "DELETE FROM places WHERE key = ?", [(key,) for key, _ in gone]
            )
            self._connection.execute("UPDATE facts SET models = models - ?", (len(gone),))

    def clear(self) -> None:
        """Forget everything and give the room back."""
        empty_catalog(self._connection)

    def tidy(self) -> bool:
        """One step of merging the trigram index; False where nothing is left to do."""
        before = self._connection.total_changes
        self._merge(_MERGED_AT_ONCE)
        return self._connection.total_changes - before >= 2

    def begin_tidying(self) -> None:
        """Mark the whole trigram index for being merged by `tidy`."""
        self._merge(-_MERGED_AT_ONCE)

    def count_terms(self) -> None:
        """Write how many models the common trigrams have, by which searches are planned.

        Takes about two seconds for each million models.
        """
        run = self._connection.execute
        run("CREATE VIRTUAL TABLE IF NOT EXISTS temp.terms USING fts5vocab(main, found, row)")
        models = run("SELECT models FROM facts").fetchone()[0]
        common = run(
            "SELECT term, doc FROM temp.terms WHERE doc > ?", (models // COMMON_SHARE,)
        ).fetchall()
        with self._transaction():
            run("DELETE FROM common")
            self._connection.executemany("INSERT INTO common VALUES (?, ?)", common)
            run("UPDATE facts SET statistics = statistics + 1")

    def _remember(self, models: Sequence[ModelInfo], sync_round: int) -> None:
        fetch = self._connection.execute
        next_number = first_free = fetch("SELECT next_number FROM facts").fetchone()[0]
        gone: list[int] = []
        rows: list[CatalogRow] = []
        packed: list[tuple[int, bytes]] = []
        places: list[tuple[bytes, int, int]] = []
        for told in {model.key: model for model in models}.values():
            info, key, body = told, key_of(told), pack(told)
            place = fetch("SELECT rank, round FROM places WHERE key = ?", (key,)).fetchone()
            if place is None:
                number = next_number
                next_number += 1
            else:
                number = number_of(place[0])
                known = fetch("SELECT model FROM packed WHERE number = ?", (number,)).fetchone()
                if known is not None and told.size is None:
                    info = _with_size_of(unpack(known[0]), told)
                    body = pack(info)
                if known is not None and known[0] == body:
                    if sync_round > place[1]:
                        places.append((key, place[0], sync_round))
                    continue
                gone.append(place[0])
            row = row_of(info, number, self._facets(info))
            rows.append(row)
            packed.append((number, body))
            places.append((key, row.rank, max(sync_round, place[1] if place else 0)))
        self._replace(gone, rows)
        self._connection.executemany("REPLACE INTO packed VALUES (?, ?)", packed)
        self._connection.executemany("REPLACE INTO places VALUES (?, ?, ?)", places)
        fetch(
            "UPDATE facts SET models = models + ?, next_number = ?",
            (next_number - first_free, next_number),
        )

    def _replace(self, gone: Sequence[int], rows: Sequence[CatalogRow]) -> None:
        """Take rows away and put others in.

        The trigram index keeps no text of its own and is told what it held of a row. It takes
        changes in the order of their ranks; any other would begin a piece of index for each.
        """
        changes = [(rank, True, self._row_at(rank)) for rank in gone]
        changes += [(row.rank, False, row) for row in rows]
        changes.sort(key=lambda change: (change[0], not change[1]))
        for table in ("models", "texts"):
            statement = f"DELETE FROM {table} WHERE rank = ?"  # noqa: S608 - made of constants
            self._connection.executemany(statement, [(rank,) for rank in gone])
        rows = sorted(rows)
        self._connection.executemany(_INSERT_ROW, [row[:-1] for row in rows])
        self._connection.executemany(_INSERT_TEXT, [(row.rank, row.words) for row in rows])
        for _, is_gone, row in changes:
            self._connection.execute(_UNFIND if is_gone else _FIND, found_values(row))

    def _merge(self, pages: int) -> None:
        self._connection.execute("INSERT INTO found(found, rank) VALUES ('merge', ?)", (pages,))

    def _row_at(self, rank: int) -> CatalogRow:
        found = self._connection.execute(
            "SELECT models.*, words FROM models JOIN texts USING (rank) WHERE rank = ?", (rank,)
        ).fetchone()
        if found is None:
            raise DamagedCatalogError(f"no model at its place {rank}")
        return CatalogRow(*found)

    def _facets(self, info: ModelInfo) -> Facets:
        return Facets(*(self._facet(name) for name in facet_names(info)))

    def _facet(self, name: str) -> int:
        run = self._connection.execute
        known = run("SELECT number FROM facets WHERE name = ?", (name,)).fetchone()
        if known is not None:
            return int(known[0])
        return run("INSERT INTO facets(name) VALUES (?)", (name,)).lastrowid or 0

    def _touch(self) -> None:
        self._connection.execute("UPDATE facts SET newest = ?", (self._now().isoformat(),))

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise


def key_of(info: ModelInfo) -> bytes:
    """A row's key; the Hub's own 24 digits take 12 bytes."""
    try:
        if len(info.key) == 24 and info.key == info.key.lower():
            return bytes.fromhex(info.key)
    except ValueError:
        pass
    return b"another key: " + info.key.encode(errors="surrogatepass")


def _with_size_of(known: ModelInfo | None, info: ModelInfo) -> ModelInfo:
    """A row with the size that the details once told, unless the model was changed since."""
    if known is None or known.size is None or known.last_modified != info.last_modified:
        return info
    return replace(info, size=known.size)
