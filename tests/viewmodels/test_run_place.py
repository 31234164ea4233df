from __future__ import annotations

from ailab.services.inference.picture_runner import PictureRunner
from ailab.services.inference.run_place import HERE, RunPlace, RunTarget
from ailab.services.problem import Problem
from ailab.viewmodels.inference_state import ModelSource
from ailab.viewmodels.run_place import RunPlaceViewModel
from fakes import FakeInference
from inference_lab import Lab


class FakeElsewhere:
    """A place with a runner of its own."""

    def __init__(self) -> None:
        self.inference = FakeInference()
        self.targets: list[RunTarget] = []
        self.problem: Problem | None = None

    def lack(self) -> Problem | None:
        return self.problem

    def command(self) -> str:
        return "pip install it"

    def runner(self, target: RunTarget) -> PictureRunner:
        self.targets.append(target)
        return self.inference

    async def close(self) -> None:
        pass


async def test_that_pictures_are_run_where_that_was_chosen() -> None:
    lab, elsewhere = Lab(), FakeElsewhere()
    lab.view_model.place.offer(RunPlace.RAY, elsewhere)
    lab.view_model.place.show(RunTarget(RunPlace.RAY, "ray://cluster:10001", 2))

    await lab.run("a.png", "b.png", save_to="results")

    assert elsewhere.inference.predicted == ["a.png", "b.png"]
    assert elsewhere.targets == [RunTarget(RunPlace.RAY, "ray://cluster:10001", 2)]
    assert not lab.inference.predicted
    assert list(lab.runs.records.values())[-1].place == "ray://cluster:10001"
    assert lab.view_model.state.notice.endswith("s on Ray.")
    await lab.close()


async def test_that_a_run_here_names_no_place() -> None:
    lab = Lab()
    lab.view_model.place.offer(RunPlace.RAY, FakeElsewhere())

    await lab.run("a.png", save_to="results")

    assert lab.inference.predicted == ["a.png"]
    assert list(lab.runs.records.values())[-1].place is None
    await lab.close()


def test_that_a_place_that_nobody_offers_means_this_computer() -> None:
    place = RunPlaceViewModel()
    place.show(RunTarget(RunPlace.RAY))

    assert place.chosen.runner is None
    assert place.chosen.target == HERE


def test_that_a_choice_of_an_earlier_start_counts_once_the_place_is_offered() -> None:
    place, elsewhere = RunPlaceViewModel(), FakeElsewhere()
    place.show(RunTarget(RunPlace.RAY, workers=3))
    place.offer(RunPlace.RAY, elsewhere)

    assert place.chosen.runner is elsewhere.inference
    assert place.chosen.target.workers == 3
    assert place.state.places == (RunPlace.THIS_COMPUTER, RunPlace.RAY)


def test_that_what_is_missing_for_a_place_is_told_where_it_is_chosen() -> None:
    place, elsewhere = RunPlaceViewModel(), FakeElsewhere()
    elsewhere.problem = Problem("Ray is not installed.")
    place.offer(RunPlace.RAY, elsewhere)

    assert place.state.problem is None
    place.choose(RunPlace.RAY)
    assert place.state.problem == elsewhere.problem
    assert place.state.command == "pip install it"
    place.choose(RunPlace.THIS_COMPUTER)
    assert place.state.problem is None
    assert not place.state.command


def test_that_address_and_workers_stay_with_the_choice() -> None:
    place = RunPlaceViewModel()
    place.set_address("ray://cluster:10001")
    place.set_workers(-4)
    place.choose(RunPlace.RAY)

    assert place.state.target == RunTarget(RunPlace.RAY, "ray://cluster:10001", 0)
    assert str(place.state.target) == "ray://cluster:10001"
    assert str(RunTarget(RunPlace.RAY)) == "ray"


async def test_that_a_served_model_on_ray_says_who_has_to_reach_its_server() -> None:
    lab = Lab()
    lab.view_model.place.offer(RunPlace.RAY, FakeElsewhere())
    lab.view_model.set_model_source(ModelSource.SERVER)
    lab.view_model.set_served_model("http://127.0.0.1:8000/v2/models/yolox")
    await lab.view_model.wait()
    assert "Ray" not in lab.view_model.state.status.advice
    lab.view_model.place.choose(RunPlace.RAY)
    await lab.view_model.wait()
    assert lab.view_model.state.status.advice.endswith(
        "On Ray, the machines that run the pictures send them, and have to reach it."
    )
    await lab.close()
