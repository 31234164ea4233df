"""A saved run beside the one shown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fake_runs import FakeRuns
from held_runs import CAT, DOG, PICTURES, SAVED, boxes, result, save, show

from ailab.services.inference.features import Features
from ailab.services.inference.float_map import FloatMap
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.predictions import Segment, Segmentation
from ailab.services.inference.segment_maps import SegmentMaps
from ailab.viewmodels.beside import BesideViewModel
from ailab.viewmodels.results import ResultsViewModel
from ailab.viewmodels.vector_comparison import VectorComparisonState
from fake_pictures import FakePictures


@pytest.fixture
def runs() -> FakeRuns:
    return FakeRuns()


@pytest.fixture
def results(runs: FakeRuns) -> ResultsViewModel:
    return ResultsViewModel(FakePictures(), runs)


async def held(results: ResultsViewModel, folder: str = SAVED) -> BesideViewModel:
    results.beside.hold(folder)
    assert results.beside.state.is_opening
    await results.wait()
    return results.beside


def regions(*labels: str) -> Segmentation:
    segments = tuple(Segment(n, n, label, 0.9, 0.5) for n, label in enumerate(labels, 1))
    return Segmentation.pack(4, 2, bytes([1, 1, 2, 2] * 2), b"\xff" * 8, segments)


async def test_that_the_same_picture_of_a_saved_run_is_held_beside(
    runs: FakeRuns, results: ResultsViewModel
) -> None:
    show(results, boxes(CAT, DOG), boxes(CAT))
    save(runs, boxes(CAT), boxes(DOG))
    beside = await held(results)
    state = beside.state
    assert (state.title, state.folder, state.is_held) == ("acme/other", SAVED, True)
    assert state.result is runs.results[Path(SAVED)][0]
    assert state.words == "1 in both (mean IoU 1.00), 0 only in A, 0 only in B."
    results.set_threshold(0.3)
    await results.wait()
    assert beside.state.words == "1 in both (mean IoU 1.00), 1 only in A, 0 only in B."


async def test_that_it_follows_the_picture_shown(runs: FakeRuns, results: ResultsViewModel) -> None:
    show(results, boxes(CAT), boxes(CAT), boxes(CAT))
    save(runs, boxes(CAT), None)
    beside = await held(results)
    results.go_on()
    assert beside.state.words == ""
    await results.wait()
    assert beside.state.lack == "It failed: It is damaged."
    results.go_on()
    await results.wait()
    assert beside.state.lack == "This picture is not in that run."
    assert (beside.state.result, beside.state.words) == (None, "")
    results.go_to(0)
    await results.wait()
    assert beside.state.words.startswith("1 in both")


async def test_that_what_is_no_run_is_told_and_nothing_is_held(
    runs: FakeRuns, results: ResultsViewModel
) -> None:
    show(results, boxes(CAT))
    beside = await held(results, "/nowhere")
    assert beside.state.problem is not None
    assert beside.state.problem.message == "There is no run in /nowhere."
    assert not beside.state.is_held
    assert not beside.state.is_opening


@pytest.mark.parametrize(("moves", "message"), [(True, "share no picture"), (False, "finds words")])
async def test_that_runs_that_say_nothing_about_one_another_are_not_held(
    runs: FakeRuns, results: ResultsViewModel, moves: bool, message: str
) -> None:
    show(results, boxes(CAT))
    save(runs, GeneratedText("a cat"), task="image-to-text")
    if moves:
        runs.results[Path(SAVED)] = (result("/q/z.png", boxes(CAT)),)
    beside = await held(results)
    assert beside.state.problem is not None
    assert message in beside.state.problem.message
    assert not beside.state.is_held
    results.set_threshold(0.6)
    assert beside.state.problem is not None  # until something else is shown
    show(results, boxes(DOG))
    assert beside.state.problem is None


async def test_that_one_held_stays_where_another_cannot_be(
    runs: FakeRuns, results: ResultsViewModel
) -> None:
    show(results, boxes(CAT))
    save(runs, boxes(CAT))
    beside = await held(results)
    await held(results, "/nowhere")
    assert beside.state.is_held
    assert beside.state.problem is not None


async def test_that_it_is_let_go(runs: FakeRuns, results: ResultsViewModel) -> None:
    show(results, boxes(CAT))
    save(runs, boxes(CAT))
    beside = await held(results)
    beside.let_go()
    assert (beside.state.is_held, beside.state.result, beside.state.words) == (False, None, "")
    assert beside.state.can_open
    results.set_threshold(0.2)
    await results.wait()
    assert beside.state.words == ""


async def test_that_it_stays_beside_another_run_of_the_same_pictures(
    runs: FakeRuns, results: ResultsViewModel
) -> None:
    show(results, boxes(CAT), boxes(CAT))
    save(runs, boxes(CAT), boxes(DOG))
    beside = await held(results)
    results.start_run("acme/third", (PICTURES[1], PICTURES[0]), 0.3)
    await results.wait()
    assert beside.state.is_held
    assert beside.state.words == ""
    results.add_result(result(PICTURES[1], boxes(DOG)))
    await results.wait()
    assert beside.state.result is runs.results[Path(SAVED)][1]
    assert beside.state.words.startswith("1 in both")


async def test_that_it_is_let_go_where_other_pictures_are_shown(
    runs: FakeRuns, results: ResultsViewModel
) -> None:
    show(results, boxes(CAT))
    save(runs, boxes(CAT))
    beside = await held(results)
    results.show_pictures(("/q/other.png",))
    await results.wait()
    assert not beside.state.is_held
    assert not beside.state.can_open


async def test_that_maps_are_unpacked_and_its_own_background_is_hidden(
    runs: FakeRuns, results: ResultsViewModel
) -> None:
    mine = replace(result(PICTURES[0], None), problem=None, prediction=regions("sky", "sea"))
    results.show_run("acme/one", "", (replace(mine, width=4, height=2),), 0.0)
    other = replace(mine, width=4, height=2, prediction=regions("sky", "background"))
    save(runs, boxes())
    runs.results[Path(SAVED)] = (other,)
    beside = await held(results)
    assert isinstance(beside.state.maps, SegmentMaps)
    assert beside.state.hidden_labels == {"background"}
    assert beside.state.words.startswith("50.0% of the pixels are the same. IoU: sky 1.00")
    results.show_label("sky", False)
    assert beside.state.hidden_labels == {"background", "sky"}


async def test_that_nothing_is_compared_that_cannot_be_and_it_is_told(
    runs: FakeRuns, results: ResultsViewModel
) -> None:
    show(results, boxes(CAT), None)
    save(runs, boxes(CAT), boxes(CAT))
    beside = await held(results)
    results.go_on()
    await results.wait()
    assert beside.state.words == "It failed in A: It is damaged."


def vector(*numbers: float) -> Features:
    return Features(FloatMap.pack(np.array([numbers], np.float32)))


async def test_that_vectors_are_compared_picture_by_picture(
    runs: FakeRuns, results: ResultsViewModel
) -> None:
    show(results, vector(1, 0), vector(0, 2), None)
    save(runs, vector(3, 0), vector(2, 2), vector(1, 1), task="image-feature-extraction")
    beside = await held(results)
    assert (beside.state.is_held, beside.state.is_seen) == (True, False)
    assert beside.state.words == "Cosine of both vectors 1.0000."
    results.go_to(1)
    await results.wait()
    assert beside.state.words == "Cosine of both vectors 0.7071."
    vectors = beside.vectors.state
    assert vectors.words == (
        "3 pictures in both. Cosine 0.8536 on average, 0.7071 at least. 1 could not be compared."
    )
    assert [(each.place, round(each.cosine, 4)) for each in vectors.pictures] == [
        *((1, 0.7071), (0, 1.0))
    ]
    assert vectors.note.startswith("Vectors of two networks say nothing")
    beside.vectors.go_to(0)
    assert results.state.current == 0
    await results.wait()
    beside.let_go()
    assert beside.vectors.state == VectorComparisonState()


async def test_that_vectors_that_come_are_compared_too_wherever_the_person_is(
    runs: FakeRuns, results: ResultsViewModel
) -> None:
    save(runs, vector(3, 0), vector(2, 2), task="image-feature-extraction")
    results.start_run("acme/other", PICTURES[:2], 0.0)
    results.add_result(result(PICTURES[0], vector(1, 0)))
    beside = await held(results)
    assert beside.vectors.state.words == (
        "2 pictures in both. Cosine 1.0000 on average, 1.0000 at least."
    )
    assert beside.vectors.state.note == ""
    results.go_to(0)
    results.add_result(result(PICTURES[1], vector(0, 1)))
    await results.wait()
    assert beside.vectors.state.words.endswith("0.7071 at least.")
    assert len(beside.vectors.state.pictures) == 2


async def test_that_each_thing_knows_what_it_is_in_the_other_run(
    runs: FakeRuns, results: ResultsViewModel
) -> None:
    show(results, boxes(CAT, DOG), None)
    save(runs, boxes(replace(DOG, score=0.8), replace(CAT, label="fox", score=0.7)), boxes(CAT))
    beside = await held(results)
    assert beside.state.counterparts == ((0, 1),)  # the dog of A is below the threshold
    results.set_threshold(0.3)
    assert beside.state.counterpart(0, 0) == 1  # until that is found out anew
    await results.wait()
    assert beside.state.counterpart(0, 1) == 0
    assert beside.state.counterpart(1, 0) == 1
    assert beside.state.counterpart(0, None) is None
    results.go_on()
    assert beside.state.counterparts is None
    await results.wait()
    assert beside.state.counterparts is None  # it failed in A


async def test_that_a_folder_of_runs_is_offered(runs: FakeRuns, results: ResultsViewModel) -> None:
    assert results.beside.folder_of_runs == ""
    show(results, boxes(CAT))
    assert results.beside.folder_of_runs == "/runs"
    await results.wait()


async def test_that_what_both_found_is_left_out_where_only_differences_are_wanted(
    runs: FakeRuns, results: ResultsViewModel
) -> None:
    show(results, boxes(CAT, DOG), boxes(DOG))
    save(runs, boxes(CAT), boxes(CAT))
    beside = await held(results)
    assert beside.state.can_differ
    assert beside.state.differences is None
    results.set_threshold(0.3)
    beside.show_differences(True)
    assert beside.state.awaits_differences
    await results.wait()
    assert not beside.state.awaits_differences
    assert (beside.state.left_out(0), beside.state.left_out(1)) == ({0}, {0})
    results.go_on()
    assert beside.state.differences is None
    await results.wait()
    assert beside.state.left_out(0) == frozenset()
    beside.show_differences(False)
    await results.wait()
    assert beside.state.differences is None
    assert beside.state.words.startswith("0 in both")


async def test_that_what_has_no_parts_offers_no_differences(
    runs: FakeRuns, results: ResultsViewModel
) -> None:
    show(results, GeneratedText("a cat"))
    save(runs, GeneratedText("a dog"))
    beside = await held(results)
    assert not beside.state.can_differ
    beside.show_differences(True)
    assert not beside.state.awaits_differences
    await results.wait()
    assert beside.state.words.startswith("The words differ")
