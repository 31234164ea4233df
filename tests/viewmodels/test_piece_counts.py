"""The pieces of the regions shown, which follow threshold and size."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.predictions import Segment, Segmentation
from ailab.services.problem import Problem
from ailab.services.results import pieces
from ailab.services.results.region_pieces import RegionPieces
from ailab.viewmodels.piece_counts import PieceCountsViewModel
from ailab.viewmodels.results import ResultsViewModel
from ailab.viewmodels.run_totals import RunTotals
from fake_pictures import FakePictures
from fakes import two_nuclei, until

PICTURES = ("a.png", "b.png", "c.png", "d.png")
FAILED = PictureResult("d.png", problem=Problem("It is damaged.", ""))


def cells(count: int, name: str = "a.png", side: int = 5) -> PictureResult:
    """So many cells of a side, the first of them unsure."""
    labels = np.zeros((60, 60), np.uint8)
    sure = np.full(labels.shape, 230, np.uint8)
    for number in range(count):
        place = slice(10 * number, 10 * number + side)
        labels[place, place] = 1
    sure[:side, :side] = 100
    segments = (Segment(1, 0, "cell", 0.9, 0.1),)
    made = Segmentation.pack(60, 60, labels.tobytes(), sure.tobytes(), segments)
    return PictureResult(name, 60, 60, made)


def run_of(*results: PictureResult, threshold: float = 0.2) -> ResultsViewModel:
    shown = ResultsViewModel(FakePictures())
    shown.start_run("acme/cells", PICTURES[: len(results)], threshold)
    for result in results:
        shown.add_result(result)
    return shown


def numbers(found: Mapping[int, RegionPieces] | None) -> dict[int, int] | None:
    return None if found is None else {index: each.number for index, each in found.items()}


class HeldCounting:
    """Holds counting up in its thread, one picture at a time."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun = threading.Semaphore(0)
        self.go = threading.Semaphore(0)
        self.at_once = self.most_at_once = 0
        self.asked: list[tuple[float, int]] = []
        self._count = pieces.count_pieces
        monkeypatch.setattr(pieces, "count_pieces", self._held)

    def _held(
        self, found: Segmentation, size: tuple[int, int], *, threshold: float, pieces_from: int
    ) -> Mapping[int, RegionPieces]:
        self.asked.append((threshold, pieces_from))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.begun.release()
        assert self.go.acquire(timeout=20)
        self.at_once -= 1
        return self._count(found, size, threshold=threshold, pieces_from=pieces_from)

    async def until_begun(self) -> None:
        await until(lambda: self.begun.acquire(blocking=False))


async def test_that_the_pieces_follow_threshold_and_size() -> None:
    results = run_of(cells(3))
    counts = results.pieces
    await results.wait()
    assert counts.state.is_offered
    assert numbers(counts.state.shown) == {1: 3}
    results.set_threshold(0.5)
    await results.wait()
    assert numbers(counts.state.shown) == {1: 2}
    counts.set_pieces_from(26)
    await results.wait()
    assert numbers(counts.state.shown) == {1: 0}
    counts.set_pieces_from(25)
    results.set_threshold(0.95)  # which the whole region is below
    await results.wait()
    assert numbers(counts.state.shown) == {}
    await results.close()


async def test_that_the_number_before_stays_until_the_next_is_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    results = run_of(cells(3))
    await results.wait()
    held = HeldCounting(monkeypatch)
    results.set_threshold(0.5)
    await held.until_begun()
    assert numbers(results.pieces.state.shown) == {1: 3}
    assert results.pieces.state.left == 1
    held.go.release()
    await results.wait()
    assert numbers(results.pieces.state.shown) == {1: 2}
    assert results.pieces.state.left == 0
    await results.close()


async def test_that_one_picture_is_counted_at_a_time_and_what_is_late_is_dropped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    held = HeldCounting(monkeypatch)
    results = run_of(cells(3), cells(2))
    seen: list[object] = []
    results.pieces.changed.connect(lambda _, new: seen.append(numbers(new.shown)))
    await held.until_begun()
    for threshold in (0.3, 0.5):
        results.set_threshold(threshold)
    for _ in range(3):
        held.go.release()
    await results.wait()
    assert held.asked == [(0.2, 20), (0.5, 20), (0.5, 20)]
    assert held.most_at_once == 1
    assert {1: 3} not in seen
    assert numbers(results.pieces.of(0)) == {1: 2}
    assert numbers(results.pieces.of(1)) == {1: 1}
    await results.close()


async def test_that_the_picture_shown_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    results = run_of(cells(1), cells(2), cells(3))
    results.end_run()
    await results.wait()
    held = HeldCounting(monkeypatch)
    results.set_threshold(0.5)
    results.go_to(2)
    assert results.pieces.state.shown is None  # another picture's are never shown
    await held.until_begun()  # of the one shown before
    held.go.release()
    await held.until_begun()
    held.go.release()
    await until(lambda: results.pieces.of(2) is not None)
    assert results.pieces.awaits(1)
    assert numbers(results.pieces.state.shown) == {1: 2}
    held.go.release()
    await results.wait()
    assert not results.pieces.awaits(1)
    await results.close()


async def test_that_a_run_is_summed_up() -> None:
    results = run_of(cells(3), cells(1), FAILED, threshold=0.5)
    await results.wait()
    assert results.pieces.state.totals == RunTotals((("cell", 2),), 2, 1, 1)
    results.add_result(cells(4))
    await results.wait()
    assert results.pieces.state.totals == RunTotals((("cell", 5),), 3, 1, 1)
    results.set_threshold(0.0)
    await results.wait()
    assert results.pieces.state.totals == RunTotals((("cell", 8),), 3, 0, 1)
    results.start_run("acme/cells", PICTURES[:1], 0.5)
    assert results.pieces.state.totals is None
    assert results.pieces.state.shown is None
    await results.close()


async def test_that_objects_and_regions_that_are_objects_have_no_pieces() -> None:
    apart = cells(3)
    assert isinstance(apart.prediction, Segmentation)
    apart = replace(apart, prediction=replace(apart.prediction, tells_objects=True))
    for result in (apart, PictureResult("a.png", 320, 240, two_nuclei()), FAILED):
        results = run_of(result)
        await results.wait()
        assert not results.pieces.state.is_offered
        assert results.pieces.state.shown is None
        assert results.pieces.state.totals is None
        assert not results.pieces.awaits(0)
        await results.close()


async def test_that_the_task_tells_before_there_is_a_result() -> None:
    results = ResultsViewModel(FakePictures())
    assert not results.pieces.state.is_offered
    results.expect("image-segmentation")
    assert results.pieces.state.is_offered
    results.expect("object-detection")
    assert not results.pieces.state.is_offered


async def test_that_a_large_picture_is_counted_once_the_slider_rests(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    held = HeldCounting(monkeypatch)
    results = ResultsViewModel(FakePictures())
    counts = PieceCountsViewModel(results, rest=0)
    results.start_run("acme/cells", PICTURES[:1], 0.2)
    results.add_result(replace(cells(3), width=2000, height=2000))
    results.set_threshold(0.3)
    results.set_threshold(0.5)
    for _ in range(9):
        held.go.release()
    await counts.wait()
    assert {threshold for threshold, _ in held.asked} == {0.5}
    await counts.close()
    await results.close()
