"""Models' pictures: for the rows in sight, and for the model whose details are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from ailab.services.hub.model_info import ModelDetails, ModelInfo
from ailab.services.images.picture import Picture
from ailab.services.lab_error import LabError
from ailab.services.previews.previews import Previews
from ailab.viewmodels.latest import Latest
from ailab.viewmodels.model_browser_state import ModelBrowserState
from ailab.viewmodels.view_model import ViewModel

_AT_ONCE = 3
_KEPT = 400


@dataclass(frozen=True, slots=True)
class PreviewsState:
    """The pictures there are.

    Attributes:
        is_on: pictures are fetched and shown at all.
        thumbnails: by model id; None where a model has no picture.
        picture: of the model whose details are shown; None for none, or none yet.
        is_loading: that picture is on its way.
    """

    is_on: bool = True
    thumbnails: Mapping[str, Picture | None] = field(default_factory=lambda: MappingProxyType({}))
    picture: Picture | None = None
    is_loading: bool = False


class PreviewsViewModel(ViewModel[PreviewsState]):
    """Fetches pictures lazily, three at a time.

    Args:
        previews: finds them; lent.
        is_on: pictures are fetched and shown at all.
        is_offline: only those on this disk are shown.
    """

    def __init__(self, previews: Previews, *, is_on: bool = True, is_offline: bool = False) -> None:
        super().__init__(PreviewsState(is_on=is_on))
        self._previews = previews
        self._is_offline = is_offline
        self._wanted: tuple[ModelInfo, ...] = ()
        self._under_way: set[str] = set()
        self._unknown: set[str] = set()
        self._lanes = tuple(Latest(f"preview {number}") for number in range(1, _AT_ONCE + 1))
        self._idle = set(self._lanes)
        self._showing = Latest("large preview")
        self._details: ModelDetails | None = None

    def look_at(self, models: Sequence[ModelInfo]) -> None:
        """Fetch the pictures of the rows now in sight; those scrolled away wait no longer.

        One that is on its way already comes, wherever its row is by then.
        """
        self._wanted = tuple(models)
        self._go_on()

    def show(self, details: ModelDetails | None) -> None:
        """Fetch the picture of the model whose details are shown; None for none."""
        if details == self._details:
            return
        self._details = details
        self._start_showing()

    def follow(self, _old: ModelBrowserState, new: ModelBrowserState) -> None:
        """Show the picture of the browser's selected model; offline when the browser is."""
        self.set_offline(is_offline=new.is_offline)
        self.show(new.details)

    def set_on(self, *, is_on: bool) -> None:
        """Fetch and show pictures, or none; at once."""
        if is_on == self.state.is_on:
            return
        self._become(PreviewsState(is_on=is_on))
        if is_on:
            self._begin_anew()
        else:
            self._stop()

    def set_offline(self, *, is_offline: bool) -> None:
        """Show the pictures on this disk only, or fetch others too."""
        if is_offline != self._is_offline:
            self._is_offline = is_offline
            if self.state.is_on and not is_offline:
                self.try_again()

    def try_again(self) -> None:
        """Look again for the pictures that could not be fetched."""
        known = {
            model_id: picture
            for model_id, picture in self.state.thumbnails.items()
            if model_id not in self._unknown
        }
        self._become(replace(self.state, thumbnails=MappingProxyType(known)))
        self._begin_anew()

    async def close(self) -> None:
        """Stop what is under way and wait for its end."""
        self._wanted = ()
        for work in (*self._lanes, self._showing):
            await work.close()

    async def wait(self) -> None:
        """Wait until nothing is under way."""
        for work in (*self._lanes, self._showing):
            await work.wait()

    def _begin_anew(self) -> None:
        self._unknown.clear()
        self._go_on()
        if self.state.picture is None:
            self._start_showing()

    def _stop(self) -> None:
        for work in (*self._lanes, self._showing):
            work.cancel()
        self._idle = set(self._lanes)
        self._under_way.clear()

    def _go_on(self) -> None:
        """Set as many lanes to work as there is work for."""
        if not self.state.is_on:
            return
        while self._idle and (model := self._next()) is not None:
            lane = self._idle.pop()
            self._under_way.add(model.id)
            lane.start(self._run_lane(lane, model))

    def _next(self) -> ModelInfo | None:
        known, busy = self.state.thumbnails, self._under_way
        return next(
            (each for each in self._wanted if each.id not in known and each.id not in busy), None
        )

    async def _run_lane(self, lane: Latest, first: ModelInfo) -> None:
        model: ModelInfo | None = first
        while model is not None:
            picture: Picture | None = None
            try:
                picture = await self._previews.of_row(model, may_ask=not self._is_offline)
            except LabError:
                self._unknown.add(model.id)
            if picture is None and self._is_offline:
                self._unknown.add(model.id)
            self._under_way.discard(model.id)
            self._keep(model.id, picture)
            if (model := self._next()) is not None:
                self._under_way.add(model.id)
        self._idle.add(lane)

    def _keep(self, model_id: str, picture: Picture | None) -> None:
        # The oldest go first; what is in sight was fetched last.
        kept = dict(list(self.state.thumbnails.items())[-_KEPT + 1 :])
        kept[model_id] = picture
        self._become(replace(self.state, thumbnails=MappingProxyType(kept)))

    def _start_showing(self) -> None:
        details = self._details
        self._showing.cancel()
        is_wanted = details is not None and self.state.is_on
        self._become(replace(self.state, picture=None, is_loading=is_wanted))
        if details is not None and is_wanted:
            self._showing.start(self._run_show(details))

    async def _run_show(self, details: ModelDetails) -> None:
        picture: Picture | None = None
        with suppress(LabError):  # a placeholder stands there; nobody waits for the picture
            picture = await self._previews.of_details(details, may_ask=not self._is_offline)
        self._become(replace(self.state, picture=picture, is_loading=False))
        model_id = details.info.id
        if picture is not None and self.state.thumbnails.get(model_id, picture) is None:
            # The details named a picture that the row did not; the row is asked for again.
            known = {key: each for key, each in self.state.thumbnails.items() if key != model_id}
            self._become(replace(self.state, thumbnails=MappingProxyType(known)))
            self._go_on()
