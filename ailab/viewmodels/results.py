"""Looking at results: which picture, which threshold, which labels."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from ailab.services.images.picture_error import PictureError
from ailab.services.images.pictures import Pictures
from ailab.services.inference.background_label import is_background
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.predictions import Segmentation
from ailab.services.problem import Problem
from ailab.services.results.model_identity import ModelIdentity
from ailab.services.results.runs import Runs, SavedRun
from ailab.viewmodels.beside import BesideViewModel
from ailab.viewmodels.latest import Latest
from ailab.viewmodels.neighbours import NeighboursViewModel
from ailab.viewmodels.page_places import kept_place
from ailab.viewmodels.piece_counts import PieceCountsViewModel
from ailab.viewmodels.result_maps import LONGEST_SIDE_SHOWN, has_maps, unpacked
from ailab.viewmodels.results_state import ResultsState
from ailab.viewmodels.run_totals import RunScores
from ailab.viewmodels.view_model import ViewModel


class ResultsViewModel(ViewModel[ResultsState]):
    """Steps through pictures and their results, and filters what is shown.

    Args:
        pictures: reads pictures for showing.
        runs: reads the vectors of saved runs, to compare with; None where nobody does.
        stay: seconds for which a picture stays while a run is followed, which it would slow else.

    Attributes:
        neighbours: which pictures of the run resemble the one shown.
        pieces: how many pieces the regions have.
        beside: a saved run beside the one shown.
    """

    def __init__(self, pictures: Pictures, runs: Runs | None = None, *, stay: float = 0.0) -> None:
        super().__init__(ResultsState())
        self._pictures = pictures
        self._stay = stay
        self._is_staying = False
        self._reading = Latest("picture to show")
        self._unpacking = Latest("maps to show")
        self._seen_labels: set[str] = set()
        self._threshold_for = ""
        self._suiting: float | None = None
        self._scores = RunScores()
        self.neighbours = NeighboursViewModel(self, pictures, runs, go_to=self.go_to)
        self.pieces = PieceCountsViewModel(self)
        self.beside = BesideViewModel(self, pictures, runs, go_to=self.go_to)

    def expect(self, task: str) -> None:
        """Name the task of the model that would be run next; empty where that is not known."""
        self._become(replace(self.state, task=task))

    def show_pictures(self, pictures: tuple[str, ...]) -> None:
        """Show pictures that were not run yet; of the same files the page shown stays."""
        kept = kept_place(self.state.pictures, self.state.current, pictures)
        self._restart(pictures=pictures, current=kept)

    def start_run(
        self,
        title: str,
        pictures: tuple[str, ...],
        threshold: float,
        weights: str = "",
        note: str = "",
    ) -> None:
        """Show a run from its first picture on.

        The threshold is the one that suits the model and what it is asked for, unless the person
        has set another since the same model ran last.
        """
        self._restart(title=title, weights=weights, note=note, pictures=pictures)
        if title != self._threshold_for or self._suiting not in {None, threshold}:
            self._threshold_for = title
            self.set_threshold(threshold)
        self._suiting = threshold

    def show_folder(self, folder: str, threshold: float) -> None:
        """Name the folder that the run is saved in, and the threshold that its files hold to."""
        self._become(replace(self.state, folder=folder, saved_threshold=threshold))

    def show_model(self, model: ModelIdentity) -> None:
        """Tell which model it is that runs, to the last bit."""
        self._become(replace(self.state, model=model))

    def add_result(self, result: PictureResult) -> None:
        """Add the next picture's result and, unless the person stepped away, show it."""
        hidden = self.state.hidden_labels | self._new_background(result)
        results = (*self.state.results, result.without_saved_output())
        self._scores.add(result)
        totals = self._scores.totals
        state = replace(self.state, results=results, totals=totals, hidden_labels=hidden)
        self._become(state)
        # While a picture is on its way, or stays, the newest is shown after it: a fast run would
        # otherwise cancel each reading with the next, and show nothing at all.
        if state.is_following and not state.is_loading_picture and not self._is_staying:
            self._show(len(state.results) - 1)

    def end_run(self) -> None:
        """Go back to the first picture that was run well, unless the person stepped to another."""
        if not self.state.is_following:
            return
        self._become(replace(self.state, is_following=False))
        if self._is_staying:  # nothing comes after it
            self._is_staying = False
            self._reading.cancel()
        results = self.state.results
        well = (index for index, each in enumerate(results) if each.prediction is not None)
        self._show(next(well, 0))

    def fail_run(self) -> None:
        """Take note that the run failed as a whole."""
        self._become(replace(self.state, has_failed=True))

    def show_run(
        self,
        title: str,
        folder: str,
        results: tuple[PictureResult, ...],
        threshold: float,
        weights: str = "",
        *,
        model: ModelIdentity | None = None,
    ) -> None:
        """Show the results of an earlier run."""
        self._restart(
            title=title,
            weights=weights,
            folder=folder,
            pictures=tuple(result.picture for result in results),
            results=results,
            model=model,
        )
        self._threshold_for, self._suiting = title, None
        self.set_threshold(threshold)
        self.show_folder(folder, self.state.threshold)

    def show_saved(self, saved: SavedRun) -> None:
        """Show the results of a run that was read back from its folder."""
        record = saved.record
        if record.pieces_from is not None:
            self.pieces.set_pieces_from(record.pieces_from)
        self.neighbours.groups.set_least(record.groups_from)
        shown = (saved.title, str(saved.folder), saved.results, record.threshold)
        self.show_run(*shown, record.variant or "", model=record.identity)

    def go_to(self, index: int) -> None:
        """Show the picture at an index, and stop following the run."""
        if 0 <= index < len(self.state.pictures):
            self._become(replace(self.state, is_following=False))
            self._show(index)

    def go_on(self) -> None:
        """Show the next picture."""
        self.go_to(self.state.current + 1)

    def go_back(self) -> None:
        """Show the picture before."""
        self.go_to(self.state.current - 1)

    def set_threshold(self, threshold: float) -> None:
        """Hide what scores less; nothing is run again."""
        threshold = min(max(threshold, 0.0), 1.0)
        self._scores.set_threshold(threshold)
        self._become(replace(self.state, threshold=threshold, totals=self._scores.totals))

    def show_label(self, label: str, visible: bool) -> None:
        """Switch a label on or off."""
        self._seen_labels.add(label)
        hidden = self.state.hidden_labels
        hidden = hidden - {label} if visible else hidden | {label}
        self._become(replace(self.state, hidden_labels=hidden))

    async def close(self) -> None:
        """Stop reading and unpacking, and wait for their end."""
        await self._reading.close()
        await self._unpacking.close()
        await self.neighbours.close()
        await self.pieces.close()
        await self.beside.close()

    async def wait(self) -> None:
        """Wait until the picture is read and its maps are unpacked."""
        await self._reading.wait()
        await self._unpacking.wait()
        await self.neighbours.wait()
        await self.pieces.wait()
        await self.beside.wait()

    def _restart(
        self,
        *,
        pictures: tuple[str, ...],
        title: str = "",
        weights: str = "",
        note: str = "",
        folder: str = "",
        results: tuple[PictureResult, ...] = (),
        model: ModelIdentity | None = None,
        current: int = 0,
    ) -> None:
        old_path = self.state.current_path
        self._seen_labels.clear()
        self._scores = RunScores(results, self.state.threshold)
        self._become(
            replace(
                self.state,
                title=title,
                weights=weights,
                note=note,
                folder=folder,
                model=model,
                pictures=pictures,
                results=tuple(result.without_saved_output() for result in results),
                totals=self._scores.totals,
                has_failed=False,
                current=current,
                is_following=not results,
                hidden_labels=frozenset().union(*map(self._new_background, results)),
            )
        )
        if self.state.current_path != old_path:
            self._read()

    def _show(self, index: int) -> None:
        if index != self.state.current:
            self._become(self._loading(index))
            self._start_reading()

    def _read(self) -> None:
        if self.state.current_path is None:
            self._reading.cancel()
            self._is_staying = False
            self._become(
                replace(self.state, picture=None, is_loading_picture=False, picture_problem=None)
            )
        else:
            self._become(self._loading(self.state.current))
            self._start_reading()

    def _start_reading(self) -> None:
        self._is_staying = False
        self._reading.start(self._run_read())

    def _loading(self, index: int) -> ResultsState:
        """The state while a picture is on its way.

        The picture before goes with it, in one step: another's boxes must never lie over it.
        """
        return replace(
            self.state, current=index, picture=None, is_loading_picture=True, picture_problem=None
        )

    async def _run_read(self) -> None:
        while (path := self.state.current_path) is not None:
            try:
                picture = await self._pictures.read(path, LONGEST_SIDE_SHOWN)
            except PictureError as error:
                self._become(
                    replace(self.state, is_loading_picture=False, picture_problem=Problem.of(error))
                )
            else:
                self._become(replace(self.state, is_loading_picture=False, picture=picture))
            if self.state.is_following and self.state.results:
                self._is_staying = True
                await asyncio.sleep(self._stay)
                self._is_staying = False
            newest = len(self.state.results) - 1
            if not self.state.is_following or newest <= self.state.current:
                return
            self._become(self._loading(newest))

    def _become(self, state: ResultsState) -> None:
        """Replace the state; where it shows another result, that one's maps are unpacked."""
        if state.current_result is not self.state.current_result:
            # The maps before go at once, and so does the unpacking of any others.
            state = replace(state, maps=None)
            self._unpacking.cancel()
            result = state.current_result
            if result is not None and has_maps(result):
                self._unpacking.start(self._run_unpack(result))
        super()._become(state)

    async def _run_unpack(self, result: PictureResult) -> None:
        maps = await unpacked(result, self._pictures)
        self._become(replace(self.state, maps=maps))

    def _new_background(self, result: PictureResult) -> frozenset[str]:
        """The background's labels that are met for the first time in this run."""
        if not isinstance(result.prediction, Segmentation):
            return frozenset()
        labels = {segment.label for segment in result.prediction.segments} - self._seen_labels
        self._seen_labels |= labels
        return frozenset(filter(is_background, labels))
