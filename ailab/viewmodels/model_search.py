"""Searching: the first rows, the further ones, and what is filtered here."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace

from ailab.services.catalog.model_catalog import CatalogFacts, ModelCatalog
from ailab.services.hub.model_hub import ModelHub
from ailab.services.hub.model_info import ModelInfo, ModelPage
from ailab.services.hub.model_query import ModelQuery
from ailab.services.hub.model_source import ModelSource
from ailab.services.lab_error import LabError
from ailab.services.problem import Problem
from ailab.viewmodels.latest import Latest
from ailab.viewmodels.model_browser_board import ModelBrowserBoard
from ailab.viewmodels.model_memory import ModelMemory
from ailab.viewmodels.model_sizes import MOST_ASKED, FindDetails, ModelSizes
from ailab.viewmodels.model_verdicts import ModelVerdicts

MOST_READ = 1000
"""Rows read in a row while few of them meet the filter; then the person is asked."""

_FILTERED_PAGE = 200
_LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class _Reading:
    """One search: whom it asks, whether its rows are filtered here, and which it has had.

    `unsized` counts those that were left out for their unknown size alone; `may_look_up` is how
    many more may be looked up before the person asks for more.
    """

    source: ModelSource
    query: ModelQuery
    is_filtered_here: bool
    keys: set[str] = field(default_factory=set)
    unsized: int = 0
    may_look_up: int = 0


class ModelSearch:
    """Reads rows into the browser's state, from the Hub or from the catalogue.

    Args:
        board: the browser's state.
        hub: where models are searched.
        catalog: where they are searched without the Hub.
        memory: keeps the rows that the Hub gave.
        verdicts: knows which rows run here.
        find: a model's details, for the size that its row does not tell.
        page_size: rows that a page shows.
    """

    def __init__(
        self,
        board: ModelBrowserBoard,
        *,
        hub: ModelHub,
        catalog: ModelCatalog,
        memory: ModelMemory,
        verdicts: ModelVerdicts,
        find: FindDetails,
        page_size: int,
    ) -> None:
        self._board = board
        self._hub = hub
        self._catalog = catalog
        self._memory = memory
        self._verdicts = verdicts
        self._sizes = ModelSizes(find)
        self._page_size = page_size
        self._more = Latest("further models")
        self._reading: _Reading | None = None

    def begin(self) -> None:
        """Stop what is under way: first rows will come."""
        self._more.cancel()
        self._board.show(
            replace(
                self._board.state,
                is_searching=True,
                is_loading_more=False,
                has_paused=False,
                problem=None,
                more_problem=None,
                notice=None,
            )
        )

    async def run(self, text: str) -> None:
        """Show the first rows for a text in place of those before."""
        query = replace(self._board.state.model_query(self._page_size), search=text)
        try:
            page = await self._first_page(query)
        except LabError as error:
            self.fail(error)
            return
        await self._take(page, is_first=True)

    def load_more(self) -> None:
        """Read the rows after the last ones, until a page's worth meets the filter."""
        page = self._board.state.next_page
        if page is not None and self._reading is not None:
            self._board.show(
                replace(
                    self._board.state, is_loading_more=True, has_paused=False, more_problem=None
                )
            )
            self._more.start(self._run_more(self._reading, page))

    def cancel(self) -> None:
        """Read no further rows."""
        self._more.cancel()

    async def wait(self) -> None:
        """Wait until no further rows are on their way."""
        await self._more.wait()

    async def close(self) -> None:
        """Read no further rows, and wait for the end of it."""
        await self._more.close()

    def show_rows(self, rows: tuple[ModelInfo, ...], problem: Problem | None = None) -> None:
        """Show rows that no source was asked for, or why there are none."""
        self._reading = None
        self._board.show(
            replace(
                self._board.state,
                is_searching=False,
                has_searched=True,
                problem=problem,
                results=rows,
                next_page=None,
                loaded=len(rows),
                is_filtered_here=False,
                unsized=0,
                verdicts=self._verdicts.of_all(rows, {}),
            )
        )

    def fail(self, error: LabError) -> None:
        """Say why there are no rows."""
        self.show_rows((), Problem.of(error))

    def put_first(self, model: ModelInfo) -> None:
        """Let a row stand before the others."""
        state = self._board.state
        if self._reading is not None:
            self._reading.keys.add(model.key)
        others = tuple(each for each in state.results if each.key != model.key)
        verdicts = self._verdicts.of_all((model,), state.verdicts)
        self._board.show(replace(state, results=(model, *others), verdicts=verdicts))

    async def facts(self) -> CatalogFacts:
        """What the catalogue holds; nothing where it can't be read."""
        try:
            return await self._catalog.facts()
        except LabError as error:
            _LOG.warning("%s (%s)", error.message, error.detail)
            return CatalogFacts()

    async def _first_page(self, query: ModelQuery) -> ModelPage:
        if self._board.state.is_offline:
            return await self._ask(self._catalog, query)
        try:
            return await self._ask(self._hub, query)
        except LabError as error:
            if not error.is_offline:
                raise
            facts = await self.facts()
            self._board.show(replace(self._board.state, facts=facts))
            if not facts.models:
                raise
            _LOG.info("The catalogue answers instead of the Hub: %s", error.message)
            self._board.show(replace(self._board.state, lost_hub=Problem.of(error)))
            return await self._ask(self._catalog, query)

    async def _ask(self, source: ModelSource, query: ModelQuery) -> ModelPage:
        is_filtered_here = query.filter.runs_here or not source.applies_all(query)
        if is_filtered_here:  # fewer, larger questions, since much of each answer is dropped
            query = replace(query, limit=max(_FILTERED_PAGE, query.limit))
        page = await source.first_page(query)
        self._reading = _Reading(source, query, is_filtered_here)
        return page

    async def _run_more(self, reading: _Reading, page: ModelPage) -> None:
        following = await self._next_page(reading, page)
        if following is not None:
            await self._take(following, is_first=False)

    async def _take(self, page: ModelPage, *, is_first: bool) -> None:
        """Show a page's rows, and read on while too few of them meet the filter."""
        reading = self._reading
        if reading is None:
            return
        reading.may_look_up = MOST_ASKED
        goal = self._page_size if reading.is_filtered_here else 1
        found = read = 0
        following: ModelPage | None = page
        while following is not None:
            page = following
            rows = await self._admit(reading, page)
            found += len(rows)
            read += len(page.models)
            wants_more = page.next_cursor is not None and found < goal
            goes_on = wants_more and read < MOST_READ
            state = self._board.state
            self._board.show(
                replace(
                    state,
                    is_searching=False,
                    has_searched=True,
                    is_loading_more=goes_on,
                    has_paused=wants_more and not goes_on,
                    is_filtered_here=reading.is_filtered_here,
                    loaded=len(page.models) + (0 if is_first else state.loaded),
                    unsized=reading.unsized,
                    results=rows if is_first else state.results + rows,
                    verdicts=self._verdicts.of_all(rows, {} if is_first else state.verdicts),
                    next_page=page if page.next_cursor is not None else None,
                )
            )
            is_first = False
            following = await self._next_page(reading, page) if goes_on else None

    async def _next_page(self, reading: _Reading, page: ModelPage) -> ModelPage | None:
        """The page after one; None where it failed, which is told."""
        try:
            return await reading.source.next_page(page)
        except LabError as error:
            problem = Problem.of(error)
            self._board.show(
                replace(self._board.state, is_loading_more=False, more_problem=problem)
            )
            return None

    async def _admit(self, reading: _Reading, page: ModelPage) -> tuple[ModelInfo, ...]:
        """The rows of a page to be shown; rows move between two requests, so one can come twice."""
        if reading.source is self._hub:
            self._memory.keep(page.models)
        rows = tuple({model.key: model for model in page.models}.values())
        rows = tuple(model for model in rows if model.key not in reading.keys)
        reading.keys.update(model.key for model in rows)
        if not reading.is_filtered_here:
            return rows
        if reading.source is self._hub:
            rows = await self._sized(reading, rows)
        return tuple(model for model in rows if self._meets(reading.query, model))

    async def _sized(self, reading: _Reading, rows: tuple[ModelInfo, ...]) -> tuple[ModelInfo, ...]:
        """The rows, with the sizes looked up that alone decide whether a row is shown."""
        wanted = reading.query.filter
        others = replace(wanted, min_size=None, max_size=None)
        if others == wanted:
            return rows
        query = replace(reading.query, filter=others)
        unknown = [model for model in rows if model.size is None and self._meets(query, model)]
        sized = await self._sizes.look_up(unknown[: reading.may_look_up])
        reading.may_look_up = max(0, reading.may_look_up - len(unknown))
        reading.unsized += len(unknown) - len(sized)
        return tuple(sized.get(model.key, model) for model in rows)

    def _meets(self, query: ModelQuery, model: ModelInfo) -> bool:
        wanted = query.filter
        return wanted.keeps(model) and (not wanted.runs_here or self._verdicts.of(model).runs)
