from __future__ import annotations

from ailab.services.inference.device_in_use import DeviceInUse
from ailab.services.inference.picture_runner import PictureRunner
from ailab.services.inference.run_place import HERE, RunPlace, RunTarget
from ailab.services.problem import Problem
from ailab.viewmodels.inference_state import ModelSource
from ailab.viewmodels.progress_text import progress_text
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


async def test_that_ray_only_starts_until_it_is_up_and_then_loads_until_the_first_result() -> None:
    lab, elsewhere = Lab(), FakeElsewhere()
    ray = elsewhere.inference
    ray.has_to_start = True
    lab.view_model.place.offer(RunPlace.RAY, elsewhere)
    lab.view_model.place.show(RunTarget(RunPlace.RAY))
    await lab.choose("a.png", "b.png")
    ray.start_gate.shut()
    ray.gate.shut()

    lab.view_model.run()
    await lab.until(lambda: ray.start_gate.waiting == 1)
    assert told(lab) == ("Starting Ray for acme/nuclei …", "")
    ray.start_gate.open()
    await lab.until(lambda: ray.gate.waiting == 1)
    assert told(lab) == ("Ray is up: loading acme/nuclei", "Picture 1 of 2")
    ray.gate.open()  # for the one that waits
    ray.gate.shut()
    await lab.until(lambda: len(ray.predicted) == 2)
    assert told(lab) == ("Running acme/nuclei", "Picture 2 of 2")
    ray.gate.open()
    await lab.view_model.wait()
    await lab.close()


def told(lab: Lab) -> tuple[str, str]:
    """What is said of the progress."""
    progress = lab.view_model.state.progress
    assert progress is not None
    return progress_text(progress)


async def test_that_what_is_to_be_known_of_a_run_elsewhere_is_told_with_its_outcome() -> None:
    lab, elsewhere = Lab(), FakeElsewhere()
    elsewhere.inference.device = DeviceInUse(note="It may be wrong.")
    lab.view_model.place.offer(RunPlace.RAY, elsewhere)
    lab.view_model.place.show(RunTarget(RunPlace.RAY))
    await lab.run("a.png")
    assert lab.view_model.state.notice.endswith("s on Ray. It may be wrong.")
    assert lab.view_model.results.state.note == "It may be wrong."
    lab.view_model.set_inputs(["b.png"])
    await lab.view_model.wait()
    assert lab.view_model.results.state.note == ""
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
