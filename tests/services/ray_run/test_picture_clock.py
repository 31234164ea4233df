"""What ends pictures that take too long on Ray, without Ray."""

from __future__ import annotations

import asyncio
from pathlib import PurePath

import pytest

from ailab.services.inference.time_limit import LONG, MOST
from ailab.services.ray_run import picture_clock
from ailab.services.ray_run.picture_clock import CRASHED, LOADING, PictureClock

SMALL, LARGE = 300_000, 100_000_000


class Watched(PictureClock):
    """A clock of which the test says what time it is, and that ends nobody."""

    now = 0.0

    async def over(self) -> list[str]:
        return await self.expired(self.now)

    async def _tick(self) -> None:
        await asyncio.get_running_loop().create_future()


def a_clock(monkeypatch: pytest.MonkeyPatch, fixed: float | None = None) -> Watched:
    sizes = {"small.png": SMALL, "large.png": LARGE}
    watched = Watched(fixed, lambda picture: sizes.get(PurePath(picture).name))
    monkeypatch.setattr(picture_clock, "monotonic", lambda: watched.now)
    return watched


async def test_that_an_actor_is_ended_once_when_its_picture_is_overdue_and_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = a_clock(monkeypatch, 20.0)
    await clock.begin("a", "actor a", 1)
    clock.now = 10.0
    await clock.begin("b", "actor b", 2)
    assert await clock.over() == []
    clock.now = 20.0
    assert await clock.over() == ["actor a"]
    assert await clock.over() == []
    assert await clock.given_up("a") == {1: 20.0}
    assert await clock.given_up("b") == {}
    await clock.end("b", 2, 1.0, SMALL)
    clock.now = 1000.0
    assert await clock.over() == []


async def test_that_the_limit_follows_the_pace_of_the_whole_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = a_clock(monkeypatch)
    await clock.begin("a", "actor a", 1)
    clock.now = LONG - 1
    assert await clock.over() == []
    await clock.end("a", 1, 10.0, SMALL)
    await clock.begin("a", "small", 2, "small.png")
    await clock.begin("b", "large", 3, "large.png")
    await clock.begin("c", "unknown", 4, "damaged.png")
    clock.now += 301.0
    assert await clock.over() == ["small"]
    clock.now += LONG - 301.0
    assert await clock.over() == ["unknown"]
    clock.now += 3 * 10.0 * LARGE / SMALL - LONG - 1
    assert await clock.over() == []
    clock.now += 1
    assert await clock.over() == ["large"]


async def test_that_each_step_that_is_told_of_gives_as_long_again_for_a_day(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = a_clock(monkeypatch)
    await clock.begin("a", "actor a", 1)
    while clock.now < MOST - LONG:
        clock.now += LONG - 1
        assert await clock.over() == []
        await clock.renew("a")
    clock.now = MOST
    assert await clock.over() == ["actor a"]


async def test_that_loading_has_long_whatever_pictures_have(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = a_clock(monkeypatch, 5.0)
    await clock.begin("a", "actor a", LOADING)
    clock.now = LONG - 1
    assert await clock.over() == []
    clock.now = LONG
    assert await clock.over() == ["actor a"]
    assert await clock.given_up("a") == {LOADING: LONG}


async def test_that_what_ends_its_process_twice_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = a_clock(monkeypatch)
    await clock.begin("a", "actor a", 1)
    await clock.end("a", 1, 0.0, 0)
    await clock.begin("a", "actor a", 2)
    await clock.begin("a", "actor a", LOADING)
    await clock.end("a", LOADING, 0.0, 0)
    assert await clock.given_up("a") == {}
    await clock.begin("a", "actor a", 2)
    assert await clock.given_up("a") == {2: CRASHED}
