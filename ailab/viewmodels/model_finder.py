"""Answers what stands in the search bar: a text to look for, or a model by its name."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from ailab.services.hub.model_hub import ModelHub
from ailab.services.lab_error import LabError
from ailab.services.problem import Problem
from ailab.viewmodels.model_browser_board import ModelBrowserBoard
from ailab.viewmodels.model_browser_name import NamedModel, find_named
from ailab.viewmodels.model_browser_state import Shelf
from ailab.viewmodels.model_look import ModelLook
from ailab.viewmodels.model_search import ModelSearch
from ailab.viewmodels.model_shelf import ModelShelf

PATIENCE = 5.0
"""Seconds after which the person is told that the Hub is slow."""


class ModelFinder:
    """Goes to the model that is named, shows a shelf, or searches.

    Args:
        board: the browser's state.
        hub: knows its own address.
        shelf: favourites and recent models.
        rows: shows rows.
        look: shows a model's details.
    """

    def __init__(
        self,
        board: ModelBrowserBoard,
        hub: ModelHub,
        shelf: ModelShelf,
        rows: ModelSearch,
        look: ModelLook,
    ) -> None:
        self._board = board
        self._hub = hub
        self._shelf = shelf
        self._rows = rows
        self._look = look

    async def find(self, delay: float, *, is_meant: bool) -> None:
        """Answer what stands there after some seconds.

        Args:
            delay: seconds to wait before, so that typing on costs nothing.
            is_meant: the text was pasted or sent by Enter, not typed up to here.
        """
        if delay:
            await asyncio.sleep(delay)
        waiting = asyncio.get_running_loop().create_task(self._tell_of_waiting())
        try:
            await self._shelf.load()
            await self._answer(self._board.state.query.strip(), is_meant=is_meant)
        finally:
            waiting.cancel()
            if self._board.state.is_slow:
                self._board.show(replace(self._board.state, is_slow=False))
        if self._board.state.is_offline and self._board.state.facts is None:
            # After the rows: counting many models takes longer than finding some.
            facts = await self._rows.facts()
            self._board.show(replace(self._board.state, facts=facts))

    async def _tell_of_waiting(self) -> None:
        await asyncio.sleep(PATIENCE)
        if self._board.state.is_searching and not self._board.state.is_offline:
            self._board.show(replace(self._board.state, is_slow=True))

    async def _answer(self, text: str, *, is_meant: bool) -> None:
        try:
            named = find_named(text, self._hub.endpoint)
            if named is not None and named.is_address:
                await self._go_to(named)
                return
        except LabError as error:
            self._rows.fail(error)
            self._look.select(None)
            return
        shelf = self._board.state.shelf
        if shelf is Shelf.SEARCH:
            await self._rows.run(text if named is None else named.model_id)
        else:
            self._rows.show_rows(self._shelf.rows(shelf, text))
        self._look.keep_selection()
        if named is not None and shelf is Shelf.SEARCH and self._board.state.problem is None:
            await self._point_at(named, is_meant=is_meant)

    async def _go_to(self, named: NamedModel) -> None:
        """Show the one model that an address names.

        Raises:
            LabError: there is no such model, or it is not told.
        """
        details = await self._look.find(named.model_id, named.revision)
        self._board.show(replace(self._board.state, shelf=Shelf.SEARCH))
        self._rows.show_rows((details.info,))
        self._look.select(details.info, named.revision)

    async def _point_at(self, named: NamedModel, *, is_meant: bool) -> None:
        """Put the model that an id names before the rows found, and select it.

        One that is not among them is asked for only where the person means it: not for each
        letter of an id that is being typed.
        """
        wanted = named.model_id.lower()
        rows = self._board.state.results
        model = next((row for row in rows if row.id.lower() == wanted), None)
        if model is None:
            if not is_meant:
                return
            try:
                model = (await self._look.find(named.model_id, named.revision)).info
            except LabError as error:
                if not self._board.state.is_offline:
                    self._board.show(replace(self._board.state, notice=Problem.of(error)))
                return
        self._rows.put_first(model)
        self._look.select(model, named.revision)
