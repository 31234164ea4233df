"""A real worker process for a test, or for many."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TypeVar

from ailab.services.inference.inference_service import InferenceService
from ailab.services.inference.predictions import Classification

_Told = TypeVar("_Told")
_LIMIT = 60.0  # seconds that a test may take


class SharedWorker:
    """A worker that lives on from test to test, for those of which its start is not the point.

    Attributes:
        folder: what its first model lies in, and so all that it may read.
    """

    def __init__(self, folder: Path, runner: asyncio.Runner) -> None:
        self.folder = folder
        self._runner = runner
        self._service: InferenceService | None = None

    def carry_out(self, work: Callable[[InferenceService], Awaitable[_Told]]) -> _Told:
        """Do something with the worker's service, and return what comes of it."""
        if self._service is None:
            self._service = InferenceService()
        return self._runner.run(_within_reason(work(self._service)))

    def close(self) -> None:
        """End the worker."""
        if self._service is not None:
            self._runner.run(self._service.close())


@contextmanager
def shared_worker(folder: Path) -> Iterator[SharedWorker]:
    """A worker that is ended with the last test; a stray error in its loop fails that."""
    stray: list[str] = []
    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        loop.set_exception_handler(lambda _, context: stray.append(str(context)))
        worker = SharedWorker(folder, runner)
        try:
            yield worker
        finally:
            worker.close()
    assert stray == []


async def _within_reason(work: Awaitable[_Told]) -> _Told:
    return await asyncio.wait_for(work, _LIMIT)


@asynccontextmanager
async def serving() -> AsyncIterator[InferenceService]:
    """A worker that is ended with the test."""
    service = InferenceService()
    try:
        yield service
    finally:
        await service.close()


async def best(service: InferenceService, model: Path, picture: str) -> str:
    """The first label that a model gives a picture."""
    opened = await service.open(str(model))
    result = await service.predict(opened, picture, threshold=0.1, save_to=None)
    assert isinstance(result.prediction, Classification)
    return result.prediction.scores[0].label
