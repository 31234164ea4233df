"""How a search comes to its first rows in milliseconds, whatever it asks for.

1. Where the rows are ordered by downloads, the trigram index gives those that hold all terms in
   that very order, and reading stops with the page.
2. In another order a search of many hits is read from that order's own index, row by row, and
   stops with the page as well. It reads no more rows than a search has hits whose sorting would
   be the same work.
3. A search of few hits has the trigram index give them all, and they are sorted.

How common the terms are tells which of the latter two comes first; where the second ends without
a full page, the third answers.
"""

from __future__ import annotations

import math
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
        column = _COLUMNS.get(sort)
        self._is_ranked = column is None
        self._value = f"models.{column}" if column else "0"
        self._order = f"models.{column}, models.rank" if column else "models.rank"
        self._index = f"INDEXED BY models_{column}" if column else "NOT INDEXED"

    def find(self, after: Place | None, limit: int) -> list[Place]:
        """The first rows that follow a place.

        Raises:
            sqlite3.Error: any failure; `interrupt` of the connection ends it with one.
        """
        plan = self._plan
        if plan.is_empty:
            return []
        if not plan.terms:
            return self._read(after, limit)
        if not self._is_ranked:
            bound = limit + math.isqrt(limit * self._models)
            if plan.rarest is None or plan.rarest > bound:
                found = self._read(after, limit, bound)
                if len(found) == limit:
                    return found
        return self._match(after, limit)

    def _read(self, after: Place | None, limit: int, bound: int | None = None) -> list[Place]:
        """Read rows in order and keep those that meet the conditions."""
        follows, start = self._after(after)
        conditions, values = list(self._plan.conditions), list(self._plan.values)
        table = f"models {self._index}"
        if bound is None:
            conditions, values = [*follows, *conditions], [*start, *values]
        else:
            where = f"WHERE {follows[0]}" if follows else ""
            table = f"(SELECT * FROM {table} {where} ORDER BY {self._order} LIMIT ?) AS models"  # noqa: S608 - see `_rows`
            values = [*start, bound, *values]
            # The rows come in the inner order; to ask for it again would sort them all first.
            return self._rows(table, conditions, values, "", limit)
        return self._rows(table, conditions, values, self._order, limit)

    def _match(self, after: Place | None, limit: int) -> list[Place]:
        """Have the trigram index give the rows."""
        follows, start = self._after(after)
        order = self._order
        if self._is_ranked:
            order = "found.rowid"
            follows = [condition.replace("models.rank", "found.rowid") for condition in follows]
        return self._rows(
            "found CROSS JOIN models ON models.rank = found.rowid",
            ["found MATCH ?", *follows, *self._plan.conditions],
            [match_text(self._plan.terms), *start, *self._plan.values],
            order,
            limit,
        )

    def _after(self, after: Place | None) -> tuple[list[str], list[float]]:
        if after is None:
            return [], []
        if self._is_ranked:
            return ["models.rank > ?"], [after[1]]
        return [f"({self._order}) > (?, ?)"], list(after)

    def _rows(
        self, table: str, conditions: list[str], values: list[object], order: str, limit: int
    ) -> list[Place]:
        where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
        ordering = f"ORDER BY {order}" if order else ""
        # Every part is a name or text of this module and of `search_plan`; values are bound.
        statement = f"SELECT {self._value}, models.rank FROM {table} {where} {ordering} LIMIT ?"  # noqa: S608
        return self._connection.execute(statement, (*values, limit)).fetchall()
