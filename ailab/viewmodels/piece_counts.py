"""How many connected pieces the regions shown have, and those of the whole run."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from ailab.services.compatibility.runnable_tasks import SEGMENTATION
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.pieces_from import MOST_PIECES_FROM
from ailab.services.inference.predictions import Segmentation
from ailab.services.results.left_out_pixels import LeftOutPixels
from ailab.services.results.region_pieces import RegionPieces
from ailab.viewmodels.latest import Latest
from ailab.viewmodels.piece_counts_state import PieceCountsState
from ailab.viewmodels.results_state import ResultsState
from ailab.viewmodels.run_totals import RunTotals
from ailab.viewmodels.view_model import ViewModel

_LARGE = 2_000_000
"""Pixels; what has more is counted once the slider rests."""
_REST = 0.15


class PieceCountsViewModel(ViewModel[PieceCountsState]):
    """Follows the results and their threshold, and counts in a thread: one picture at a time.

    The picture shown comes first. What is being counted is not cut off by another threshold, but
    dropped and counted anew.

    Args:
        results: what came of all pictures, and the threshold; lent.
        rest: seconds that the threshold rests before a large picture is counted.
    """

    def __init__(self, results: ViewModel[ResultsState], *, rest: float = _REST) -> None:
        super().__init__(PieceCountsState())
        self._results = results
        self._rest = rest
        self._counting = Latest("pieces")
        self._marking = Latest("pieces left out")
        self._is_under_way = False
        self._has_pieces: list[bool] = []
        self._countable = self._failed = 0
        self._forget()
        results.changed.connect(self._on_results)

    def set_pieces_from(self, pixels: int) -> None:
        """Count pieces from another number of pixels on."""
        pixels = min(max(pixels, 0), MOST_PIECES_FROM)
        if pixels != self.state.pieces_from:
            self._become(replace(self.state, pieces_from=pixels))
            self._count_anew(is_same_run=True)

    def of(self, place: int) -> Mapping[int, RegionPieces] | None:
        """The pieces of each region of a result, by its index.

        None where it has none to be counted, or they are not counted yet; see `awaits`.
        """
        return self._counts.get(place)

    def awaits(self, place: int) -> bool:
        """True until the pieces of a result are counted that has some."""
        is_known = place < len(self._has_pieces)
        return is_known and self._has_pieces[place] and place not in self._counts

    async def close(self) -> None:
        """Stop counting and wait for its end."""
        await self._counting.close()
        await self._marking.close()

    async def wait(self) -> None:
        """Wait until all that there is so far is counted."""
        await self._counting.wait()
        await self._marking.wait()

    def _on_results(self, old: ResultsState, new: ResultsState) -> None:
        if _goes_on(old, new) and old.threshold == new.threshold:
            if new.results is not old.results or new.current != old.current:
                self._show(new, keeps=new.current == old.current)
            elif new.task != old.task:
                self._become(replace(self.state, is_offered=_is_offered(new)))
            return
        self._count_anew(is_same_run=_goes_on(old, new))

    def _count_anew(self, *, is_same_run: bool) -> None:
        self._forget()
        if not is_same_run:
            self._has_pieces.clear()
            self._countable = self._failed = 0
            self._become(replace(self.state, shown=None, totals=None))
        self._show(self._results.state, keeps=is_same_run)

    def _forget(self) -> None:
        self._counts: dict[int, dict[int, RegionPieces]] = {}
        self._marked: PictureResult | None = None
        self._next_place = 0
        self._numbers: Counter[str] = Counter()
        self._empty = 0

    def _show(self, state: ResultsState, *, keeps: bool = False) -> None:
        """Show what is known of the picture shown, and count what is not.

        Args:
            state: of the results.
            keeps: what is shown is of the same picture, and stays until there is something better.
        """
        for result in state.results[len(self._has_pieces) :]:
            self._has_pieces.append(has_pieces(result))
            self._countable += self._has_pieces[-1]
            self._failed += result.prediction is None
        shown: Mapping[int, RegionPieces] | None = self._counts.get(state.current)
        if shown is None and keeps:
            shown = self.state.shown
        left = self._countable - len(self._counts)
        totals = self._totals() if self._counts or not keeps else self.state.totals
        self._become(
            replace(
                self.state,
                is_offered=_is_offered(state),
                shown=shown,
                totals=totals,
                left=left,
            )
        )
        self._mark(state.current_result, self._counts.get(state.current))
        if left and not self._is_under_way:
            self._is_under_way = True
            self._counting.start(self._run_count())

    def _mark(
        self, result: PictureResult | None, counts: Mapping[int, RegionPieces] | None
    ) -> None:
        """Look where pieces of the picture shown are left out, once it is known that some are."""
        there = self.state.left_out
        if there is not None and there.result is not result:
            self._become(replace(self.state, left_out=None))
        if result is None or counts is None or result is self._marked:
            return
        self._marked = result
        if any(each.left_out for each in counts.values()):
            self._marking.start(self._run_mark(result, *self._asked))
        else:
            self._marking.cancel()
            self._become(replace(self.state, left_out=None))

    async def _run_mark(self, result: PictureResult, threshold: float, pieces_from: int) -> None:
        found = await asyncio.to_thread(_left_out, result, threshold, pieces_from)
        if result is self._results.state.current_result:
            self._become(replace(self.state, left_out=found))

    def _totals(self) -> RunTotals | None:
        if not self._counts:
            return None
        labels = tuple((label, number) for label, number in self._numbers.most_common() if number)
        return RunTotals(labels, len(self._counts), self._empty, self._failed)

    async def _run_count(self) -> None:
        try:
            while (place := self._next()) is not None:
                results, asked = self._results.state, self._asked
                result = results.results[place]
                if result.width * result.height > _LARGE:
                    await asyncio.sleep(self._rest)
                    if not self._is_asked(asked, place, result):
                        continue
                found = await asyncio.to_thread(_counted, result, *asked)
                if self._is_asked(asked, place, result):
                    self._take(place, result, found)
        finally:
            self._is_under_way = False

    @property
    def _asked(self) -> tuple[float, int]:
        return self._results.state.threshold, self.state.pieces_from

    def _is_asked(self, asked: tuple[float, int], place: int, result: PictureResult) -> bool:
        """Nothing else was asked for meanwhile."""
        results = self._results.state.results
        return asked == self._asked and place < len(results) and results[place] is result

    def _next(self) -> int | None:
        """The place of a result to be counted: the one shown, else the first."""
        state = self._results.state
        count = len(self._has_pieces)
        if state.current < count and self.awaits(state.current):
            return state.current
        for place in range(self._next_place, count):
            if self.awaits(place):
                return place
            self._next_place = place + 1
        return None

    def _take(self, place: int, result: PictureResult, found: dict[int, RegionPieces]) -> None:
        self._counts[place] = found
        if isinstance(result.prediction, Segmentation):
            labels = {each.index: each.label for each in result.prediction.segments}
            for index, pieces in found.items():
                self._numbers[labels[index]] += pieces.number
            self._empty += not any(pieces.number for pieces in found.values())
        self._show(self._results.state, keeps=True)


def has_pieces(result: PictureResult) -> bool:
    """True for the regions of a network that labels pixels alone."""
    prediction = result.prediction
    return isinstance(prediction, Segmentation) and prediction.labels_pixels_alone


def _counted(result: PictureResult, threshold: float, pieces_from: int) -> dict[int, RegionPieces]:
    from ailab.services.results.pieces import count_pieces  # noqa: PLC0415 - brings NumPy

    if not isinstance(result.prediction, Segmentation):
        return {}
    size = result.width, result.height
    return count_pieces(result.prediction, size, threshold=threshold, pieces_from=pieces_from)


def _left_out(result: PictureResult, threshold: float, pieces_from: int) -> LeftOutPixels | None:
    from ailab.services.results.left_out_pieces import left_out_map  # noqa: PLC0415 - as above

    if not isinstance(result.prediction, Segmentation):
        return None
    size = result.width, result.height
    found = left_out_map(result.prediction, size, threshold=threshold, pieces_from=pieces_from)
    if found is None:
        return None
    return LeftOutPixels(result, found.width, found.height, found.unpack())


def _is_offered(state: ResultsState) -> bool:
    result = state.current_result
    if result is None or result.prediction is None:
        return state.task == SEGMENTATION
    return has_pieces(result)


def _goes_on(old: ResultsState, new: ResultsState) -> bool:
    """The results are the same, or some came behind them."""
    if old.results is new.results:
        return True
    count = len(old.results)
    return len(new.results) >= count and new.results[:count] == old.results
