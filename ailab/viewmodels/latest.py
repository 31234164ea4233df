"""At most one run of a kind of work."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any


class Latest:
    """Owns one kind of work: starting it cancels the run before.

    A cancelled run publishes nothing after its cancellation, so a late older answer is never
    shown. An exception that a run does not handle is a bug: it goes to the loop's exception
    handler.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._task: asyncio.Task[None] | None = None
        self._ending: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Cancel the run before and start this one on the running loop."""
        self.cancel()
        task = asyncio.get_running_loop().create_task(work, name=self._name)
        self._task = task
        self._ending.add(task)
        task.add_done_callback(self._finished)
        return task

    def cancel(self) -> None:
        """Cancel the run, where there is one."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def wait(self) -> None:
        """Wait until no run is under way, cancelled ones included."""
        while self._ending:
            await asyncio.wait(tuple(self._ending))

    async def close(self) -> None:
        """Cancel the run and wait for its end."""
        self.cancel()
        await self.wait()

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._ending.discard(task)
        if self._task is task:
            self._task = None
        if not task.cancelled() and (error := task.exception()) is not None:
            task.get_loop().call_exception_handler(
                {"message": f"{self._name} failed", "exception": error, "task": task}
            )
