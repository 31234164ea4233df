"""The tabs of the details pane: each is read when it is first looked at."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable
from dataclasses import replace
from types import MappingProxyType
from typing import Any, TypeVar

from ailab.services.architecture.config_reader import read_config, tells_classes
from ailab.services.architecture.weight_files import weight_files
from ailab.services.decoding.picture_decoder import PictureDecoder
from ailab.services.downloads.model_downloads import ModelDownloads
from ailab.services.downloads.model_queue import ModelQueue
from ailab.services.hub.model_hub import ModelHub
from ailab.services.hub.model_info import ModelDetails
from ailab.services.lab_error import LabError
from ailab.services.model_card.card_reader import read_card, read_picture
from ailab.services.model_card.model_card import ModelCard
from ailab.services.problem import Problem
from ailab.viewmodels.latest import Latest
from ailab.viewmodels.model_browser_state import ModelBrowserState
from ailab.viewmodels.model_pages_files import ModelPagesFiles
from ailab.viewmodels.model_pages_layers import ModelPagesLayers
from ailab.viewmodels.model_pages_state import DetailsPage, ModelPagesState, PagePart
from ailab.viewmodels.view_model import ViewModel

_MOST_KEPT = 24
_OFFLINE = Problem(
    "Offline, the Hub is not asked for this.", "Go online above the list.", is_offline=True
)

T = TypeVar("T")
Show = Callable[[PagePart[Any]], None]


class ModelPagesViewModel(ViewModel[ModelPagesState]):
    """Reads the selected model's card, layers and so on, and can have it downloaded.

    Args:
        hub: where they are read; lent.
        downloads: knows what is on this disk; None where nobody does.
        queue: takes what is to be downloaded; None where nothing can be.
        decoder: decodes the pictures of cards; None where none are shown.
    """

    def __init__(
        self,
        hub: ModelHub,
        downloads: ModelDownloads | None = None,
        queue: ModelQueue | None = None,
        decoder: PictureDecoder | None = None,
    ) -> None:
        super().__init__(ModelPagesState())
        self._hub = hub
        self._decoder = decoder
        self._files = ModelPagesFiles(
            lambda: self.state,
            self._become,
            downloads,
            queue,
            hub=hub,
            is_offline=lambda: self._is_offline,
        )
        self._layers = ModelPagesLayers(lambda: self.state, self._become, hub)
        self._card = Latest("model card")
        self._pictures = Latest("pictures of a model card")
        self._config = Latest("model configuration")
        self._outline = Latest("model layers")
        self._asked: set[int] = set()
        self._kept: dict[Hashable, Any] = {}
        self._is_offline = False

    @property
    def can_queue(self) -> bool:
        """Models can be downloaded from here."""
        return self._files.can_queue

    def page_of(self, model_id: str) -> str:
        """The address of a model's page."""
        return f"{self._hub.endpoint}/{model_id}"

    def follow(self, old: ModelBrowserState | None, new: ModelBrowserState) -> None:
        """Turn to what is selected in the browser."""
        self._is_offline = new.wants_offline
        state = self.state
        if new.details_problem != state.details_problem:
            state = replace(state, details_problem=new.details_problem)
            self._become(state)
        if new.details is state.details and new.verdict is state.verdict:
            return
        needed = new.verdict.files if new.verdict is not None else ()
        if new.details == state.details and new.details is not None:
            if new.details is not state.details:
                # They were read anew, so what failed before is tried anew.
                state = replace(
                    state,
                    card=_without_problem(state.card),
                    config=_without_problem(state.config),
                    layers=_without_problem(state.layers),
                )
            self._become(replace(state, details=new.details, verdict=new.verdict))
            if state.verdict is None or state.verdict.files != needed:
                self._set_files(new.details, needed)
        else:
            self._stop()
            self._asked.clear()
            self._become(
                ModelPagesState(
                    page=state.page,
                    details=new.details,
                    verdict=new.verdict,
                    details_problem=new.details_problem,
                )
            )
            if new.details is not None:
                self._set_files(new.details, needed)
        self._load()

    def look_at(self, page: DetailsPage | None) -> None:
        """Turn to a tab; None to none of them."""
        self._become(replace(self.state, page=page))
        self._load()

    def retry(self) -> None:
        """Read again what failed on the tab looked at."""
        state, page = self.state, self.state.page
        if page is DetailsPage.CARD and state.card.problem is not None:
            self._become(replace(state, card=PagePart()))
        if page is DetailsPage.ARCHITECTURE:
            if state.config.problem is not None:
                self._become(replace(self.state, config=PagePart()))
            if state.layers.problem is not None:
                self._become(replace(self.state, layers=PagePart()))
        self._load()

    def set_weights(self, path: str) -> None:
        """Look at the layers that another file of weights tells of."""
        if path in self.state.weights and path != self.state.weights_path:
            self._turn_to(path)
            self._load()

    def search_layers(self, text: str) -> None:
        """Show the layers whose names hold a text, regardless of case; all for an empty one."""
        self._layers.search(text)

    def show_pictures(self, place: int | None = None) -> None:
        """Fetch one of the card's pictures, or all; their hosts learn of it."""
        card = self.state.card.value
        if card is None or not card.pictures or self._decoder is None:
            return
        wanted = [place] if place is not None else range(len(card.pictures))
        self._asked.update(wanted)
        missing = [at for at in self.state.missing_pictures if at in self._asked]
        if missing and self._is_offline:
            for at in missing:
                self._show_picture(at, _OFFLINE)
        elif missing:
            self._become(replace(self.state, is_loading_pictures=True))
            self._pictures.start(self._run_pictures(card, self._decoder, missing))

    def download(self) -> None:
        """Have the files that a run needs downloaded."""
        self._files.download()

    def rest(self) -> None:
        """Stop what is under way; what is missing then is read when it is looked at again."""
        self._stop()
        state = self.state
        self._become(
            replace(
                state,
                card=_at_rest(state.card),
                config=_at_rest(state.config),
                layers=_at_rest(state.layers),
                is_loading_pictures=False,
            )
        )

    async def close(self) -> None:
        """Stop what is under way and wait for its end."""
        await self._files.close()
        await self._layers.close()
        for work in self._works():
            await work.close()

    async def wait(self) -> None:
        """Wait until nothing is under way."""
        await self._files.wait()
        for work in self._works():
            await work.wait()
        await self._layers.wait()

    def _works(self) -> tuple[Latest, ...]:
        return self._card, self._pictures, self._config, self._outline

    def _stop(self) -> None:
        self._files.cancel()
        self._layers.cancel()
        for work in self._works():
            work.cancel()

    def _set_files(self, details: ModelDetails, needed: tuple[str, ...]) -> None:
        weights = weight_files(details, needed)
        path = weights[0] if weights else ""
        if path != self.state.weights_path:
            self._turn_to(path)
        self._become(replace(self.state, weights=weights))
        self._files.start_anew()

    def _turn_to(self, path: str) -> None:
        self._outline.cancel()
        self._layers.cancel()
        state = replace(self.state, weights_path=path, layers=PagePart(), layer_search="")
        self._become(state)

    def _load(self) -> None:
        """Read what the tab looked at needs and does not have."""
        state, details = self.state, self.state.details
        if details is None:
            return
        if state.page is DetailsPage.CARD and state.card.is_wanted:
            self._start(self._card, "card", lambda: read_card(self._hub, details), self._show_card)
        if state.page is DetailsPage.FILES:
            self._files.look()
        may_tell = tells_classes(details) and not state.needs_access and not self._is_offline
        if state.page is DetailsPage.OVERVIEW and may_tell:
            self._load_config(details)
        if state.page is DetailsPage.ARCHITECTURE:
            self._load_architecture(details)

    def _load_config(self, details: ModelDetails) -> None:
        if self.state.config.is_wanted:
            self._start(
                self._config, "config", lambda: read_config(self._hub, details), self._show_config
            )

    def _load_architecture(self, details: ModelDetails) -> None:
        state, path = self.state, self.state.weights_path
        self._load_config(details)
        if path and state.layers.is_wanted:
            self._start(
                self._outline, path, lambda: self._layers.read(details, path), self._layers.show
            )

    def _show_card(self, part: PagePart[Any]) -> None:
        self._become(replace(self.state, card=part))

    def _show_config(self, part: PagePart[Any]) -> None:
        self._become(replace(self.state, config=part))

    def _start(
        self, work: Latest, name: str, read: Callable[[], Awaitable[object]], show: Show
    ) -> None:
        details = self.state.details
        key = (details.info.id, details.revision or details.ref, name) if details else ()
        if key in self._kept:
            show(PagePart(self._kept[key], is_loaded=True))
            return
        if self._is_offline:
            show(PagePart(problem=_OFFLINE))
            return
        show(PagePart(is_loading=True))
        work.start(self._run_part(key, read, show))

    async def _run_part(
        self, key: Hashable, read: Callable[[], Awaitable[object]], show: Show
    ) -> None:
        try:
            value = await read()
        except LabError as error:
            show(PagePart(problem=Problem.of(error)))
            return
        self._kept = {**dict(list(self._kept.items())[1 - _MOST_KEPT :]), key: value}
        show(PagePart(value, is_loaded=True))

    async def _run_pictures(
        self, card: ModelCard, decoder: PictureDecoder, places: list[int]
    ) -> None:
        for place in places:
            try:
                found = await read_picture(self._hub, decoder, card.pictures[place])
            except LabError as error:
                self._show_picture(place, Problem.of(error))
            else:
                self._show_picture(place, found)
        self._become(replace(self.state, is_loading_pictures=False))

    def _show_picture(self, place: int, found: Any) -> None:
        pictures = MappingProxyType({**self.state.pictures, place: found})
        self._become(replace(self.state, pictures=pictures))


def _at_rest(part: PagePart[T]) -> PagePart[T]:
    return PagePart() if part.is_loading else part


def _without_problem(part: PagePart[T]) -> PagePart[T]:
    return PagePart() if part.problem is not None else part
