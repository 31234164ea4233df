"""Which pictures of the run are alike, group by group."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from time import perf_counter
from types import MappingProxyType

from ailab.services.images.picture import Picture
from ailab.services.images.picture_error import PictureError
from ailab.services.images.pictures import Pictures
from ailab.services.inference.alike_group import AlikeGroup
from ailab.services.inference.feature_set import FeatureSet
from ailab.services.inference.features import Features
from ailab.services.inference.picture_result import PictureResult
from ailab.viewmodels.alike_groups_state import AlikeGroupsState
from ailab.viewmodels.latest import Latest
from ailab.viewmodels.results_state import ResultsState
from ailab.viewmodels.thumbnail_side import THUMBNAIL_SIDE
from ailab.viewmodels.view_model import ViewModel

_MOST_THUMBNAILS = 200
_SHARE = 5
"""While a run goes on, looking takes no more than one part in so many of the time."""


class AlikeGroupsViewModel(ViewModel[AlikeGroupsState]):
    """Looks for the groups of the run shown, as soon and as long as somebody wants to see them.

    Args:
        results: what came of all pictures; lent.
        pictures: reads thumbnails; lent.
    """

    def __init__(self, results: ViewModel[ResultsState], pictures: Pictures) -> None:
        super().__init__(AlikeGroupsState())
        self._results = results
        self._pictures = pictures
        self._looking = Latest("groups of pictures")
        self._asked = 0
        self._is_under_way = False
        results.changed.connect(self._on_results)

    def show_groups(self, is_wanted: bool) -> None:
        """Begin to look for groups, or stop."""
        self._become(replace(self.state, is_wanted=is_wanted))
        self._look_again()

    def set_least(self, least: float | None) -> None:
        """Take pictures as alike from another cosine on, 0 to 1; None leaves it."""
        if least is not None and least != self.state.least:
            self._become(replace(self.state, least=min(max(least, 0.0), 1.0)))
            self._look_again()

    async def of_run(self) -> tuple[AlikeGroup, ...]:
        """The groups of the run shown."""
        results, least = self._results.state.results, self.state.least
        return await asyncio.to_thread(_groups, results, least, lambda: True)

    async def close(self) -> None:
        """Stop looking and wait for its end."""
        self._asked += 1
        await self._looking.close()

    async def wait(self) -> None:
        """Wait until the groups are known."""
        await self._looking.wait()

    def _on_results(self, old: ResultsState, new: ResultsState) -> None:
        if old.results is new.results:
            return
        if len(new.results) <= len(old.results):  # another run, whose pictures have other places
            self._become(replace(self.state, groups=(), compared=0))
            self._look_again()
        elif self.state.is_wanted and not self._is_under_way:
            self._look_again()

    def _look_again(self) -> None:
        self._asked += 1  # the thread that looks gives up
        results = self._results.state.results
        is_looking = self.state.is_wanted and _vectors(results) > 1
        self._become(replace(self.state, is_looking=is_looking))
        self._is_under_way = is_looking
        if is_looking:
            self._looking.start(self._run_look(self._asked))
        else:
            self._looking.cancel()
            if self.state.is_wanted:
                self._become(replace(self.state, groups=(), compared=_vectors(results)))

    async def _run_look(self, asked: int) -> None:
        """Look until nothing has come since."""
        while True:
            results, began = self._results.state.results, perf_counter()
            goes_on = lambda: asked == self._asked  # noqa: E731
            groups = await asyncio.to_thread(_groups, results, self.state.least, goes_on)
            compared = _vectors(results)
            self._become(replace(self.state, is_looking=False, groups=groups, compared=compared))
            await self._read_thumbnails()
            if self._results.state.results is results:
                self._is_under_way = False
                return
            await asyncio.sleep(_SHARE * (perf_counter() - began))

    async def _read_thumbnails(self) -> None:
        found: dict[str, Picture | None] = {}
        for group in self.state.groups[:_MOST_THUMBNAILS]:
            path = group.members[0].picture
            if path in self.state.thumbnails:
                found[path] = self.state.thumbnails[path]
                continue
            try:
                found[path] = await self._pictures.read(path, THUMBNAIL_SIDE)
            except PictureError:
                found[path] = None
            known = MappingProxyType({**self.state.thumbnails, path: found[path]})
            self._become(replace(self.state, thumbnails=known))
        self._become(replace(self.state, thumbnails=MappingProxyType(found)))


def _groups(
    results: Sequence[PictureResult], least: float, goes_on: Callable[[], bool]
) -> tuple[AlikeGroup, ...]:
    return FeatureSet.of_results(results).groups(least, goes_on)


def _vectors(results: Sequence[PictureResult]) -> int:
    return sum(isinstance(each.prediction, Features) for each in results)
