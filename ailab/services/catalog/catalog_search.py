"""How a search comes to its first rows in milliseconds, whatever it asks for.

The trigram index gives the rows that hold all terms in the order of downloads, and reading stops
with the page. In another order there are three ways:

1. A search of many hits reads that order's own index with the rows' texts, and stops with the
   page too. How many of the first rows are hits tells whether to go on.
2. Otherwise the trigram index gives all hits, by their ranks alone. Where they are not few, that
   order's own index is read until enough of them have been met; it is narrow and in one piece.
3. Few hits are looked up, each in the table, and sorted.

But few models trend at one time. Those are searched as above; all others follow by downloads.
"""

from __future__ import annotations

import json
import sqlite3

from ailab.services.catalog.search_plan import SearchPlan, match_text
from ailab.services.hub.model_query import ModelSort

Place = tuple[float, int]
"""Where a row stands in its order: the value ordered by (0 for downloads), then its rank."""

_COLUMNS = {
    ModelSort.TRENDING: "by_trending",
    ModelSort.LIKES: "by_likes",
    ModelSort.CREATED: "by_created",
    ModelSort.UPDATED: "by_updated",
    ModelSort.PARAMETERS: "by_parameters",
}
_READ_AT_ONCE = 500
"""Rows that are read before it is reckoned whether to go on."""

_LIST_COST = 0.07
"""How long the trigram index takes to give one hit, as a share of reading a row with its text."""

_WALK_COST = 0.1
"""How long it takes to read a row of an order's index, as a share of looking one hit up."""

_SAMPLED = 50
"""Rows of which it is looked how many that have the terms meet the conditions too."""

_MOST_DETOUR = 3
"""How much longer than reckoned a walk may be."""


class CatalogSearch:
    """One search of the catalogue.

    Args:
        connection: an open catalogue.
        plan: what is sought.
        sort: the order.
        models: how many models the catalogue holds.
    """

    def __init__(
        self, connection: sqlite3.Connection, plan: SearchPlan, sort: ModelSort, models: int
    ) -> None:
        self._connection = connection
        self._plan = plan
        self._models = models
        self._column = _COLUMNS.get(sort)
        self._is_trend = sort is ModelSort.TRENDING

    def find(self, after: Place | None, limit: int) -> list[Place]:
        """The first rows that follow a place.

        Raises:
            sqlite3.Error: any failure; `interrupt` of the connection ends it with one.
        """
        if self._plan.is_empty:
            return []
        if self._column is None or (self._is_trend and after is not None and after[0] == 0):
            return self._by_downloads(after, limit)
        found = self._read(after, limit)
        if found is None:
            hits = self._hits()
            found = self._walk(hits, after, limit)
            if found is None:
                return self._sort(hits, after, limit)
        if self._is_trend and len(found) < limit:
            found += self._by_downloads(None, limit - len(found))
        return found

    def _by_downloads(self, after: Place | None, limit: int) -> list[Place]:
        """Have the trigram index give the rows until there are enough."""
        plan = self._plan
        source, rank = "models", "models.rank"
        conditions: list[str] = []
        values: list[object] = []
        if plan.terms:
            source, rank = "found CROSS JOIN models ON models.rank = found.rowid", "found.rowid"
            conditions, values = ["found MATCH ?"], [match_text(plan.terms)]
        if after is not None:
            conditions, values = [*conditions, f"{rank} > ?"], [*values, after[1]]
        if self._is_trend:
            conditions.append("models.by_trending = 0")
        return self._rows(
            f"SELECT 0, models.rank FROM {source}"  # noqa: S608 - see `_rows`
            f" WHERE {' AND '.join([*conditions, plan.test])} ORDER BY {rank} LIMIT ?",
            (*values, *plan.values, limit),
        ).fetchall()

    def _read(self, after: Place | None, limit: int) -> list[Place] | None:
        """Read rows in order until there are enough; None where to list all hits is less work."""
        if not self._is_worth_reading(0, 0, limit):
            return None
        follows, start = self._after(after)
        rows = self._rows(
            f"SELECT models.{self._column}, models.rank, {self._plan.test}"  # noqa: S608 - see `_rows`
            f" FROM models INDEXED BY models_{self._column} WHERE {follows}"
            f" ORDER BY models.{self._column}, models.rank",
            (*self._plan.values, *start),
        )
        found: list[Place] = []
        for read, (value, rank, is_hit) in enumerate(rows, 1):
            if is_hit:
                found.append((value, rank))
                if len(found) == limit:
                    break
            if read % _READ_AT_ONCE == 0 and not self._is_worth_reading(read, len(found), limit):
                rows.close()
                return None
        rows.close()
        return found

    def _is_worth_reading(self, read: int, found: int, limit: int) -> bool:
        """Whether to read on takes no longer than to list all hits.

        Args:
            read: rows read.
            found: hits among them.
            limit: hits wanted.
        """
        plan = self._plan
        if not plan.terms:
            return True
        hits = self._models if plan.rarest is None else plan.rarest
        if read:
            # Of a single term it is known how many rows have it, of several together it is not.
            weight = _READ_AT_ONCE if len(plan.terms) == 1 else 0
            told = weight * hits // max(self._models, 1)
            hits = min(hits, self._models * (found + told) // (read + weight))
        to_read = (limit - found) * self._models // max(hits, 1)
        return max(to_read, _READ_AT_ONCE) <= hits * _LIST_COST

    def _hits(self) -> list[int]:
        """The ranks of all rows that have the terms."""
        rows = self._rows(
            "SELECT rowid FROM found WHERE found MATCH ?", (match_text(self._plan.terms),)
        )
        return [rank for (rank,) in rows]

    def _walk(self, hits: list[int], after: Place | None, limit: int) -> list[Place] | None:
        """Read the order's index until enough hits are met; None where that takes too long."""
        sample = hits[:: len(hits) // _SAMPLED + 1]
        share = sum(map(self._meets, sample)) / max(len(sample), 1)
        way = int(limit * self._models / max(share * len(hits), 1))
        if way * _WALK_COST > len(hits):
            return None
        follows, start = self._after(after)
        rows = self._rows(
            f"SELECT models.{self._column}, models.rank"  # noqa: S608 - see `_rows`
            f" FROM models INDEXED BY models_{self._column} WHERE {follows}"
            f" ORDER BY models.{self._column}, models.rank LIMIT ?",
            (*start, _MOST_DETOUR * way),
        )
        sought, found, walked = set(hits), [], 0
        for walked, (value, rank) in enumerate(rows, 1):  # noqa: B007 - used after the loop
            if rank in sought and self._meets(rank):
                found.append((value, rank))
                if len(found) == limit:
                    break
        rows.close()
        return None if len(found) < limit and walked == _MOST_DETOUR * way else found

    def _meets(self, rank: int) -> bool:
        """Whether the row at a rank meets all conditions."""
        statement = f"SELECT {self._plan.test} FROM models WHERE rank = ?"  # noqa: S608 - see `_rows`
        row = self._rows(statement, (*self._plan.values, rank)).fetchone()
        return row is not None and bool(row[0])

    def _sort(self, hits: list[int], after: Place | None, limit: int) -> list[Place]:
        """Look the hits up, sort them, and read the texts of the first."""
        plan = self._plan
        follows, start = self._after(after, is_all=True)
        return self._rows(
            "SELECT value, rank FROM ("  # noqa: S608 - see `_rows`
            f"SELECT models.{self._column} AS value, models.rank AS rank"
            " FROM json_each(?) AS hits CROSS JOIN models ON models.rank = hits.value"
            f" WHERE {' AND '.join([follows, *plan.columns])}"
            # The limit, which is none, keeps SQLite from reading the texts before it sorts.
            f" ORDER BY models.{self._column}, models.rank LIMIT -1) AS ordered"
            f" WHERE {plan.text_test('ordered.rank')} LIMIT ?",
            (json.dumps(hits), *start, *plan.column_values, *plan.text_values, limit),
        ).fetchall()

    def _after(self, after: Place | None, *, is_all: bool = False) -> tuple[str, list[float]]:
        """Which rows of the order follow a place; of trends those alone, unless all are wanted."""
        which = "models.by_trending < 0" if self._is_trend and not is_all else "1"
        if after is None:
            return which, []
        return f"{which} AND (models.{self._column}, models.rank) > (?, ?)", list(after)

    def _rows(self, statement: str, values: tuple[object, ...]) -> sqlite3.Cursor:
        # Every part is a name or text of this module and of `search_plan`; values are bound.
        return self._connection.execute(statement, values)
