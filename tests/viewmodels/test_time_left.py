"""How long the rest of a run takes, by the pictures done."""

from __future__ import annotations

from ailab.viewmodels.run_progress import RunProgress, RunStage
from ailab.viewmodels.time_left import TimeLeft


class Run:
    """A run of 50 pictures, watched by a clock that is set by hand."""

    def __init__(self) -> None:
        self._now = 0.0
        self._left = TimeLeft(lambda: self._now)

    def at(self, seconds: float, done: int, stage: RunStage = RunStage.RUNNING) -> str:
        self._now = seconds
        return self._left.text(RunProgress(stage, "nuclei", done=done, total=50))


def test_that_the_rest_takes_as_long_as_what_is_done_took_in_proportion() -> None:
    run = Run()
    assert run.at(0, 0, RunStage.LOADING) == ""
    assert run.at(7, 0) == ""
    assert run.at(12, 1) == ""  # too early to say
    assert run.at(17, 2) == "about 4 min left"
    assert run.at(107, 20) == "about 2 min left"
    assert run.at(207, 40) == "about 50 s left"


def test_that_it_shrinks_while_a_picture_is_under_way() -> None:
    run = Run()
    run.at(0, 0)
    assert run.at(100, 40) == "about 25 s left"
    assert run.at(104, 40) == "about 21 s left"
    assert run.at(200, 40) == ""  # nobody knows any more


def test_that_another_run_begins_anew() -> None:
    run = Run()
    run.at(0, 0)
    run.at(100, 40)
    assert run.at(110, 0) == ""
    assert run.at(130, 1) == "about 16 min left"
    assert run.at(140, 0, RunStage.LOADING) == ""
    assert run.at(150, 0) == ""
