"""Work in a thread or a task that is never left behind."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


async def run_to_end(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run work in a thread; a cancellation, or several, take effect once it has ended.

    A thread cannot be stopped: without waiting, it might still write to a file that the
    cancelled run is removing.
    """
    running = asyncio.ensure_future(asyncio.to_thread(work, *args, **kwargs))
    try:
        return await asyncio.shield(running)
    finally:
        await wait_out(running)


async def wait_out(task: asyncio.Task[Any]) -> None:
    """Wait for a task's end, however often the wait is cancelled; what it raised is not news."""
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError as error:
            cancelled = error
    if not task.cancelled():
        task.exception()  # else the loop would report it as forgotten
    if cancelled is not None:
        raise cancelled


async def run_all(works: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Run coroutines at once; where one fails, end the others before its error is raised."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
