"""Which pictures of the run resemble the one shown."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from ailab.services.images.picture import Picture
from ailab.services.images.picture_error import PictureError
from ailab.services.images.pictures import Pictures
from ailab.services.inference.feature_index import FeatureIndex
from ailab.services.inference.features import Features
from ailab.viewmodels.filmstrip import THUMBNAIL_SIDE
from ailab.viewmodels.latest import Latest
from ailab.viewmodels.neighbours_state import NeighboursState
from ailab.viewmodels.view_model import ViewModel

if TYPE_CHECKING:
    from ailab.viewmodels.results import ResultsViewModel
from ailab.viewmodels.results_state import ResultsState

MOST_NEIGHBOURS = 20
_KEPT = 200
_PAUSE = 0.25  # seconds


class NeighboursViewModel(ViewModel[NeighboursState]):
    """Follows the picture shown, and a run under way, and looks for what is nearest.

    Args:
        results: which picture is shown, and what came of all; lent.
        pictures: reads thumbnails; lent.
        pause: seconds of rest before a run that goes on is looked at again.
    """

    def __init__(
        self, results: ResultsViewModel, pictures: Pictures, *, pause: float = _PAUSE
    ) -> None:
        super().__init__(NeighboursState())
        self._results = results
        self._pictures = pictures
        self._pause = pause
        self._index = FeatureIndex()
        self._thumbnails: dict[str, Picture | None] = {}
        self._looking = Latest("neighbours")
        self._is_under_way = False
        results.changed.connect(self._on_results)

    def go_to(self, index: int) -> None:
        """Show one of the neighbours, by its place in the run."""
        self._results.go_to(index)

    async def close(self) -> None:
        """Stop looking and wait for its end."""
        await self._looking.close()

    async def wait(self) -> None:
        """Wait until the neighbours of the picture shown are known."""
        await self._looking.wait()

    def _on_results(self, old: ResultsState, new: ResultsState) -> None:
        if old.results is new.results and old.current == new.current:
            return
        if not _is_of_vectors(new):
            self._become(NeighboursState())
            return
        if old.current_result is not new.current_result:
            # Another picture's neighbours must never stand beside it.
            self._become(NeighboursState(is_of_vectors=True, is_looking=True))
        if not self._is_under_way:
            self._is_under_way = True
            self._looking.start(self._run_look())

    async def _run_look(self) -> None:
        """Look until nothing has changed meanwhile: the index has one reader at a time."""
        try:
            while _is_of_vectors(state := self._results.state):
                found = await asyncio.to_thread(
                    self._index.nearest, state.results, state.current, MOST_NEIGHBOURS
                )
                if self._results.state.current_result is state.current_result:
                    compared = len(state.results) - 1
                    self._become(NeighboursState(True, False, found, compared, self._known()))
                    await self._read_thumbnails()
                if self._results.state.results is not state.results:
                    await asyncio.sleep(self._pause)
                elif self._results.state.current == state.current:
                    return
        finally:
            self._is_under_way = False

    async def _read_thumbnails(self) -> None:
        neighbours = self.state.neighbours
        for neighbour in neighbours:
            path = neighbour.picture
            if path in self._thumbnails:
                continue
            try:
                thumbnail: Picture | None = await self._pictures.read(path, THUMBNAIL_SIDE)
            except PictureError:
                thumbnail = None
            self._thumbnails = dict(list(self._thumbnails.items())[-_KEPT + 1 :])
            self._thumbnails[path] = thumbnail
            if self.state.neighbours is not neighbours:
                return
            self._become(replace(self.state, thumbnails=self._known()))

    def _known(self) -> MappingProxyType[str, Picture | None]:
        return MappingProxyType(dict(self._thumbnails))


def _is_of_vectors(state: ResultsState) -> bool:
    result = state.current_result
    return result is not None and isinstance(result.prediction, Features)
