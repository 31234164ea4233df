"""A saved run beside the one shown: the same picture, and how both differ."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePath
from typing import TypeAlias

from ailab.services.images.pictures import Pictures
from ailab.services.inference.background_label import is_background
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.masks import Masks
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.predictions import Detections, Segmentation
from ailab.services.problem import Problem
from ailab.services.results.result_error import ResultError
from ailab.services.results.runs import Runs
from ailab.viewmodels.beside_state import BesideState
from ailab.viewmodels.compared_picture import compare_picture
from ailab.viewmodels.held_run import HeldRun
from ailab.viewmodels.latest import Latest
from ailab.viewmodels.result_maps import has_maps, unpacked
from ailab.viewmodels.results_state import ResultsState
from ailab.viewmodels.vector_comparison import VectorComparisonViewModel
from ailab.viewmodels.view_model import ViewModel

_REST = 0.1
_LARGE = 2_000_000
"""Pixels; results of a larger picture are compared once the slider rests."""

Asked: TypeAlias = tuple[PictureResult, PictureResult, float, bool]
"""A result of A, one of B, the threshold for both, and whether the differences are wanted."""


class BesideViewModel(ViewModel[BesideState]):
    """Holds a saved run, and follows the picture shown and its threshold.

    Args:
        results: the run shown; lent.
        pictures: reads pictures that models made; lent.
        runs: reads saved runs; lent; None where none are held.
        go_to: shows another picture of the run, by its place.
        rest: seconds that the threshold rests before results of a large picture are compared.

    Attributes:
        vectors: what all vectors of both come to.
    """

    def __init__(
        self,
        results: ViewModel[ResultsState],
        pictures: Pictures,
        runs: Runs | None = None,
        *,
        go_to: Callable[[int], None],
        rest: float = _REST,
    ) -> None:
        super().__init__(BesideState())
        self._results = results
        self._pictures = pictures
        self._runs = runs
        self._rest = rest
        self._held: HeldRun | None = None
        self._opening = Latest("run to hold beside")
        self._pairing = Latest("pictures of two runs")
        self._unpacking = Latest("maps to show beside")
        self._comparing = Latest("comparison")
        self._is_under_way = False
        self._told: Asked | None = None
        self.vectors = VectorComparisonViewModel(results, go_to)
        results.changed.connect(self._on_results)

    @property
    def folder_of_runs(self) -> str:
        """Where saved runs of late lie, as far as that is known; empty else."""
        folders = (self.state.folder, self._results.state.folder)
        return next((str(PurePath(each).parent) for each in folders if each), "")

    @property
    def run(self) -> HeldRun | None:
        """The run held, once it is known which of the pictures shown it has."""
        held = self._held
        return held if held is not None and held.pictures == self._results.state.pictures else None

    def hold(self, folder: str) -> None:
        """Hold the run of a folder beside the one shown.

        Where it is none, or has none of the pictures, or found something else in them, `problem`
        of the state says so, and the one held before stays.
        """
        if self._runs is not None:
            self._become(replace(self.state, is_opening=True, problem=None))
            self._opening.start(self._run_open(self._runs, folder))

    def let_go(self) -> None:
        """Show the run alone again."""
        self._opening.cancel()
        self._pairing.cancel()
        self._unpacking.cancel()
        self._held = self._told = None
        self.vectors.compare(None)
        wants = self.state.wants_differences
        self._become(BesideState(can_open=self._can_open, wants_differences=wants))

    def show_differences(self, is_wanted: bool) -> None:
        """Show only what differs of both, or all that they found."""
        self._become(replace(self.state, wants_differences=is_wanted, differences=None))
        self._show()

    async def close(self) -> None:
        """Stop reading and comparing, and wait for the end of it."""
        await self.vectors.close()
        for work in (self._opening, self._pairing, self._unpacking, self._comparing):
            await work.close()

    async def wait(self) -> None:
        """Wait until the picture shown is compared."""
        for work in (self._opening, self._pairing, self._unpacking, self._comparing):
            await work.wait()
        await self.vectors.wait()

    @property
    def _can_open(self) -> bool:
        return self._runs is not None and bool(self._results.state.results)

    async def _run_open(self, runs: Runs, folder: str) -> None:
        try:
            saved = await runs.load(folder)
            held = await asyncio.to_thread(HeldRun, saved, self._results.state.pictures)
        except ResultError as error:
            self._become(replace(self.state, is_opening=False, problem=Problem.of(error)))
            return
        problem = held.why_not(self._results.state.results)
        self._become(replace(self.state, is_opening=False, problem=problem))
        if problem is None:
            self._held = held
            weights = saved.record.variant or ""
            self._become(
                replace(
                    self.state,
                    title=saved.title,
                    weights=weights,
                    folder=str(saved.folder),
                    is_of_vectors=held.is_of_vectors,
                )
            )
            self._follow_pictures()

    def _on_results(self, old: ResultsState, new: ResultsState) -> None:
        if self._can_open != self.state.can_open:
            self._become(replace(self.state, can_open=self._can_open))
        if new.current_path != old.current_path or new.results is not old.results:
            self._become(replace(self.state, problem=None))
        if self._held is None:
            return
        if new.pictures is not old.pictures:
            self._follow_pictures()
        elif (
            new.current != old.current
            or new.current_result is not old.current_result
            or new.threshold != old.threshold
            or new.hidden_labels != old.hidden_labels
        ):
            self._show()
        elif new.results is not old.results:
            self.vectors.compare(self._held)

    def _follow_pictures(self) -> None:
        """Find the pictures of the run shown in the one held, where these are others now."""
        held = self._held
        if held is not None and held.pictures != self._results.state.pictures:
            self._show()
            self._pairing.start(self._run_pair(held))
        else:
            self._show()

    async def _run_pair(self, held: HeldRun) -> None:
        again = await asyncio.to_thread(HeldRun, held.saved, self._results.state.pictures)
        self._held = again
        if again.why_not(()) is None:
            self._show()
        else:
            self.let_go()

    def _show(self) -> None:
        """Show what is held of the picture shown."""
        held, results = self._held, self._results.state
        if held is None:
            return
        self.vectors.compare(held)
        is_known = held.pictures == results.pictures
        result = held.result(results.current) if is_known else None
        state = replace(
            self.state,
            result=result,
            lack=_lack(result) if is_known else "",
            hidden_labels=_hidden(results, result),
        )
        if result is not self.state.result:
            # Another picture's maps must never be shown with it.
            state = replace(state, maps=None)
            self._unpacking.cancel()
            if result is not None and has_maps(result):
                self._unpacking.start(self._run_unpack(result))
        asked, told = self._asked, self._told
        if asked is None or told is None or asked[0] is not told[0] or asked[1] is not told[1]:
            # Nor another picture's words; those of another threshold stay for the moment.
            self._told = None
            state = replace(state, words="", differences=None, counterparts=None)
        is_comparing = asked is not None and not _is_same(asked, self._told)
        can_differ = asked is not None and _can_differ(asked[0], asked[1])
        self._become(replace(state, is_comparing=is_comparing, can_differ=can_differ))
        if is_comparing and not self._is_under_way:
            self._is_under_way = True
            self._comparing.start(self._run_compare())

    async def _run_unpack(self, result: PictureResult) -> None:
        maps = await unpacked(result, self._pictures)
        self._become(replace(self.state, maps=maps))

    @property
    def _asked(self) -> Asked | None:
        """What is to be compared; None while there is nothing."""
        results, held = self._results.state, self._held
        mine = results.current_result
        if held is None or mine is None or held.pictures != results.pictures:
            return None
        its = held.result(results.current)
        if its is None or its.prediction is None:
            return None
        return mine, its, results.threshold, self.state.wants_differences

    async def _run_compare(self) -> None:
        """Compare until nothing else is asked: one picture at a time, however the slider moves."""
        try:
            while (asked := self._asked) is not None and not _is_same(asked, self._told):
                if asked[0].width * asked[0].height > _LARGE:
                    await asyncio.sleep(self._rest)
                    if not _is_same(self._asked, asked):
                        continue
                found = await asyncio.to_thread(compare_picture, *asked)
                if _is_same(self._asked, asked):
                    self._told = asked
                    told = replace(
                        self.state,
                        words=found.words,
                        differences=found.differences,
                        counterparts=found.counterparts,
                        is_comparing=False,
                    )
                    self._become(told)
        finally:
            self._is_under_way = False


def _can_differ(mine: PictureResult, its: PictureResult) -> bool:
    predictions = mine.prediction, its.prediction
    alike = Detections | Masks | Segmentation
    return all(isinstance(each, alike) for each in predictions) or any(
        isinstance(each, GeneratedText) and each.places and not each.is_of_lines
        for each in predictions
    )


def _is_same(asked: Asked | None, told: Asked | None) -> bool:
    if asked is None or told is None:
        return asked is told
    return asked[0] is told[0] and asked[1] is told[1] and asked[2:] == told[2:]


def _lack(result: PictureResult | None) -> str:
    if result is None:
        return "This picture is not in that run."
    if result.prediction is None:
        return "" if result.problem is None else f"It failed: {result.problem.message}"
    return ""


def _hidden(results: ResultsState, other: PictureResult | None) -> frozenset[str]:
    """Labels switched off in the run shown; and background that this one does not have."""
    mine = results.current_result
    labels, own = _labels(other), _labels(mine)
    return results.hidden_labels | frozenset(filter(is_background, labels - own))


def _labels(result: PictureResult | None) -> frozenset[str]:
    if result is None or not isinstance(result.prediction, Segmentation):
        return frozenset()
    return frozenset(segment.label for segment in result.prediction.segments)
