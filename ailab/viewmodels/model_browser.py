"""Finding a model: what a person can do in the browser dialog."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from ailab.services.catalog.model_catalog import ModelCatalog
from ailab.services.compatibility.model_judge import ModelJudge
from ailab.services.downloads.model_downloads import ModelDownloads
from ailab.services.hub.model_filter import ModelFilter
from ailab.services.hub.model_hub import ModelHub
from ailab.services.hub.model_info import ModelInfo
from ailab.services.hub.model_query import ModelSort
from ailab.services.searches.search_store import SearchStore
from ailab.viewmodels.catalog import CatalogState, CatalogViewModel
from ailab.viewmodels.hub_pause import HubPause, Tick
from ailab.viewmodels.latest import Latest
from ailab.viewmodels.model_browser_board import ModelBrowserBoard
from ailab.viewmodels.model_browser_name import is_pasted
from ailab.viewmodels.model_browser_state import ModelBrowserState, Shelf
from ailab.viewmodels.model_finder import ModelFinder
from ailab.viewmodels.model_look import ModelLook
from ailab.viewmodels.model_memory import ModelMemory
from ailab.viewmodels.model_pages import ModelPagesViewModel
from ailab.viewmodels.model_pages_state import ModelPagesState
from ailab.viewmodels.model_presence import ModelPresence
from ailab.viewmodels.model_search import ModelSearch
from ailab.viewmodels.model_shelf import ModelShelf
from ailab.viewmodels.model_verdicts import ModelVerdicts
from ailab.viewmodels.previews import PreviewsViewModel
from ailab.viewmodels.view_model import ViewModel


class ModelBrowserViewModel(ViewModel[ModelBrowserState]):
    """Searches models as a person types, and reads the selected model's details.

    Args:
        hub: where models are searched; lent, not closed here, as are the others.
        catalog: keeps what was seen, and is searched where the Hub is not.
        judge: says whether models run here.
        store: keeps filters, saved searches, favourites and recent models.
        debounce: seconds of rest after a keystroke before the Hub is asked.
        details_delay: seconds that a row stays selected before its details are asked for, so
            that running through the list by arrow key costs no requests.
        page_size: rows per page.
        tick: waits a second of a countdown.
        downloads: knows what is on this disk; None where nobody does.
        pages: reads the tabs of the details; one that can't download, where none is given.
        previews: fetches models' pictures; None for none.
        sync: fills the catalogue; None where that can't be done from here.

    Attributes:
        shelf: saved searches, by name.
        pages: reads the tabs of the details.
        previews: fetches models' pictures.
        sync: fills the catalogue.
    """

    def __init__(
        self,
        hub: ModelHub,
        catalog: ModelCatalog,
        judge: ModelJudge,
        store: SearchStore,
        *,
        debounce: float = 0.25,
        details_delay: float = 0.12,
        page_size: int = 50,
        tick: Tick = asyncio.sleep,
        downloads: ModelDownloads | None = None,
        pages: ModelPagesViewModel | None = None,
        previews: PreviewsViewModel | None = None,
        sync: CatalogViewModel | None = None,
    ) -> None:
        super().__init__(ModelBrowserState())
        board = ModelBrowserBoard(lambda: self.state, self._become)
        self._hub = hub
        self._debounce = debounce
        self.shelf = ModelShelf(board, store)
        self._memory = ModelMemory(catalog)
        self._verdicts = ModelVerdicts(board, judge)
        self._look = ModelLook(
            board,
            hub=hub,
            catalog=catalog,
            judge=judge,
            verdicts=self._verdicts,
            memory=self._memory,
            shelf=self.shelf,
            presence=ModelPresence(board, downloads),
            delay=details_delay,
        )
        self._rows = ModelSearch(
            board,
            hub=hub,
            catalog=catalog,
            memory=self._memory,
            verdicts=self._verdicts,
            find=self._look.find,
            page_size=page_size,
        )
        self._finder = ModelFinder(board, hub, self.shelf, self._rows, self._look)
        self._pause = HubPause(board, hub, tick)
        self._search = Latest("model search")
        self.pages = pages or ModelPagesViewModel(hub)
        self.previews = previews
        self.sync = sync
        self.changed.connect(self.pages.follow)
        self.pages.changed.connect(self._on_pages_changed)
        if previews is not None:
            self.changed.connect(previews.follow)
        if sync is not None:
            sync.changed.connect(self._on_sync_changed)

    def open(self) -> None:
        """Search, and read the selected row's details, as far as that was not done or failed.

        The Hub is tried again where it could not be reached.
        """
        self._look.look_around()
        state = self.state
        if not state.has_searched or state.problem is not None or state.has_lost_hub:
            self.retry()
        if state.selection is not None and state.details is None:
            self._look.read_again()

    def set_query(self, query: str) -> None:
        """Search for a text, once the person rests."""
        old = self.state.query
        if query != old:
            self._become(replace(self.state, query=query))
            delay = 0 if self.state.is_offline else self._debounce
            self._start(delay, is_meant=is_pasted(old, query))

    def submit_query(self) -> None:
        """Search at once; a text that names a model is taken for that."""
        self._start(is_meant=True)

    def set_task(self, task: str | None) -> None:
        """Keep one task's models, or all."""
        self._set_terms(replace(self.state, task=task))

    def set_sort(self, sort: ModelSort) -> None:
        """Order the results."""
        self._set_terms(replace(self.state, sort=sort))

    def set_filter(self, wanted: ModelFilter) -> None:
        """Keep the models alone that meet conditions."""
        self._set_terms(replace(self.state, filter=wanted))

    def set_terms(self, task: str | None, wanted: ModelFilter) -> None:
        """Set task and conditions in one step."""
        self._set_terms(replace(self.state, task=task, filter=wanted))

    def clear_filters(self) -> None:
        """Keep all models, of all tasks."""
        self.set_terms(None, ModelFilter())

    def run_search(self, name: str) -> None:
        """Search for what was saved by a name."""
        saved = self.shelf.find_search(name)
        if saved is not None:
            query = saved.query
            self._become(replace(self.state, query=query.search))
            self._set_terms(
                replace(self.state, task=query.task, sort=query.sort, filter=query.filter)
            )
            self._start()

    def show_shelf(self, shelf: Shelf) -> None:
        """Show all models, the favourites or the recent ones."""
        if shelf is not self.state.shelf:
            self._become(replace(self.state, shelf=shelf))
            self._start()

    def toggle_favourite(self, model: ModelInfo | None = None) -> None:
        """Mark a model, by default the selected one, or take the mark off."""
        model = model or self.state.selection
        if model is not None:
            self.shelf.toggle_favourite(model)

    def set_offline(self, is_offline: bool) -> None:
        """Search the catalogue on this disk alone, or the Hub again."""
        state = self.state
        if is_offline != state.wants_offline:
            self._become(replace(state, wants_offline=is_offline, lost_hub=None, facts=None))
            if not is_offline:
                self._look.read_kept_again()
            if state.has_searched or state.is_searching:  # else nobody looks yet
                self._start()

    def go_online(self) -> None:
        """Ask the Hub again, whether it was switched off or could not be reached."""
        self._become(replace(self.state, wants_offline=False))
        self.retry()

    def retry(self) -> None:
        """Search again; where the Hub was lost, it is tried again."""
        self._become(replace(self.state, lost_hub=None))
        self._start()
        self._look.read_kept_again()

    def refresh(self) -> None:
        """Ask anew, for the list and the details."""
        self._hub.forget()
        self._look.forget()
        self.retry()
        self._look.read_again()

    def load_more(self) -> None:
        """Read the rows after the last ones, where there are any and none is on its way.

        After a failure, or where few rows met the filter, nothing is asked until `retry_more`:
        scrolling alone would ask at once and again.
        """
        if self.state.more_problem is None and not self.state.has_paused:
            self.retry_more()

    def retry_more(self) -> None:
        """Read further rows at the person's wish."""
        if not self.state.is_loading_more and not self.state.is_searching:
            self._rows.load_more()

    def dismiss_notice(self) -> None:
        """Put the notice away."""
        self._become(replace(self.state, notice=None))

    def select(self, model: ModelInfo | None) -> None:
        """Select a row, or none, and read its details."""
        if model != self.state.selection:
            self._look.select(model)

    def retry_details(self) -> None:
        """Ask for the selected model's details again, of a lost Hub too."""
        if self.state.has_lost_hub:
            self.retry()
        else:
            self._look.read_again()

    def load_refs(self) -> None:
        """Ask for the selected model's branches and tags."""
        self._look.load_refs()

    def set_revision(self, revision: str | None) -> None:
        """Look at a branch, tag or commit of the selected model; None for the default."""
        self._look.set_revision(revision)

    def set_variant(self, variant: str | None) -> None:
        """Choose the selected model's weights; None for those that run best."""
        self._look.set_variant(variant)

    def rest(self) -> None:
        """Stop what is under way: the dialog is closed."""
        self._search.cancel()
        self._rows.cancel()
        self._look.cancel()
        self.pages.rest()
        state = self.state
        has_searched = state.has_searched and not state.is_searching
        state = replace(state, is_searching=False, is_loading_more=False)
        self._become(replace(state, is_loading_details=False, has_searched=has_searched))

    async def close(self) -> None:
        """Stop what is under way; what is to be kept is written."""
        for work in (self._pause, self._search, self._rows, self._look, self.pages):
            await work.close()
        await self.shelf.wait()
        await self._memory.wait()

    async def wait(self) -> None:
        """Wait until nothing is under way."""
        for work in (self._search, self._rows, self._look, self.pages, self.shelf, self._memory):
            await work.wait()

    def _on_pages_changed(self, old: ModelPagesState, new: ModelPagesState) -> None:
        """See what is on this disk once the selected model's download is done."""
        if new.has_arrived and not old.has_arrived:
            self._look.look_around()

    def _on_sync_changed(self, old: CatalogState, new: CatalogState) -> None:
        """Tell what the catalogue holds by now; search it again where it was empty."""
        if old.facts == new.facts or self.state.facts is None:
            return
        was_empty = not self.state.facts.models
        self._become(replace(self.state, facts=new.facts))
        if was_empty and self.state.is_offline:
            self._start()

    def _set_terms(self, state: ModelBrowserState) -> None:
        """Search by another task, order or filter, which hold for all models alone."""
        state = replace(state, shelf=Shelf.SEARCH)
        if state != self.state:
            self._become(state)
            self.shelf.keep_last()
            self._start()

    def _start(self, delay: float = 0, *, is_meant: bool = False) -> None:
        self._rows.begin()
        self._search.start(self._finder.find(delay, is_meant=is_meant))
