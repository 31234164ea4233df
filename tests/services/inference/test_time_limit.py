from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from ailab.services.inference import answer_time
from ailab.services.inference.answer_time import AnswerTime
from ailab.services.inference.picture_result import PictureResult, Timings
from ailab.services.inference.run_before import NOTHING_BEFORE, RunBefore
from ailab.services.inference.time_limit import LONG, MOST, TimeLimit

SMALL = 640 * 480
LARGE = 100_000_000


def after(*seconds: float, pixels: int = SMALL) -> TimeLimit:
    limit = TimeLimit()
    for each in seconds:
        limit.learn(each, pixels)
    return limit


def test_that_a_picture_has_long_while_nothing_is_known_of_the_pace() -> None:
    assert TimeLimit().usual == TimeLimit().of_size(LARGE) == TimeLimit().of_size(None) == LONG


def test_that_a_pace_known_before_spares_the_first_picture_half_an_hour() -> None:
    measured = RunBefore.of_measured(2.0).paces
    assert TimeLimit(paces=measured).usual == 300.0
    assert TimeLimit(paces=measured).of_size(LARGE) == 600.0
    assert TimeLimit(paces=RunBefore.of_measured(60.0).paces).usual == 600.0
    assert TimeLimit(20.0, measured).usual == 20.0


def test_that_the_results_of_a_run_that_broke_off_tell_its_pace() -> None:
    result = PictureResult("a.png", 640, 480, timings=Timings(decode=1.0, forward=99.0))
    before = RunBefore.of_results([result] * 200)
    assert before.has_come
    assert (len(before.paces), before.paces[0]) == (101, (100.0, SMALL))
    assert TimeLimit(paces=before.paces).usual == 1000.0
    assert RunBefore.of_results([]) == NOTHING_BEFORE


def test_that_a_quick_run_gives_five_minutes() -> None:
    assert after(30.0, 0.1, 0.1).usual == 300.0


def test_that_a_slow_run_gives_ten_times_what_is_usual() -> None:
    assert after(150.0, 140.0, 900.0).usual == 1500.0


def test_that_a_large_picture_among_small_ones_has_what_its_size_takes_and_more() -> None:
    # In pieces, a network takes a hundred megapixels as long as so many small pictures.
    limit = after(10.0, 12.0, 11.0)
    taken = 11.0 * LARGE / SMALL
    assert limit.usual == 300.0
    assert limit.of_size(SMALL) == 300.0
    assert limit.of_size(LARGE) >= 3 * taken


def test_that_a_picture_whose_size_is_not_known_has_long() -> None:
    assert after(0.1).of_size(None) == LONG
    assert after(1000.0).of_size(None) == 10_000.0


def test_that_a_limit_that_was_set_follows_nothing() -> None:
    limit = TimeLimit(20.0)
    limit.learn(100.0, SMALL)
    assert (limit.usual, limit.of_size(LARGE), limit.of_size(None)) == (20.0, 20.0, 20.0)


class Clock:
    """Time that passes while an answer is waited for, and only then."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        self.waits: list[float] = []
        self.steps: list[float] = []
        self.on_wait: Callable[[], None] = lambda: None
        self.on_step: Callable[[], None] = lambda: None
        monkeypatch.setattr(answer_time, "monotonic", lambda: self.now)
        monkeypatch.setattr(asyncio, "wait", self._wait)

    async def _wait(self, answers: set[asyncio.Future[None]], **given: float) -> None:
        self.waits.append(given["timeout"])
        self.on_wait()
        if not any(each.done() for each in answers):
            end = self.now + given["timeout"]
            is_step = bool(self.steps) and self.steps[0] < end
            self.now = self.steps.pop(0) if is_step else end
            if is_step:
                self.on_step()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def an_answer() -> asyncio.Future[None]:
    return asyncio.get_running_loop().create_future()


def draw(path: Path, width: int, height: int) -> str:
    Image.new("1", (width, height)).save(path)
    return str(path)


async def test_that_an_answer_in_time_ends_the_waiting(clock: Clock) -> None:
    answer = an_answer()
    clock.on_wait = lambda: answer.set_result(None)
    assert await AnswerTime(TimeLimit(), "a.png").wait(answer) is None


async def test_that_an_overdue_picture_is_given_what_its_size_takes(
    clock: Clock, tmp_path: Path
) -> None:
    limit = after(60.0, pixels=100 * 100)
    small, large = draw(tmp_path / "s.png", 100, 100), draw(tmp_path / "l.png", 1000, 1000)
    assert await AnswerTime(limit, small).wait(an_answer()) == 600.0
    assert await AnswerTime(limit, large).wait(an_answer()) == pytest.approx(3 * 100 * 60.0)
    assert clock.waits == [600.0, 600.0, pytest.approx(3 * 100 * 60.0 - 600.0)]


async def test_that_each_step_that_is_told_of_gives_as_long_again(clock: Clock) -> None:
    time = AnswerTime(after(0.1), "")
    clock.steps = [200.0, 400.0, 600.0, 800.0]
    clock.on_step = time.renew
    assert await time.wait(an_answer()) == 300.0
    assert not clock.steps
    assert clock.now == 1100.0


async def test_that_no_step_makes_it_longer_than_a_day(clock: Clock) -> None:
    time = AnswerTime(TimeLimit(), "")
    clock.steps = [1000.0 * each for each in range(1, 100)]
    clock.on_step = time.renew
    assert await time.wait(an_answer()) == clock.now == MOST


async def test_that_steps_do_not_move_a_limit_that_was_set(clock: Clock) -> None:
    time = AnswerTime(TimeLimit(20.0), "a.png")
    clock.steps = [10.0, 15.0]
    clock.on_step = time.renew
    assert await time.wait(an_answer()) == 20.0
    assert clock.now == 20.0
