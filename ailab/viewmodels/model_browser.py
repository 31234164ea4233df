"""Finding a model: what a person can do in the browser dialog."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from ailab.services.compatibility.judge import judge
from ailab.services.hub.hub_errors import HubError
from ailab.services.hub.model_hub import ModelHub
from ailab.services.hub.model_info import ModelDetails, ModelInfo, ModelPage
from ailab.services.hub.model_query import ModelQuery, ModelSort
from ailab.services.problem import Problem
from ailab.viewmodels.latest import Latest
from ailab.viewmodels.model_browser_state import ModelBrowserState
from ailab.viewmodels.view_model import ViewModel


class ModelBrowserViewModel(ViewModel[ModelBrowserState]):
    """Searches the Hub as a person types, and reads the selected model's details.

    Args:
        hub: where models are searched; lent, not closed here.
        debounce: seconds of rest after a keystroke before a search is sent.
        details_delay: seconds that a row stays selected before its details are asked for, so
            that running through the list by arrow key costs no requests.
        page_size: rows per page.
    """

    def __init__(
        self,
        hub: ModelHub,
        *,
        debounce: float = 0.25,
        details_delay: float = 0.12,
        page_size: int = 50,
    ) -> None:
        super().__init__(ModelBrowserState())
        self._hub = hub
        self._debounce = debounce
        self._details_delay = details_delay
        self._page_size = page_size
        self._search = Latest("model search")
        self._more = Latest("further models")
        self._details = Latest("model details")
        self._seen: dict[str, ModelDetails] = {}

    def open(self) -> None:
        """Search, where nothing was searched yet or the last search failed or was stopped.

        The details of a row that stayed selected are asked for where they are missing.
        """
        if not self.state.has_searched or self.state.problem is not None:
            self._start_search(0)
        if self.state.selection is not None and self.state.details is None:
            self._start_details(self.state.selection, 0)

    def set_query(self, query: str) -> None:
        """Search for a text, once the person rests."""
        if query == self.state.query:
            return
        self._become(replace(self.state, query=query))
        self._start_search(self._debounce)

    def submit_query(self) -> None:
        """Search at once."""
        self._start_search(0)

    def set_task(self, task: str | None) -> None:
        """Keep one task's models, or all."""
        if task != self.state.task:
            self._become(replace(self.state, task=task))
            self._start_search(0)

    def set_sort(self, sort: ModelSort) -> None:
        """Order the results."""
        if sort != self.state.sort:
            self._become(replace(self.state, sort=sort))
            self._start_search(0)

    def refresh(self) -> None:
        """Ask the Hub anew, for the list and the details."""
        self._seen.clear()
        self._start_search(0)
        if self.state.selection is not None:
            self._start_details(self.state.selection, 0)

    def load_more(self) -> None:
        """Ask for the rows after the last ones, where there are any and none is on its way.

        After a failure nothing is asked until `retry_more`: scrolling alone would ask at once
        and again.
        """
        state = self.state
        if state.next_page is None or state.is_loading_more or state.is_searching:
            return
        if state.more_problem is not None:
            return
        self._become(replace(state, is_loading_more=True))
        self._more.start(self._run_more(state.next_page))

    def retry_more(self) -> None:
        """Ask again for the further rows that failed."""
        self._become(replace(self.state, more_problem=None))
        self.load_more()

    def select(self, model: ModelInfo | None) -> None:
        """Select a row, or none, and read its details."""
        if model == self.state.selection:
            return
        self._become(
            replace(
                self.state,
                selection=model,
                details=None,
                verdict=None,
                is_loading_details=False,
                details_problem=None,
            )
        )
        if model is None:
            self._details.cancel()
        elif model.id in self._seen:
            self._details.cancel()
            self._show_details(self._seen[model.id])
        else:
            self._start_details(model, self._details_delay)

    def retry_details(self) -> None:
        """Ask for the selected model's details again."""
        if self.state.selection is not None:
            self._start_details(self.state.selection, 0)

    def rest(self) -> None:
        """Stop what is under way: the dialog is closed."""
        for work in (self._search, self._more, self._details):
            work.cancel()
        self._become(
            replace(
                self.state,
                is_searching=False,
                is_loading_more=False,
                is_loading_details=False,
                has_searched=self.state.has_searched and not self.state.is_searching,
            )
        )

    async def close(self) -> None:
        """Stop what is under way and wait for its end."""
        for work in (self._search, self._more, self._details):
            await work.close()

    async def wait(self) -> None:
        """Wait until nothing is under way."""
        for work in (self._search, self._more, self._details):
            await work.wait()

    def _start_search(self, delay: float) -> None:
        self._more.cancel()
        self._become(
            replace(
                self.state,
                is_searching=True,
                is_loading_more=False,
                problem=None,
                more_problem=None,
            )
        )
        state = self.state
        query = ModelQuery(state.query.strip(), state.task, state.sort, self._page_size)
        self._search.start(self._run_search(query, delay))

    async def _run_search(self, query: ModelQuery, delay: float) -> None:
        if delay:
            await asyncio.sleep(delay)
        try:
            page = await self._hub.first_page(query)
        except HubError as error:
            self._become(
                replace(
                    self.state,
                    is_searching=False,
                    has_searched=True,
                    problem=Problem.of(error),
                    results=(),
                    next_page=None,
                )
            )
            self.select(None)
            return
        self._become(
            replace(
                self.state,
                is_searching=False,
                has_searched=True,
                results=_without_duplicates((), page.models),
                next_page=page if page.next_cursor else None,
            )
        )
        self._keep_selection()

    async def _run_more(self, page: ModelPage) -> None:
        try:
            following = await self._hub.next_page(page)
        except HubError as error:
            self._become(replace(self.state, is_loading_more=False, more_problem=Problem.of(error)))
            return
        self._become(
            replace(
                self.state,
                is_loading_more=False,
                results=_without_duplicates(self.state.results, following.models),
                next_page=following if following.next_cursor else None,
            )
        )

    def _keep_selection(self) -> None:
        """Keep the selected row where it is among the new results, else select none."""
        old = self.state.selection
        if old is None:
            return
        same = next((model for model in self.state.results if model.key == old.key), None)
        if same is None:
            self.select(None)
        else:
            self._become(replace(self.state, selection=same))

    def _start_details(self, model: ModelInfo, delay: float) -> None:
        self._become(replace(self.state, is_loading_details=True, details_problem=None))
        self._details.start(self._run_details(model, delay))

    async def _run_details(self, model: ModelInfo, delay: float) -> None:
        if delay:
            await asyncio.sleep(delay)
        try:
            details = await self._hub.get_model_info(model.id)
        except HubError as error:
            self._become(
                replace(self.state, is_loading_details=False, details_problem=Problem.of(error))
            )
            return
        self._seen[model.id] = details
        self._show_details(details)

    def _show_details(self, details: ModelDetails) -> None:
        self._become(
            replace(
                self.state,
                is_loading_details=False,
                details=details,
                verdict=judge(details, has_token=self._hub.has_token),
                details_problem=None,
            )
        )


def _without_duplicates(
    before: tuple[ModelInfo, ...], further: tuple[ModelInfo, ...]
) -> tuple[ModelInfo, ...]:
    """Append rows; rows move between two requests, so one can come twice."""
    known = {model.key for model in before}
    added = []
    for model in further:
        if model.key not in known:
            known.add(model.key)
            added.append(model)
    return before + tuple(added)
