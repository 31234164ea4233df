"""Runs of many pictures over a client whose worker answers when the test says so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import pytest

from ailab.services.images.picture_error import PictureError
from ailab.services.inference.asked import Asked
from ailab.services.inference.inference_errors import ModelFileError, WorkerError
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
from fakes import until

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


async def test_that_as_many_are_under_way_as_the_worker_wants() -> None:
    async with running("abcdef") as (run, client):
        await run.under_way("abc")
        client.succeed("a")
        await run.come(1)
        await run.under_way("bcd")
        client.wanted = 1
        client.succeed("b")
        await run.come(2)
        await run.under_way("cd")
        client.succeed("c", "d")
        await run.under_way("e")
        client.succeed("e")
        await run.under_way("f")
        client.succeed("f")
        await run.running
    assert run.told == "abcdef"


async def test_that_results_come_in_order_whatever_comes_first() -> None:
    async with running("abc") as (run, client):
        await run.under_way("abc")
        client.succeed("c", "b")
        client.fail("a", PictureError("a is damaged.", "Choose another."))
        await run.running
    assert run.told == "Abc"


async def test_that_only_the_picture_that_ends_the_worker_is_blamed() -> None:
    async with running("abcd") as (run, client):
        await run.under_way("abc")
        client.succeed("a")
        await run.under_way("bcd")
        client.crash()
        await run.under_way("b")  # alone
        client.succeed("b")
        await run.under_way("c")
        client.crash()
        await run.under_way("d")
        client.succeed("d")
        await run.running
    assert run.told == "abCd"
    assert client.asked == list("abcdbcd")


async def test_that_after_the_one_to_blame_several_are_under_way_again() -> None:
    async with running("abcdefg") as (run, client):
        await run.under_way("abc")
        client.crash()
        await run.under_way("a")
        client.crash()  # alone: to blame
        for picture in "bc":
            await run.under_way(picture)
            client.succeed(picture)
        await run.under_way("def")
        client.succeed(*"def")
        await run.under_way("g")
        client.succeed("g")
        await run.running
    assert run.told == "Abcdefg"


async def test_that_pictures_that_are_too_much_together_are_run_one_by_one() -> None:
    async with running("abcde") as (run, client):
        await run.under_way("abc")
        client.crash()
        for picture in "abcde":
            await run.under_way(picture)
            client.succeed(picture)
        await run.running
    assert run.told == "abcde"


async def test_that_a_picture_that_lacks_memory_beside_others_is_run_again_alone() -> None:
    async with running("abcd") as (run, client):
        await run.under_way("abc")
        client.fail("a", WorkerError("There is not enough memory.", "Close other programs."))
        client.succeed("b", "c")
        await run.under_way("a")
        client.succeed("a")
        await run.under_way("d")
        client.succeed("d")
        await run.running
    assert run.told == "abcd"


async def test_that_pictures_that_end_the_worker_in_a_row_fail_alone_and_the_run_goes_on() -> None:
    async with running("abcdefgh") as (run, client):
        await run.under_way("abc")
        client.crash()
        for count, picture in enumerate("abcde", 1):
            await run.under_way(picture)
            client.crash()
            await run.come(count)  # told of as it comes
        await run.under_way("f")  # alone still: few workers are lost to a model that ends them all
        client.succeed("f")
        await run.under_way("gh")
        client.succeed("g", "h")
        await run.running
    assert (run.told, client.asked) == ("ABCDEfgh", list("abcabcdefgh"))


async def test_that_the_only_picture_that_ends_the_worker_fails() -> None:
    async with running("a") as (run, client):
        await run.under_way("a")
        client.crash()
        await run.running
    assert (run.told, client.asked) == ("A", ["a"])


async def test_that_a_worker_that_ends_before_it_has_the_model_ends_the_run() -> None:
    async with running("abcd") as (run, client):
        await run.under_way("abc")
        client.succeed("a")
        await run.under_way("bcd")
        client.load_failure = WorkerError("While nuclei was loaded, it crashed.", "Again.")
        client.crash()
        with pytest.raises(WorkerError, match="nuclei was loaded"):
            await run.running
    assert (run.told, client.asked) == ("a", list("abcd"))
    assert client.loads == 2


async def test_that_a_new_worker_loads_the_model_before_it_gets_a_picture() -> None:
    async with running("ab") as (run, client):
        await run.under_way("ab")
        assert client.loads == 1
        client.crash()
        for loads, picture in enumerate("ab", 2):
            await run.under_way(picture)
            assert client.loads == loads
            client.crash()
        await run.running
    assert run.told == "AB"


async def test_that_a_picture_that_takes_too_long_is_not_run_again() -> None:
    async with running("abc") as (run, client):
        await run.under_way("abc")
        client.too_slow = {"a"}
        client.crash()
        for picture in "bc":
            await run.under_way(picture)
            client.succeed(picture)
        await run.running
    assert (run.told, client.asked) == ("Abc", list("abcbc"))


async def test_that_a_model_that_fails_ends_the_run_and_drops_the_rest() -> None:
    async with running("abcd") as (run, client):
        await run.under_way("abc")
        client.fail("a", ModelFileError("Nonsense.", "Choose another model."))
        with pytest.raises(ModelFileError):
            await run.running
    assert (run.told, client.dropped) == ("", ["b", "c"])


async def test_that_nonsense_about_one_picture_ends_no_run_in_which_others_came_through() -> None:
    async with running("abc") as (run, client):
        await run.under_way("abc")
        client.succeed("a")
        client.fail("b", ModelFileError("Not a number.", "Choose another model."))
        client.succeed("c")
        await run.running
    problem = run.results[1].problem
    assert run.told == "aBc"
    assert problem is not None
    assert problem.message == "Not a number."


async def test_that_a_full_worker_makes_place_for_a_new_one() -> None:
    async with running("ab") as (run, client):
        await run.under_way("ab")
        client.fail("a", WorkerIsFull())
        client.succeed("b")
        await run.under_way("a")
        client.succeed("a")
        await run.running
    assert run.told == "ab"


async def test_that_cancelling_drops_all_that_are_under_way() -> None:
    async with running("abcd") as (run, client):
        await run.under_way("abc")
        run.running.cancel()
        await asyncio.wait({run.running})
        assert client.dropped == list("abc")
        assert not client.turn.is_taken


async def test_that_somebody_else_gets_the_worker_between_two_pictures() -> None:
    async with running("abcde") as (run, client):
        await run.under_way("abc")
        other = TurnHold(client.turn)
        waiting = asyncio.ensure_future(other.begin())
        await until(lambda: client.turn.is_awaited)
        client.succeed("a", "b", "c")
        await waiting
        await run.come(3)
        assert client.under_way == {}
        other.end()
        await run.under_way("de")
        client.succeed("d", "e")
        await run.running
    assert run.told == "abcde"


async def test_that_whoever_waits_with_a_result_keeps_nobody_from_the_worker() -> None:
    client = FakeClient()
    task = PictureTask(MODEL, 0.5, None, lambda _: NO_PROMPT, ResultFiles(), lambda _: None)
    found = PicturesInFlight(task, ["a", "b"], cast("WorkerClient", client)).results()
    first = asyncio.ensure_future(anext(found))
    await until(lambda: len(client.under_way) == 2)
    client.succeed("a", "b")
    assert (await first).picture == "a"
    async with TurnHold(client.turn):  # while the run is not asked for the next
        pass
    assert (await anext(found)).picture == "b"
    await found.aclose()
