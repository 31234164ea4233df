from __future__ import annotations

import pytest

from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.predictions import (
    Classification,
    ClassScore,
    DepthScale,
    Detections,
    OutputImage,
    Segment,
    Segmentation,
)
from ailab.services.problem import Problem
from ailab.viewmodels.prediction_text import summary
from ailab.viewmodels.result_maps import LONGEST_SIDE_SHOWN
from ailab.viewmodels.results import ResultsViewModel
from fake_pictures import FakePictures
from fakes import a_depth_map, two_nuclei, until
from inference_lab import Lab

PICTURES = ("a.png", "b.png", "c.png")


def result(path: str) -> PictureResult:
    return PictureResult(path, 320, 240, two_nuclei())


async def test_that_the_first_picture_is_shown_before_any_run() -> None:
    pictures = FakePictures()
    view_model = ResultsViewModel(pictures)
    view_model.show_pictures(PICTURES)
    assert view_model.state.is_loading_picture
    await view_model.wait()
    assert view_model.state.picture is not None
    assert view_model.state.current_result is None
    assert pictures.read_paths == [("a.png", LONGEST_SIDE_SHOWN)]


async def test_that_the_threshold_filters_without_asking_anybody() -> None:
    view_model = ResultsViewModel(FakePictures())
    view_model.start_run("acme/nuclei", PICTURES, 0.5)
    view_model.add_result(result("a.png"))
    await view_model.wait()
    numbers = []
    for threshold in (0.5, 0.3, 0.95):
        view_model.set_threshold(threshold)
        shown = view_model.state.shown
        assert isinstance(shown, Detections)
        numbers.append(len(shown.items))
    assert numbers == [1, 2, 0]


@pytest.mark.parametrize(("asked", "kept"), [(-1.0, 0.0), (7.0, 1.0), (0.25, 0.25)])
def test_that_the_threshold_stays_between_nothing_and_certainty(asked: float, kept: float) -> None:
    view_model = ResultsViewModel(FakePictures())
    view_model.set_threshold(asked)
    assert view_model.state.threshold == kept


async def test_that_the_persons_threshold_is_kept_for_the_same_model() -> None:
    view_model = ResultsViewModel(FakePictures())
    view_model.start_run("acme/nuclei", PICTURES, 0.5)
    view_model.set_threshold(0.8)
    view_model.start_run("acme/nuclei", PICTURES, 0.5)
    assert view_model.state.threshold == 0.8
    view_model.start_run("acme/other", PICTURES, 0.3)
    assert view_model.state.threshold == 0.3
    await view_model.wait()


async def test_that_results_are_followed_until_the_person_steps() -> None:
    view_model = ResultsViewModel(FakePictures())
    view_model.start_run("acme/nuclei", PICTURES, 0.5)
    await view_model.wait()
    view_model.add_result(result("a.png"))
    view_model.add_result(result("b.png"))
    await view_model.wait()
    assert view_model.state.current == 1
    view_model.go_back()
    view_model.add_result(result("c.png"))
    await view_model.wait()
    assert view_model.state.current == 0


async def test_that_a_fast_run_still_shows_pictures() -> None:
    pictures = FakePictures()
    view_model = ResultsViewModel(pictures)
    pictures.gate.shut()
    view_model.start_run("acme/nuclei", PICTURES, 0.5)
    await until(lambda: pictures.gate.waiting == 1)
    for path in PICTURES:
        view_model.add_result(result(path))
    assert view_model.state.current == 0
    pictures.gate.open()
    await view_model.wait()
    assert [path for path, _ in pictures.read_paths] == ["a.png", "c.png"]
    assert view_model.state.current == 2


async def test_that_a_picture_stays_a_while_however_fast_the_run_is() -> None:
    pictures = FakePictures()
    view_model = ResultsViewModel(pictures, stay=3600)
    view_model.start_run("acme/nuclei", (*PICTURES, "d.png"), 0.5)
    await view_model.wait()  # before there is a result nothing stays
    for path in PICTURES[:2]:
        view_model.add_result(result(path))
    await until(lambda: view_model.state.picture is not None)
    view_model.add_result(result("c.png"))
    assert view_model.state.current == 1
    assert not view_model.state.is_loading_picture
    view_model.go_to(3)  # the person need not wait
    await view_model.wait()
    assert [path for path, _ in pictures.read_paths] == ["a.png", "b.png", "d.png"]
    assert view_model.state.picture is not None


async def test_that_no_picture_stays_beyond_the_end_of_a_run() -> None:
    view_model = ResultsViewModel(FakePictures(), stay=3600)
    view_model.start_run("acme/nuclei", PICTURES, 0.5)
    await view_model.wait()
    failed = PictureResult("a.png", 0, 0, None, problem=Problem("a.png is damaged.", "Copy it."))
    for each in (failed, result("b.png")):
        view_model.add_result(each)
    await until(lambda: view_model.state.picture is not None)
    view_model.end_run()
    await view_model.wait()
    assert view_model.state.current == 1
    assert view_model.state.picture is not None


async def test_that_an_earlier_run_opens_at_its_first_picture_and_stays_there() -> None:
    pictures = FakePictures()
    view_model = ResultsViewModel(pictures)
    view_model.show_run("acme/nuclei", "run 1", tuple(map(result, PICTURES)), 0.5)
    await view_model.wait()
    assert view_model.state.current == 0
    assert [path for path, _ in pictures.read_paths] == ["a.png"]


async def test_that_stepping_takes_the_old_picture_away_and_brings_the_new() -> None:
    pictures = FakePictures()
    view_model = ResultsViewModel(pictures)
    view_model.show_pictures(PICTURES)
    await view_model.wait()
    assert not view_model.state.can_go_back
    view_model.go_on()
    assert view_model.state.picture is None
    await view_model.wait()
    assert view_model.state.picture is not None
    assert view_model.state.current_path == "b.png"
    view_model.go_to(2)
    await view_model.wait()
    assert not view_model.state.can_go_on
    view_model.go_on()
    assert view_model.state.current == 2


async def test_that_an_unreadable_picture_says_so_and_the_next_is_shown() -> None:
    pictures = FakePictures()
    pictures.broken.add("a.png")
    view_model = ResultsViewModel(pictures)
    view_model.show_pictures(PICTURES)
    await view_model.wait()
    assert view_model.state.picture_problem is not None
    view_model.go_on()
    await view_model.wait()
    assert view_model.state.picture_problem is None
    assert view_model.state.picture is not None


async def test_that_labels_are_switched_off_and_on() -> None:
    view_model = ResultsViewModel(FakePictures())
    view_model.show_label("nucleus", False)
    assert view_model.state.hidden_labels == {"nucleus"}
    view_model.show_label("nucleus", True)
    assert not view_model.state.hidden_labels


async def test_that_no_pictures_show_nothing() -> None:
    view_model = ResultsViewModel(FakePictures())
    view_model.show_pictures(PICTURES)
    await view_model.wait()
    view_model.show_pictures(())
    assert view_model.state.picture is None
    assert view_model.state.current_path is None
    assert not view_model.state.is_loading_picture


async def test_that_a_run_that_is_over_shows_its_first_good_picture() -> None:
    view_model = ResultsViewModel(FakePictures())
    view_model.start_run("acme/nuclei", PICTURES, 0.5)
    broken = PictureResult(PICTURES[0], problem=Problem("It is damaged.", ""))
    for each in (broken, *map(result, PICTURES[1:])):
        view_model.add_result(each)
        await view_model.wait()
    assert view_model.state.current == 2
    view_model.end_run()
    await view_model.wait()
    assert view_model.state.current == 1
    assert view_model.state.picture is not None


async def test_that_a_run_that_is_over_leaves_the_picture_that_is_looked_at() -> None:
    view_model = ResultsViewModel(FakePictures())
    view_model.start_run("acme/nuclei", PICTURES, 0.5)
    for path in PICTURES:
        view_model.add_result(result(path))
    view_model.go_to(2)
    view_model.end_run()
    await view_model.wait()
    assert view_model.state.current == 2


def test_that_predictions_are_told_in_a_few_words() -> None:
    segments = (Segment(1, 1, "nucleus", 0.9, 0.2), Segment(2, 1, "nucleus", 0.8, 0.1))
    assert summary(two_nuclei()) == "1 × nucleus, 1 × mitosis"
    assert summary(two_nuclei().above(0.99)) == "Nothing found above the threshold"
    assert summary(Classification((ClassScore(0, "tabby", 0.899),))) == "tabby, 90% sure"
    assert summary(Classification(())) == "No class reaches the threshold"
    unsure = Classification((), "How many?")
    assert summary(unsure) == "No answer reaches the threshold"
    assert summary(Segmentation.pack(1, 1, b"\1", b"\xff", segments)) == (
        "nucleus 30% of the picture"
    )
    assert summary(Segmentation.pack(1, 1, b"\0", b"\0")) == "Nothing found above the threshold"
    assert summary(OutputImage(640, 480, b"")) == "Made a picture of 640 × 480 pixels"
    metres = a_depth_map([[0.8, 3.25, 1234.0]], DepthScale.METRES)
    assert summary(metres) == "Distance from 0.800 m (nearest) to 1,234 m (farthest), median 3.25 m"
    relative = a_depth_map([[0.0, -0.00002, 5e9]])
    assert (
        summary(relative)
        == "Relative depth from 5.00e+09 (nearest) to -2.00e-05 (farthest), median 0"
    )


async def test_that_a_result_tells_before_the_task_whether_there_is_a_threshold() -> None:
    lab = Lab()
    await lab.run()  # a detection
    lab.view_model.results.expect("depth-estimation")
    assert lab.view_model.results.state.has_threshold
    lab.view_model.results.show_pictures(("b.png",))
    assert not lab.view_model.results.state.has_threshold
    lab.view_model.set_model_text("")
    assert lab.view_model.results.state.has_threshold
    await lab.close()
