"""Answers questions to the catalogue; for one thread, over a connection of its own."""

from __future__ import annotations

import json
import sqlite3
import zlib
from dataclasses import replace
from datetime import datetime

from ailab.services.catalog.catalog_row import number_of, unpack
from ailab.services.catalog.catalog_search import CatalogSearch, Place
from ailab.services.catalog.model_catalog import CatalogFacts
from ailab.services.catalog.page_cursor import PageCursor, read_cursor, write_cursor
from ailab.services.catalog.search_plan import plan_search
from ailab.services.catalog.vocabulary import Vocabulary
from ailab.services.hub.model_info import ModelDetails, ModelInfo, ModelPage
from ailab.services.hub.model_query import ModelQuery, ModelSort
from ailab.services.value_json import from_plain


class CatalogReader:
    """What is asked of the catalogue; every method raises `sqlite3.Error`.

    Args:
        connection: an open catalogue.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._vocabulary = Vocabulary(connection)

    def first_page(self, query: ModelQuery) -> ModelPage:
        """The first rows that answer a query."""
        return self._page(query, None)

    def next_page(self, cursor: str) -> ModelPage:
        """The rows after a page's; none where the cursor is none of this catalogue's."""
        found = read_cursor(cursor)
        return self._page(found.query, (found.value, found.rank)) if found else ModelPage(())

    def model(self, model_id: str) -> ModelInfo | None:
        """The row of a model's id, regardless of case."""
        self._vocabulary.refresh()
        line = model_id.lower()
        plan = plan_search(ModelQuery(line), self._vocabulary)
        # Without wildcards: the id is the first line, or followed by its owner's name.
        plan = replace(
            plan,
            texts=(*plan.texts, "substr(texts.words, 1, ?) IN (?, ?)"),
            text_values=(*plan.text_values, len(line) + 1, f"{line}\n", f"{line} "),
        )
        search = CatalogSearch(self._connection, plan, ModelSort.DOWNLOADS, self._vocabulary.models)
        return next((self._model_at(rank) for _, rank in search.find(None, 1)), None)

    def details(self, model_id: str) -> ModelDetails | None:
        """What was last remembered of a model."""
        row = self._connection.execute(
            "SELECT details FROM details WHERE id = ?", (model_id.lower(),)
        ).fetchone()
        try:
            return row and from_plain(ModelDetails, json.loads(zlib.decompress(row[0])))
        except (ValueError, zlib.error, RecursionError):
            return None

    def facts(self) -> CatalogFacts:
        """What the catalogue holds."""
        run = self._connection.execute
        models, newest = run("SELECT models, newest FROM facts").fetchone()
        synced = run("SELECT task, synced_at FROM syncs WHERE synced_at IS NOT NULL ORDER BY task")
        pages = run("PRAGMA page_count").fetchone()[0] - run("PRAGMA freelist_count").fetchone()[0]
        return CatalogFacts(
            models,
            tuple((task, datetime.fromisoformat(time)) for task, time in synced),
            datetime.fromisoformat(newest) if newest else None,
            pages * run("PRAGMA page_size").fetchone()[0],
        )

    def _page(self, query: ModelQuery, after: Place | None) -> ModelPage:
        self._vocabulary.refresh()
        plan = plan_search(query, self._vocabulary)
        search = CatalogSearch(self._connection, plan, query.sort, self._vocabulary.models)
        places = search.find(after, query.limit + 1)  # one more tells whether more follow
        shown = places[: query.limit]
        models = tuple(model for _, rank in shown if (model := self._model_at(rank)) is not None)
        if len(places) == len(shown):
            return ModelPage(models)
        return ModelPage(models, write_cursor(PageCursor(query, *shown[-1])))

    def _model_at(self, rank: int) -> ModelInfo | None:
        row = self._connection.execute(
            "SELECT model FROM packed WHERE number = ?", (number_of(rank),)
        ).fetchone()
        return row and unpack(row[0])
