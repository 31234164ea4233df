"""Work in threads that a cancelled run does not leave behind."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable

import pytest

from ailab.services.downloads.run_to_end import run_to_end
from ailab.services.downloads.write_behind import WriteBehind


class HeldWork:
    """Runs in a thread until it is let go, and then fails."""

    def __init__(self) -> None:
        self.has_begun = threading.Event()
        self.may_end = threading.Event()
        self.has_ended = False

    def __call__(self, _: bytes = b"") -> None:
        self.has_begun.set()
        assert self.may_end.wait(30)
        self.has_ended = True
        raise OSError("the disk refused it")


async def _write(work: HeldWork) -> None:
    writer = WriteBehind(work)
    try:
        await writer.put(b"a chunk")
        await writer.flush()
    finally:
        await writer.close()


@pytest.mark.parametrize("run", [run_to_end, _write], ids=["thread", "writer"])
async def test_that_several_cancellations_leave_no_thread_at_work(
    run: Callable[[HeldWork], Awaitable[None]],
) -> None:
    work = HeldWork()
    task = asyncio.ensure_future(run(work))
    await asyncio.to_thread(work.has_begun.wait, 30)
    for _ in range(3):
        task.cancel()
        for _ in range(5):
            await asyncio.sleep(0)
    assert not task.done()
    work.may_end.set()
    await asyncio.wait({task})
    assert work.has_ended
    assert task.cancelled()
