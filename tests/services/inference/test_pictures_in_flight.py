"""Runs of many pictures over a client whose worker answers when the test says so."""

from __future__ import annotations

import asyncio
from typing import cast

import pytest

from ailab.services.images.picture_error import PictureError
from ailab.services.inference.inference_errors import ModelFileError, WorkerError
from ailab.services.inference.picture_request import PictureTask
from ailab.services.inference.pictures_in_flight import PicturesInFlight
from ailab.services.inference.prompt import NO_PROMPT
from ailab.services.inference.worker_client import WorkerClient, WorkerIsFull
from ailab.services.inference.worker_turn import TurnHold
from ailab.services.results.result_files import ResultFiles
from ailab.services.served.served_error import ServerError
from fakes import until
from flight_lab import MODEL, FakeClient, running


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


async def test_that_a_model_that_fails_on_the_first_three_ends_the_run_and_drops_the_rest() -> None:
    async with running("abcdef") as (run, client):
        await run.under_way("abc")
        client.fail("a", ModelFileError("Nonsense.", "Choose another model."))
        await run.under_way("bcd")
        client.fail("b", ModelFileError("Nonsense.", "Choose another model."))
        await run.under_way("cde")
        client.fail("c", ModelFileError("Nonsense.", "Choose another model."))
        with pytest.raises(ModelFileError, match="first 3 pictures have failed alike"):
            await run.running
    assert (run.told, client.dropped) == ("", ["d", "e"])


async def test_that_a_single_picture_that_fails_ends_its_run_with_its_own_words() -> None:
    async with running("a") as (run, client):
        await run.under_way("a")
        client.fail("a", ModelFileError("Nonsense.", "Choose another model."))
        with pytest.raises(ModelFileError) as caught:
            await run.running
    assert caught.value.message == "Nonsense."


async def test_that_nonsense_about_the_first_picture_is_its_own_where_the_next_comes() -> None:
    async with running("abc") as (run, client):
        await run.under_way("abc")
        client.fail("a", ModelFileError("Not a number.", "Choose another model."))
        client.succeed("b", "c")
        await run.running
    assert run.told == "Abc"


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


async def test_that_a_server_that_is_gone_ends_the_run_whoever_came_through() -> None:
    async with running("abc") as (run, client):
        await run.under_way("abc")
        client.succeed("a")
        client.fail("b", ServerError("No server answers.", "Start it."))
        with pytest.raises(ServerError):
            await run.running
    assert run.told == "a"


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
