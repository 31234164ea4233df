"""Lanes over a model that takes the time that the test says."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

import pytest

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.model_lanes import ModelLanes

if TYPE_CHECKING:
    from ailab.services.inference.loaded_model import LoadedModel
    from ailab.services.inference.picture_steps import PictureSteps

PATIENCE = 20.0


class Clock:
    """Time that passes where somebody says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class FakeModel:
    """Gives lanes of a name each, or fails to.

    Making them takes `making` seconds of the clock.
    """

    def __init__(self, clock: Clock, lanes_take: float = 0.0) -> None:
        self.lanes_take = lanes_take
        self.making = 0.0
        self._clock = clock
        self.made: list[int] = []
        self.failure: Exception | None = None

    def lanes(self, count: int) -> Sequence[str]:
        if self.failure is not None:
            raise self.failure
        self.made.append(count)
        self._clock.now += self.making
        return [f"lane {index} of {count}" for index in range(count)]


class FakeSteps:
    """A picture that takes some seconds of the clock, and keeps which lane it had."""

    def __init__(self, model: FakeModel, clock: Clock, seconds: float) -> None:
        self.model = model
        self.lane: object = None
        self.shared_by = 0
        self._clock = clock
        self._seconds = seconds

    def run(self, lane: object = None, lanes: int = 1) -> None:
        self.lane, self.shared_by = lane, lanes
        self._clock.now += self._seconds


class Lab:
    """Runs pictures alone or in lanes, whichever is asked for."""

    def __init__(self, most: int = 2, *, lanes_take: float = 0.0, may_grow: bool = True) -> None:
        self.clock = Clock()
        self.model = FakeModel(self.clock, lanes_take)
        self.lanes = ModelLanes(most, lambda: may_grow, self.clock)

    def steps(self, seconds: float) -> FakeSteps:
        return FakeSteps(self.model, self.clock, seconds)

    def run(self, seconds: float, pictures: int) -> list[object]:
        """Run pictures of which one comes every so many seconds; the lanes that they had."""
        had = []
        for _ in range(pictures):
            steps = self.steps(seconds)
            if self.lanes.count == 1:
                self.lanes.run_alone(cast("PictureSteps", steps))
            else:
                self.lanes.run(cast("PictureSteps", steps))
            had.append(steps.lane)
        return had


def test_that_lanes_that_are_faster_are_kept() -> None:
    lab = Lab()
    assert set(lab.run(1.0, 19)) == {None}
    assert lab.lanes.count == 2
    lab.run(0.9, 40)
    assert lab.lanes.count == 2
    assert lab.run(2.0, 40)[-1] == "lane 1 of 2"  # settled: a slow hour changes nothing
    assert lab.model.made == [2]


def test_that_lanes_that_are_no_faster_are_given_up() -> None:
    lab = Lab()
    lab.run(1.0, 19)
    lab.run(1.0, 21)
    assert lab.lanes.count == 1
    assert set(lab.run(1.0, 40)) == {None}
    assert lab.model.made == [2]


def test_that_more_lanes_are_tried_as_long_as_there_are_cores() -> None:
    lab = Lab(most=4)
    lab.run(1.0, 19)
    lab.run(0.6, 21)
    assert lab.lanes.count == 4
    lab.run(0.4, 40)
    assert lab.lanes.count == 4
    assert lab.model.made == [2, 4]


def test_that_fewer_lanes_are_made_anew_where_more_were_slower() -> None:
    lab = Lab(most=4)
    lab.run(1.0, 19)
    lab.run(0.6, 21)
    lab.run(0.8, 40)
    assert lab.lanes.count == 2
    assert lab.model.made == [2, 4, 2]


@pytest.mark.parametrize("making", [0.0, 100.0], ids=["at once", "slowly"])
def test_that_neither_making_lanes_nor_the_first_picture_in_each_counts(making: float) -> None:
    lab = Lab()
    lab.model.making = making
    lab.run(1.0, 19)
    lab.run(50.0, 2)  # the first in each lane: all that the network needs is laid out anew
    lab.run(0.9, 1 + 3 * 6)
    assert lab.lanes.count == 2
    assert lab.run(2.0, 40)[-1] == "lane 1 of 2"
    assert lab.model.made == [2]


def test_that_pictures_under_way_in_the_lanes_before_do_not_count() -> None:
    lab = Lab(most=4)
    lab.run(1.0, 19)

    class Slow(FakeSteps):
        """A picture in a lane during which the others come to twice as many lanes."""

        def run(self, lane: object = None, lanes: int = 1) -> None:
            super().run(lane, lanes)
            had.append(lane)
            lab.run(0.6, 20)
            had.extend(lab.run(50.0, 4))

    had: list[object] = []
    lab.lanes.run(cast("PictureSteps", Slow(lab.model, lab.clock, 0.6)))
    assert had[0] == "lane 1 of 2"
    assert had[-1] == "lane 3 of 4"
    lab.run(0.4, 19)
    assert lab.lanes.count == 4
    assert lab.model.made == [2, 4]


def test_that_lanes_that_take_long_to_make_are_not_made_soon() -> None:
    lab = Lab(lanes_take=10.0)
    lab.run(1.0, 99)
    assert lab.lanes.count == 1
    lab.run(1.0, 20)
    assert lab.lanes.count == 2


@pytest.mark.parametrize("lab", [Lab(most=1), Lab(may_grow=False)], ids=["one core", "no memory"])
def test_that_there_are_no_lanes_without_cores_and_memory(lab: Lab) -> None:
    assert set(lab.run(1.0, 60)) == {None}
    assert lab.lanes.count == 1


@pytest.mark.parametrize("failure", [MemoryError(), ModelFileError("It is gone.", "Go on.")])
def test_that_a_model_that_gives_no_lanes_goes_on_without(failure: Exception) -> None:
    lab = Lab()
    lab.run(1.0, 19)
    lab.model.failure = failure
    assert set(lab.run(1.0, 20)) == {None}
    assert lab.lanes.count == 1


def test_that_two_pictures_never_have_the_same_lane() -> None:
    lab = Lab()
    lab.run(1.0, 19)
    inside = threading.Barrier(2)
    had = []

    class Meeting(FakeSteps):
        def run(self, lane: object = None, lanes: int = 1) -> None:
            inside.wait(PATIENCE)
            had.append(lane)

    pictures = [Meeting(lab.model, lab.clock, 0.0) for _ in range(2)]
    threads = [
        threading.Thread(target=lab.lanes.run, args=(cast("PictureSteps", each),))
        for each in pictures
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert sorted(map(str, had)) == ["lane 0 of 2", "lane 1 of 2"]


def test_that_pictures_in_lanes_share_the_time() -> None:
    lab = Lab()
    lab.run(1.0, 19)
    steps = lab.steps(1.0)
    lab.lanes.run(cast("PictureSteps", steps))
    assert steps.shared_by == 2


def test_that_a_picture_that_fails_gives_its_lane_back() -> None:
    lab = Lab()
    lab.run(1.0, 19)

    class Failing(FakeSteps):
        def run(self, lane: object = None, lanes: int = 1) -> None:
            raise ModelFileError(f"{lane} is blocked.", "Go on.")

    for _ in range(3):
        with pytest.raises(ModelFileError):
            lab.lanes.run(cast("PictureSteps", Failing(lab.model, lab.clock, 0.0)))
    lane = cast("LoadedModel | None", lab.run(1.0, 1)[0])
    assert lane is not None
