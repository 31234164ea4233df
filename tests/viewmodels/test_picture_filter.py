"""Looking through some pictures of a run."""

from __future__ import annotations

import held_runs
import pytest
from fake_runs import FakeRuns

from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.pixel_map import PixelMap
from ailab.services.inference.places.place import Place
from ailab.services.inference.predictions import (
    Classification,
    ClassScore,
    Detection,
    Detections,
    Prediction,
    Segment,
    Segmentation,
)
from ailab.services.problem import Problem
from ailab.viewmodels.found_scores import found_scores
from ailab.viewmodels.picture_filter import PictureFilterViewModel
from ailab.viewmodels.picture_filter_state import EVERY, PictureChoice, PictureKind
from ailab.viewmodels.results import ResultsViewModel
from fake_pictures import FakePictures
from fakes import a_depth_map

BOX = (1.0, 2.0, 11.0, 22.0)
FOUND, NOTHING = PictureChoice(PictureKind.FOUND), PictureChoice(PictureKind.NOTHING)
DIFFERS = PictureChoice(PictureKind.OTHERWISE)
NEAR, FAILED = PictureChoice(PictureKind.NEAR), PictureChoice(PictureKind.FAILED)
DEER, FOX = (PictureChoice(PictureKind.LABEL, label) for label in ("deer", "fox"))
MAP = PixelMap.pack(1, 1, b"\1")


def boxes(*found: tuple[str, float]) -> Prediction:
    return Detections(tuple(Detection(0, label, score, BOX) for label, score in found))


RUN = tuple(
    PictureResult(f"{number}.jpg", 40, 30, prediction, problem=problem)
    for number, (prediction, problem) in enumerate(
        (
            (boxes(), None),
            (boxes(("deer", 0.9), ("deer", 0.8), ("fox", 0.1)), None),
            (None, Problem("It is damaged.", "")),
            (boxes(("fox", 0.55)), None),
            (boxes(("deer", 0.45)), None),
            (boxes(("deer", 0.7), ("fox", 0.7)), None),
        )
    )
)
PATHS = tuple(each.picture for each in RUN)


def chosen(view_model: PictureFilterViewModel) -> tuple[int, ...] | None:
    return view_model.state.places


async def end(results: ResultsViewModel) -> None:
    await results.wait()
    await results.close()


def shown() -> ResultsViewModel:
    made = ResultsViewModel(FakePictures())
    made.show_run("traps", "", RUN, 0.5)
    return made


async def test_that_each_choice_tells_how_many_pictures_it_is() -> None:
    results = shown()
    state = PictureFilterViewModel(results).state
    assert state.offers == (
        (EVERY, 6),
        (FOUND, 3),
        (NOTHING, 2),
        (NEAR, 2),
        (FAILED, 1),
        (DEER, 2),
        (FOX, 2),
    )
    assert state.places is None
    assert [choice.words for choice, _ in state.offers[::6]] == ["All pictures", "With fox"]
    await end(results)


@pytest.mark.parametrize(
    ("choice", "places"),
    [
        (EVERY, None),
        (FOUND, (1, 3, 5)),
        (NOTHING, (0, 4)),
        (NEAR, (3, 4)),
        (FAILED, (2,)),
        (DEER, (1, 5)),
        (FOX, (3, 5)),
    ],
)
async def test_that_a_choice_leaves_the_other_pictures_out(
    choice: PictureChoice, places: tuple[int, ...] | None
) -> None:
    results = shown()
    view_model = PictureFilterViewModel(results)
    view_model.choose(choice)
    assert view_model.state.places == places
    assert places is None or results.state.current in places
    await end(results)


async def test_that_stepping_goes_from_one_chosen_to_the_next() -> None:
    results = shown()
    view_model = PictureFilterViewModel(results)
    view_model.go_on()
    assert results.state.current == 1
    view_model.choose(FOX)
    assert results.state.current == 3  # the next that has one
    assert not view_model.can_go_back
    view_model.go_on()
    assert results.state.current == 5
    assert not view_model.can_go_on
    view_model.go_on()
    view_model.go_back()
    assert results.state.current == 3
    results.go_to(4)  # from elsewhere, such as a nearest picture
    assert view_model.can_go_back
    assert view_model.can_go_on
    view_model.go_back()
    assert results.state.current == 3
    view_model.choose(EVERY)
    view_model.go_back()
    assert results.state.current == 2
    await end(results)


async def test_that_the_choices_follow_the_threshold() -> None:
    results = shown()
    view_model = PictureFilterViewModel(results)
    view_model.choose(DEER)
    results.set_threshold(0.4)
    assert chosen(view_model) == (1, 4, 5)
    results.set_threshold(0.95)
    assert chosen(view_model) == ()
    assert (DEER, 0) in view_model.state.offers
    assert not view_model.can_go_on
    results.set_threshold(0.75)
    assert chosen(view_model) == (1,)
    await end(results)


async def test_that_new_results_of_a_run_are_added_and_another_run_begins_anew() -> None:
    results = ResultsViewModel(FakePictures())
    view_model = PictureFilterViewModel(results)
    results.start_run("traps", PATHS, 0.5)
    assert not view_model.state.is_of_use
    for result in RUN[:4]:
        results.add_result(result)
    view_model.choose(FOUND)
    for result in RUN[4:]:
        results.add_result(result)
    assert view_model.state.places == (1, 3, 5)
    assert dict(view_model.state.offers)[FOUND] == 3
    assert view_model.state.is_of_use
    results.end_run()
    results.start_run("others", PATHS, 0.5)
    assert view_model.state.choice == EVERY
    assert view_model.state.offers == ((EVERY, 6),)
    await end(results)


@pytest.mark.parametrize(
    ("prediction", "found"),
    [
        (
            Classification((ClassScore(0, "fox", 0.6), ClassScore(1, "deer", 0.4))),
            [("fox", 0.6)],
        ),
        (Classification(()), None),
        (
            Segmentation(
                1,
                1,
                MAP,
                MAP,
                (Segment(1, 0, "background", 0.9, 0.9), Segment(2, 1, "a", 0.7, 0.1)),
            ),
            [("a", 0.7)],
        ),
        (GeneratedText("a", places=(Place("a", BOX, score=0.8),)), [("", 0.8)]),
        (GeneratedText("a fox"), None),
        (GeneratedText(" "), []),
        (a_depth_map([[1.0, 2.0]]), None),
    ],
)
def test_that_a_result_tells_what_people_look_for(
    prediction: Prediction, found: list[tuple[str, float]] | None
) -> None:
    assert found_scores(prediction) == found


async def test_that_pictures_of_depths_are_all_found() -> None:
    results = ResultsViewModel(FakePictures())
    view_model = PictureFilterViewModel(results)
    results.show_run(
        "depth", "", (PictureResult("a.png", 1, 1, a_depth_map([[1.0, 2.0]])), RUN[2]), 0.5
    )
    assert view_model.state.offers == ((EVERY, 2), (FOUND, 1), (FAILED, 1))
    await end(results)


async def test_that_pictures_that_another_run_tells_otherwise_are_offered() -> None:
    runs = FakeRuns()
    results = ResultsViewModel(FakePictures(), runs)
    view_model = PictureFilterViewModel(results)
    held_runs.show(results, boxes(("fox", 0.9)), boxes(("fox", 0.9)), boxes(("deer", 0.9)))
    held_runs.save(runs, boxes(("fox", 0.6)), boxes(("fox", 0.9), ("fox", 0.55)))
    results.beside.hold(held_runs.SAVED)
    await results.wait()
    assert dict(view_model.state.offers)[DIFFERS] == 1  # of the third B has nothing
    view_model.choose(DIFFERS)
    assert chosen(view_model) == (1,)
    assert results.state.current == 1
    results.set_threshold(0.7)
    assert chosen(view_model) == (0,)
    results.beside.let_go()
    assert view_model.state.choice == EVERY
    assert DIFFERS not in dict(view_model.state.offers)
    await end(results)
