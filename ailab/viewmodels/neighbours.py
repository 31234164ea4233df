"""Which pictures of the run, or of another one, resemble the one shown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePath
from types import MappingProxyType

from ailab.services.images.picture import Picture
from ailab.services.images.picture_error import MissingPictureError, PictureError
from ailab.services.images.pictures import Pictures
from ailab.services.inference.feature_index import FeatureIndex, Neighbour
from ailab.services.inference.feature_set import FeatureSet
from ailab.services.inference.features import Features
from ailab.services.problem import Problem
from ailab.services.results.result_error import ResultError
from ailab.services.results.runs import Runs
from ailab.viewmodels.alike_groups import AlikeGroupsViewModel
from ailab.viewmodels.compared_run import ComparedRun
from ailab.viewmodels.compared_runs import ComparedRuns
from ailab.viewmodels.latest import Latest
from ailab.viewmodels.neighbours_state import NeighboursState, OtherRun
from ailab.viewmodels.results_state import ResultsState
from ailab.viewmodels.thumbnail_side import THUMBNAIL_SIDE
from ailab.viewmodels.view_model import ViewModel

MOST_NEIGHBOURS = 20
_KEPT = 200
_PAUSE = 0.25  # seconds


class NeighboursViewModel(ViewModel[NeighboursState]):
    """Follows the picture shown, and a run under way, and looks for what is nearest.

    Args:
        results: which picture is shown, and what came of all; lent.
        pictures: reads thumbnails; lent.
        runs: reads the vectors of saved runs; lent; None where none are compared with.
        go_to: shows another picture of the run, by its place.
        pause: seconds of rest before a run that goes on is looked at again.

    Attributes:
        groups: which pictures of the run are alike.
    """

    def __init__(
        self,
        results: ViewModel[ResultsState],
        pictures: Pictures,
        runs: Runs | None = None,
        *,
        go_to: Callable[[int], None],
        pause: float = _PAUSE,
    ) -> None:
        super().__init__(NeighboursState())
        self._results = results
        self._pictures = pictures
        self._runs = runs
        self._go_to = go_to
        self._pause = pause
        self._index = FeatureIndex()
        self._compared = ComparedRuns()
        self._thumbnails: dict[str, Picture | None] = {}
        self._missing: set[str] = set()
        self._looking = Latest("neighbours")
        self._opening = Latest("run to compare with")
        self._is_under_way = False
        self.groups = AlikeGroupsViewModel(results, pictures)
        results.changed.connect(self._on_results)

    @property
    def folder_of_runs(self) -> str:
        """Where saved runs of late lie, as far as that is known; empty else."""
        folders = [self._results.state.folder, *(each.folder for each in self.state.others)]
        return next((str(PurePath(each).parent) for each in folders if each), "")

    def go_to(self, index: int) -> None:
        """Show one of the neighbours, by its place in the run; not one of another run."""
        if self.state.other is None:
            self._go_to(index)

    def go_to_own(self, index: int) -> None:
        """Show a picture of the run shown, by its place in it."""
        self._go_to(index)

    def compare_with(self, folder: str) -> None:
        """Look among the pictures of a saved run instead, from its folder.

        Vectors of another model are not compared: `problem` of the state says so.
        """
        if self._runs is not None:
            self._become(replace(self.state, is_opening=True, problem=None))
            self._opening.start(self._run_open(self._runs, folder))

    def choose(self, other: OtherRun | None) -> None:
        """Look among the pictures of one of the other runs; None for the run shown."""
        self._opening.cancel()
        self._compared.choose(other)
        self._become(replace(self.state, is_opening=False))
        self._look_again()

    async def of_each(self, count: int) -> tuple[tuple[Neighbour, ...], ...]:
        """The nearest of each picture of the run shown, in its order.

        Args:
            count: how many at most, from 1.
        """
        state = self._results.state
        return await asyncio.to_thread(_of_each, state, self._compared.chosen(state), count)

    async def close(self) -> None:
        """Stop looking and wait for its end."""
        await self._opening.close()
        await self._looking.close()
        await self.groups.close()

    async def wait(self) -> None:
        """Wait until the neighbours of the picture shown are known."""
        await self._opening.wait()
        await self._looking.wait()
        await self.groups.wait()

    def _on_results(self, old: ResultsState, new: ResultsState) -> None:
        self._compared.follow(old, new)
        is_same_run = old.results is new.results and old.model is new.model
        if is_same_run and old.current == new.current and old.folder == new.folder:
            return
        if not _is_of_vectors(new):
            self._become(self._blank(new))
            return
        if old.current_result is not new.current_result:
            # Another picture's neighbours must never stand beside it.
            self._become(replace(self._blank(new), is_looking=True))
        self._start_looking()

    def _look_again(self) -> None:
        state = self._results.state
        blank = self._blank(state)
        self._become(replace(blank, is_looking=blank.is_of_vectors))
        if blank.is_of_vectors:
            self._start_looking()

    def _blank(self, state: ResultsState) -> NeighboursState:
        """What is known before anything was compared."""
        chosen = self._compared.chosen(state)
        return NeighboursState(
            is_of_vectors=_is_of_vectors(state),
            other=None if chosen is None else chosen.other,
            others=self._compared.offered(state),
            can_open=self._runs is not None and _is_of_vectors(state),
            is_opening=self.state.is_opening,
            problem=self._compared.problem(state),
        )

    def _start_looking(self) -> None:
        if not self._is_under_way:
            self._is_under_way = True
            self._looking.start(self._run_look())

    async def _run_look(self) -> None:
        """Look until nothing has changed meanwhile: the vectors have one reader at a time."""
        try:
            while _is_of_vectors(state := self._results.state):
                chosen = self._compared.chosen(state)
                found = await asyncio.to_thread(_nearest, self._index, state, chosen)
                now = self._results.state
                is_asked = self._compared.chosen(now) is chosen
                if is_asked and now.current_result is state.current_result:
                    own = len(state.results) - 1
                    compared = own if chosen is None else chosen.other.count
                    blank = replace(self._blank(now), neighbours=found, compared=compared)
                    self._become(self._with_thumbnails(blank))
                    await self._read_thumbnails()
                if self._compared.chosen(self._results.state) is not chosen:
                    continue
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
            thumbnail: Picture | None = None
            self._missing.discard(path)
            try:
                thumbnail = await self._pictures.read(path, THUMBNAIL_SIDE)
            except MissingPictureError:
                self._missing.add(path)
            except PictureError:
                pass
            self._thumbnails = dict(list(self._thumbnails.items())[-_KEPT + 1 :])
            self._missing &= {*self._thumbnails, path}
            self._thumbnails[path] = thumbnail
            if self.state.neighbours is not neighbours:
                return
            self._become(self._with_thumbnails(self.state))

    def _with_thumbnails(self, state: NeighboursState) -> NeighboursState:
        known = MappingProxyType(dict(self._thumbnails))
        return replace(state, thumbnails=known, missing=frozenset(self._missing))

    async def _run_open(self, runs: Runs, folder: str) -> None:
        try:
            self._compared.open(await runs.vectors(folder))
        except ResultError as error:
            self._compared.fail(Problem.of(error))
        self._become(replace(self.state, is_opening=False))
        self._look_again()


def _nearest(
    index: FeatureIndex, state: ResultsState, chosen: ComparedRun | None
) -> tuple[Neighbour, ...]:
    if chosen is None:
        return index.nearest(state.results, state.current, MOST_NEIGHBOURS)
    prediction = state.results[state.current].prediction
    return chosen.nearest(prediction, MOST_NEIGHBOURS) if isinstance(prediction, Features) else ()


def _of_each(
    state: ResultsState, chosen: ComparedRun | None, count: int
) -> tuple[tuple[Neighbour, ...], ...]:
    features = FeatureSet.of_results(state.results)
    if chosen is None:
        return tuple(features.nearest_of_each(count))
    return chosen.nearest_to_each(features, count)


def _is_of_vectors(state: ResultsState) -> bool:
    result = state.current_result
    return result is not None and isinstance(result.prediction, Features)
