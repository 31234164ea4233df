"""A client whose worker answers when the test says so, and runs of many pictures over it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

from ailab.services.inference.asked import Asked
from ailab.services.inference.inference_errors import WorkerError
from ailab.services.inference.picture_request import PictureTask
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.pictures_in_flight import PicturesInFlight
from ailab.services.inference.prompt import NO_PROMPT
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.inference.worker_client import WorkerClient, WorkerIsFull
from ailab.services.inference.worker_messages import Message
from ailab.services.inference.worker_process import WorkerEndedError, WorkerProcess
from ailab.services.inference.worker_turn import TurnHold, WorkerTurn
from ailab.services.lab_error import LabError
from ailab.services.results.result_files import ResultFiles

MODEL = RunnableModel("nuclei", Path("nuclei.onnx"), "image-classification", ("a", "b"))
ENDED = WorkerEndedError("crashed", "")


class FakeClient:
    """Keeps what is asked until the test answers it."""

    def __init__(self, wanted: int = 3) -> None:
        self.turn = WorkerTurn()
        self.wanted = wanted
        self.asked: list[str] = []
        self.under_way: dict[str, asyncio.Future[Message]] = {}
        self.dropped: list[str] = []
        self.too_slow: set[str] = set()
        self.loaded: tuple[Path, ...] = ()
        self.loads = 0
        self.load_failure: LabError | None = None

    async def load(self, model: RunnableModel) -> None:
        async with TurnHold(self.turn):
            self.loads += 1
            if self.load_failure is not None:
                raise self.load_failure
            self.loaded = (model.path,)

    async def begin(
        self,
        hold: TurnHold,
        model: RunnableModel,
        body: Mapping[str, Any],
        doing: str,
        *,
        more: Callable[..., Mapping[str, Any]] | None = None,
        tell: Callable[[int, int], None] | None = None,
        read: Callable[[Message], object] | None = None,
    ) -> Asked:
        del more, tell, read
        await hold.begin()
        reply: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        reply.add_done_callback(lambda _: hold.end())
        picture = body["picture"]
        self.asked.append(picture)
        self.under_way[picture] = reply
        return Asked(cast("WorkerProcess", None), model, 0, reply, doing)

    async def answer(self, asked: Asked, _: object) -> Message:
        await asyncio.wait({asked.reply})
        try:
            message = asked.reply.result()
        except WorkerEndedError as ending:
            asked.is_too_slow = asked.doing[-1] in self.too_slow
            raise WorkerError(f"While {asked.doing}, it {ending.how}.", "Again.") from ending
        failure = message.body.get("failure")
        if failure is not None:
            raise failure
        return message

    async def drop(self, asked: Sequence[Asked]) -> None:
        for picture, reply in self.under_way.items():
            if any(each.reply is reply for each in asked) and not reply.done():
                self.dropped.append(picture)
                reply.cancel()
        await asyncio.sleep(0)

    def succeed(self, *pictures: str) -> None:
        for picture in pictures:
            result = PictureResult(picture, 1, 1)
            self.under_way.pop(picture).set_result(Message({"result": result}))

    def fail(self, picture: str, failure: LabError | WorkerIsFull) -> None:
        self.under_way.pop(picture).set_result(Message({"failure": failure}))

    def crash(self) -> None:
        self.loaded = ()
        for reply in self.under_way.values():
            if not reply.done():
                reply.set_exception(ENDED)
        self.under_way.clear()


class Run:
    """A run of pictures and what it has come to."""

    def __init__(self, client: FakeClient, pictures: str) -> None:
        self.client = client
        self.results: list[PictureResult] = []
        task = PictureTask(MODEL, 0.5, None, lambda _: NO_PROMPT, ResultFiles(), lambda _: None)
        self.flight = PicturesInFlight(task, list(pictures), cast("WorkerClient", client))
        self.running = asyncio.ensure_future(self._run())

    async def _run(self) -> None:
        async for result in self.flight.results():
            self.results.append(result)

    async def under_way(self, pictures: str) -> None:
        await self._until(lambda: "".join(self.client.under_way) == pictures)

    async def come(self, count: int) -> None:
        await self._until(lambda: len(self.results) >= count)

    async def _until(self, condition: Callable[[], bool]) -> None:
        for _ in range(1000):
            if condition():
                return
            await asyncio.wait({self.running}, timeout=0.01)
        raise AssertionError(f"{self.told} came, and {self.client.under_way.keys()} are asked")

    @property
    def told(self) -> str:
        """Each picture, in capitals where it has a problem."""
        return "".join(
            result.picture.upper() if result.problem else result.picture for result in self.results
        )


@asynccontextmanager
async def running(pictures: str, wanted: int = 3) -> AsyncIterator[tuple[Run, FakeClient]]:
    client = FakeClient(wanted)
    run = Run(client, pictures)
    try:
        yield run, client
    finally:
        run.running.cancel()
        await asyncio.wait({run.running})
        assert not client.turn.is_taken
