"""The worker's stages over a runner whose every step waits for the test."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from ailab.services.images.picture_error import PictureError
from ailab.services.inference import worker_stages
from ailab.services.inference.device_in_use import ON_CPU, device_to_json
from ailab.services.inference.engine import Terminated
from ailab.services.inference.inference_errors import ModelFileError
from stages_lab import MODEL, PATIENCE, Stages


@pytest.fixture
def lab() -> Iterator[Stages]:
    stages = Stages()
    yield stages
    stages.close()


def names(answers: Sequence[dict[str, Any]]) -> list[str]:
    return [answer["result"]["picture"] for answer in answers]


def test_that_three_pictures_are_at_three_stages_at_once(lab: Stages) -> None:
    lab.runner.shut("finish a", "run b", "decode c")
    lab.predict("a", "b", "c")
    lab.runner.until("finish a", "run b", "decode c")
    for gate in lab.runner.gates.values():
        gate.set()
    answers = lab.until(3)
    assert names(answers) == ["a", "b", "c"]
    assert answers[0]["memory"] == 7


def test_that_a_picture_that_cannot_be_read_holds_nobody_up_and_keeps_its_place(
    lab: Stages,
) -> None:
    lab.runner.failures["decode b"] = PictureError("b is damaged.", "Choose another.")
    lab.runner.failures["finish c"] = ModelFileError("Nonsense.", "Choose another.")
    lab.predict("a", "b", "c", "d")
    answers = lab.until(4)
    assert [job.steps for job in lab.answers] == [None] * 4
    assert names([answers[0], answers[3]]) == ["a", "d"]
    assert answers[1]["error"]["kind"] == "PictureError"
    assert answers[2]["error"]["kind"] == "ModelFileError"
    assert "run b" not in lab.runner.came


@pytest.mark.parametrize("step", ["decode", "prepare", "run", "finish", "save"])
def test_that_a_panic_in_a_library_is_of_its_own_picture(lab: Stages, step: str) -> None:
    class PanicException(BaseException):  # as PyO3 makes them, which are no `Exception`
        pass

    lab.runner.failures[f"{step} b"] = PanicException("called `Option::unwrap()`")
    lab.predict("a", "b", "c")
    answers = lab.until(3)
    assert names([answers[0], answers[2]]) == ["a", "c"]
    assert answers[1]["error"]["kind"] == "WorkerError"
    assert "nuclei on b" in answers[1]["error"]["message"]


def test_that_the_first_picture_is_read_while_its_model_is_loaded(lab: Stages) -> None:
    lab.runner.has_loaded = False
    lab.runner.shut("load", "decode a")
    lab.predict("a")
    lab.runner.until("load", "decode a")
    lab.runner.gates["decode a"].set()
    lab.runner.gates["load"].set()
    assert names(lab.until(1)) == ["a"]


def test_that_a_damaged_model_is_told_of_before_a_damaged_picture(lab: Stages) -> None:
    lab.runner.has_loaded = False
    lab.runner.failures["load"] = ModelFileError("It is damaged.", "Download it again.")
    lab.runner.failures["decode a"] = PictureError("a is damaged.", "Choose another.")
    lab.predict("a")
    assert lab.until(1)[0]["error"]["kind"] == "ModelFileError"


def test_that_pictures_wait_while_others_fill_the_memory_meant_for_them(lab: Stages) -> None:
    lab.runner.sizes = {"a": 900, "b": 900, "c": 10, "d": 10}
    lab.runner.shut("finish a")
    lab.predict("a", "b", "c", "d")
    lab.runner.until("finish a")
    assert "decode b" not in lab.runner.came
    lab.runner.gates["finish a"].set()
    assert names(lab.until(4)) == ["a", "b", "c", "d"]


def test_that_a_cancelled_picture_goes_no_further_and_the_others_do(lab: Stages) -> None:
    lab.runner.shut("run a")
    jobs = lab.predict("a", "b", "c")
    lab.runner.until("run a")
    for job in jobs[:2]:
        job.is_cancelled = True
    lab.stages.terminate(jobs[1])  # not the one in the network
    assert not lab.runner.stopped.is_set()
    lab.stages.terminate(jobs[0])
    assert lab.runner.stopped.is_set()
    lab.runner.gates["run a"].set()
    answers = lab.until(3)
    assert answers[0] == answers[1] == {"cancelled": True}
    assert names(answers[2:]) == ["c"]
    assert "run b" not in lab.runner.came


def test_that_pictures_that_are_ready_are_run_at_once_where_the_model_gains(lab: Stages) -> None:
    lab.runner.at_once = 2
    lab.runner.shut("run x")
    lab.predict("x", "a1", "a2", "a3", "b1")
    lab.runner.until("prepare b1")
    lab.runner.gates["run x"].set()
    assert names(lab.until(5)) == ["x", "a1", "a2", "a3", "b1"]
    assert [step for step in lab.runner.came if step.startswith("run")] == [
        "run x",
        "run a1 a2",
        "run a3",
        "run b1",
    ]
    assert lab.stages.wanted == 6


@pytest.mark.parametrize(
    "failure", [ModelFileError("Too much.", "Take less."), Terminated(), RuntimeError("a bug")]
)
def test_that_pictures_that_cannot_be_run_at_once_are_run_one_at_a_time(
    lab: Stages, failure: Exception
) -> None:
    lab.runner.at_once = 2
    lab.runner.shut("run x")
    lab.runner.failures["run a1 a2"] = failure
    lab.predict("x", "a1", "a2")
    lab.runner.until("prepare a2")
    lab.runner.gates["run x"].set()
    assert names(lab.until(3)) == ["x", "a1", "a2"]
    assert lab.runner.came.count("run a1") == lab.runner.came.count("run a2") == 1


def test_that_pictures_run_beside_each_other_and_are_answered_in_order(lab: Stages) -> None:
    lab.runner.side_by_side = 2
    lab.runner.shut("run x", "lane a", "lane c")
    lab.predict("x")
    lab.runner.until("run x")
    lab.predict("a", "b", "c", "d")
    lab.runner.until("prepare d")
    assert "lane a" not in lab.runner.came  # one without company has all cores
    lab.runner.gates["run x"].set()
    lab.runner.until("lane a", "lane b", "lane c")
    assert "lane d" not in lab.runner.came  # no more than two
    assert lab.stages.wanted == 6
    lab.runner.gates["lane c"].set()
    lab.runner.until("lane d")
    assert names(lab.until(1)) == ["x"]
    lab.runner.gates["lane a"].set()
    assert names(lab.until(5)) == ["x", "a", "b", "c", "d"]


def test_that_a_picture_that_wants_all_cores_waits_for_those_in_lanes(lab: Stages) -> None:
    lab.runner.side_by_side = 2
    lab.runner.shut("run x", "lane a")
    lab.predict("x")
    lab.runner.until("run x")
    lab.predict("a", "b")
    lab.runner.until("prepare b")
    lab.runner.gates["run x"].set()
    lab.runner.until("lane a", "lane b")
    lab.runner.side_by_side = 1
    lab.predict("c", "d")
    lab.runner.until("prepare d")
    assert "run c" not in lab.runner.came
    lab.runner.gates["lane a"].set()
    assert names(lab.until(5)) == ["x", "a", "b", "c", "d"]
    assert "run c" in lab.runner.came


def test_that_a_failure_in_a_lane_is_of_its_own_picture(lab: Stages) -> None:
    lab.runner.side_by_side = 2
    lab.runner.shut("run x")
    lab.runner.failures["lane a"] = ModelFileError("Nonsense.", "Choose another.")
    lab.predict("x")
    lab.runner.until("run x")
    lab.predict("a", "b")
    lab.runner.until("prepare b")
    lab.runner.gates["run x"].set()
    answers = lab.until(3)
    assert answers[1]["error"]["kind"] == "ModelFileError"
    assert names([answers[0], answers[2]]) == ["x", "b"]


def test_that_loading_and_unloading_keep_their_place_among_pictures(lab: Stages) -> None:
    lab.runner.shut("finish a")
    lab.predict("a")
    lab.ask("load")
    lab.ask("unload", path=str(MODEL.path))
    lab.runner.until("finish a")
    assert "load" not in lab.runner.came  # a model that has to go is not held any more
    lab.runner.gates["finish a"].set()
    assert lab.until(3)[1:] == [
        {"result": device_to_json(ON_CPU)},
        {"result": None},
    ]
    assert lab.runner.came[-2:] == ["load", "unload nuclei.onnx"]
    assert lab.stages.loaded == (MODEL.path,)


def test_that_a_request_that_makes_no_sense_is_answered(lab: Stages) -> None:
    lab.ask("predict", picture=7)
    assert lab.until(1)[0]["error"]["kind"] == "WorkerError"


def test_that_closing_lets_nobody_wait_for_memory() -> None:
    lab = Stages(most_bytes=10)
    lab.runner.sizes = {"a": 100}
    lab.runner.shut("finish a")
    jobs = lab.predict("a", "b")
    lab.runner.until("finish a")
    jobs[1].is_cancelled = True
    lab.stages.close()
    lab.runner.gates["finish a"].set()
    assert lab.until(2)[1] == {"cancelled": True}
    lab.close()


def test_that_how_far_the_network_is_is_told_of_its_own_picture(lab: Stages) -> None:
    lab.predict("a1", "b1")
    lab.until(2)
    assert lab.told == [("a1", 1, 2), ("b1", 1, 2)]


def test_that_memory_kept_for_the_next_picture_is_given_back_in_a_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given_back = threading.Event()
    monkeypatch.setattr(worker_stages, "return_free_pages", given_back.set)
    lab = Stages(rest=0.001)
    try:
        assert given_back.wait(PATIENCE)
        lab.predict("a")
        assert names(lab.until(1)) == ["a"]
    finally:
        lab.close()
