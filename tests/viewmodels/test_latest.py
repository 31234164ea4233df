from __future__ import annotations

import asyncio

import pytest

from ailab.viewmodels.latest import Latest
from fakes import Gate


async def test_that_a_new_run_cancels_the_one_before() -> None:
    gate, told = Gate(is_open=False), []

    async def tell(word: str) -> None:
        await gate.passage()
        told.append(word)

    latest = Latest("telling")
    latest.start(tell("old"))
    await asyncio.sleep(0)
    latest.start(tell("new"))
    gate.open()
    await latest.wait()
    assert told == ["new"]


async def test_that_closing_waits_for_the_run_to_end() -> None:
    ended = []

    async def tidy_up() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended.append(True)

    latest = Latest("tidying")
    latest.start(tidy_up())
    await asyncio.sleep(0)
    await latest.close()
    assert ended == [True]


async def test_that_an_unexpected_error_reaches_the_loops_handler() -> None:
    reported: list[BaseException | None] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: reported.append(context.get("exception")))

    async def fail() -> None:
        raise KeyError("a bug")

    latest = Latest("failing")
    latest.start(fail())
    await latest.wait()
    assert [type(error) for error in reported] == [KeyError]


async def test_that_cancelling_without_a_run_does_nothing() -> None:
    latest = Latest("idle")
    latest.cancel()
    await latest.close()


def test_that_a_run_needs_a_loop() -> None:
    async def nothing() -> None: ...

    work = nothing()
    with pytest.raises(RuntimeError):
        Latest("no loop").start(work)
    work.close()
