"""What is known of the terms of the trigram index before they are looked up."""

from __future__ import annotations

import sqlite3

COMMON_SHARE = 500
"""A term is common where more than one model in this many has it."""

_ABOUNDING_SHARE = 25
"""Models abound where more than one in this many is meant."""

_MOST_BEGINNING = 200


class Vocabulary:
    """The index's terms and the facets' numbers; every method may raise `sqlite3.Error`.

    Args:
        connection: an open catalogue.

    Attributes:
        models: how many models the catalogue holds.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._common: dict[str, int] = {}
        self._statistics = -1
        self.models = 0

    def refresh(self) -> None:
        """Follow what was counted anew."""
        run = self._connection.execute
        self.models, statistics = run("SELECT models, statistics FROM facts").fetchone()
        if statistics != self._statistics:
            self._common = dict(run("SELECT term, models FROM common").fetchall())
            self._statistics = statistics

    def number_of_facet(self, name: str) -> int | None:
        """The number of a word of the table `facets`; None where no model ever had it."""
        row = self._connection.execute(
            "SELECT number FROM facets WHERE name = ?", (name,)
        ).fetchone()
        return None if row is None else int(row[0])

    def most_models(self, term: str) -> int:
        """How many models have a term, or an upper bound."""
        return self._common.get(term, self.models // COMMON_SHARE)

    def terms_beginning_with(self, letters: str) -> tuple[str, ...] | None:
        """All terms that begin with one or two letters; None where models with them abound.

        A list of models is soon full of such, while the terms are many and long to read.
        """
        common = sum(models for term, models in self._common.items() if term.startswith(letters))
        if common > self.models // _ABOUNDING_SHARE:
            return None
        run = self._connection.execute
        run("CREATE VIRTUAL TABLE IF NOT EXISTS temp.terms USING fts5vocab(main, found, row)")
        following = letters[:-1] + chr(min(ord(letters[-1]) + 1, 0x10FFFF))
        rows = run(
            "SELECT term FROM temp.terms WHERE term >= ? AND term < ? LIMIT ?",
            (letters, following, _MOST_BEGINNING + 1),
        ).fetchall()
        return None if len(rows) > _MOST_BEGINNING else tuple(term for (term,) in rows)
