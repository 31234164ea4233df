"""Favourites, recent models, saved searches, and the filters as they were left."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

from ailab.services.hub.model_filter import ModelFilter
from ailab.services.hub.model_info import ModelInfo
from ailab.services.hub.model_query import ModelQuery, ModelSort
from ailab.services.lab_error import LabError
from ailab.services.problem import Problem
from ailab.services.searches.search_store import SearchStore
from ailab.services.searches.searches import MOST_RECENT, SavedSearch, Searches
from ailab.viewmodels.model_browser_board import ModelBrowserBoard
from ailab.viewmodels.model_browser_state import Shelf

_LOG = logging.getLogger(__name__)


class ModelShelf:
    """Holds what is kept, and has it written one after the other.

    Args:
        board: the browser's state.
        store: where it is kept from one start to the next.
    """

    def __init__(self, board: ModelBrowserBoard, store: SearchStore) -> None:
        self._board = board
        self._store = store
        self._kept = Searches()
        self._loading: asyncio.Task[None] | None = None
        self._writing: asyncio.Task[None] | None = None
        self._is_changed = False

    async def load(self) -> None:
        """Read what was kept, once; the filters come back unless the person has set others."""
        if self._loading is None:
            self._loading = asyncio.get_running_loop().create_task(self._load(), name="shelf")
        await asyncio.shield(self._loading)

    def rows(self, shelf: Shelf, text: str) -> tuple[ModelInfo, ...]:
        """The favourites or the recent models whose id holds a text, regardless of case."""
        models = self._kept.favourites if shelf is Shelf.FAVOURITES else self._kept.recent
        return tuple(model for model in models if text.lower() in model.id.lower())

    def toggle_favourite(self, model: ModelInfo) -> None:
        """Mark a model, or take the mark off."""
        others = tuple(each for each in self._kept.favourites if each.id != model.id)
        is_new = len(others) == len(self._kept.favourites)
        self._keep(replace(self._kept, favourites=(model, *others) if is_new else others))

    def see(self, model: ModelInfo) -> None:
        """Note that a model was looked at; what is told of it now is newer."""
        others = tuple(each for each in self._kept.recent if each.id != model.id)
        self._keep(
            replace(
                self._kept,
                recent=(model, *others)[:MOST_RECENT],
                favourites=tuple(
                    model if each.id == model.id else each for each in self._kept.favourites
                ),
            )
        )

    def keep_last(self) -> None:
        """Note task, order and filter as they stand."""
        self._keep(replace(self._kept, last=replace(self._board.state.model_query(50), search="")))

    def save_search(self, name: str) -> None:
        """Keep the present search by a name, instead of another one of that name."""
        if name := name.strip():
            self._keep_saved(SavedSearch(name, self._board.state.model_query(50)), name)

    def rename_search(self, name: str, new_name: str) -> None:
        """Give a saved search another name."""
        saved = self.find_search(name)
        if saved is not None and (new_name := new_name.strip()):
            self._keep_saved(replace(saved, name=new_name), name, new_name)

    def delete_search(self, name: str) -> None:
        """Drop a saved search."""
        self._keep_saved(None, name)

    def find_search(self, name: str) -> SavedSearch | None:
        """A saved search; None where there is none of that name."""
        return next((each for each in self._kept.saved if each.name == name), None)

    async def wait(self) -> None:
        """Wait until all is written."""
        while self._writing is not None:
            await asyncio.wait([self._writing])

    def _keep_saved(self, saved: SavedSearch | None, *instead_of: str) -> None:
        others = [each for each in self._kept.saved if each.name not in instead_of]
        both = [*others, saved] if saved is not None else others
        both.sort(key=lambda each: each.name.casefold())
        self._keep(replace(self._kept, saved=tuple(both)))

    def _keep(self, kept: Searches) -> None:
        if kept == self._kept:
            return
        self._kept = kept
        self._show()
        self._is_changed = True
        if self._writing is None:
            self._writing = asyncio.get_running_loop().create_task(self._write(), name="shelf")

    def _show(self) -> None:
        self._board.show(
            replace(
                self._board.state,
                favourites=frozenset(model.id for model in self._kept.favourites),
                saved=self._kept.saved,
            )
        )

    async def _load(self) -> None:
        try:
            self._kept = _merged(self._kept, await self._store.load())
        except LabError as error:
            _LOG.warning("%s (%s)", error.message, error.detail)
            self._board.show(replace(self._board.state, notice=Problem.of(error)))
        self._show()
        state, last = self._board.state, self._kept.last
        untouched = (None, ModelSort.TRENDING, ModelFilter())
        if (state.task, state.sort, state.filter) == untouched and last != ModelQuery():
            self._board.show(replace(state, task=last.task, sort=last.sort, filter=last.filter))

    async def _write(self) -> None:
        # One writer: two of them could end in the wrong order.
        try:
            await self.load()
            while self._is_changed:
                self._is_changed = False
                await self._store.save(self._kept)
        except LabError as error:
            _LOG.warning("%s (%s)", error.message, error.detail)
            self._board.show(replace(self._board.state, notice=Problem.of(error)))
        finally:
            self._writing = None


def _merged(new: Searches, kept: Searches) -> Searches:
    """What was kept before, and what the person did until it was read."""
    names = {each.name for each in new.saved}
    favourites = {each.id for each in new.favourites}
    recent = {each.id for each in new.recent}
    return Searches(
        last=new.last if new.last != ModelQuery() else kept.last,
        saved=(*new.saved, *(each for each in kept.saved if each.name not in names)),
        favourites=new.favourites
        + tuple(each for each in kept.favourites if each.id not in favourites),
        recent=(new.recent + tuple(each for each in kept.recent if each.id not in recent))[
            :MOST_RECENT
        ],
    )
