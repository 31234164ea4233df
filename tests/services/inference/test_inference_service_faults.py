"""The service in front of workers that fail in every way that a process can."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ailab.services.inference import worker_process
from ailab.services.inference.inference_errors import ModelFileError, WorkerError
from ailab.services.inference.inference_service import InferenceService
from ailab.services.inference.picture_progress import PictureProgress
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.lab_error import LabError

MODEL = RunnableModel("nuclei", Path("nuclei.onnx"), "image-classification", ("a", "b"))

SPEAKS = """
import os, sys, time
from ailab.services.inference.worker_messages import Message, read_message, write_message
def ask(): return read_message(sys.stdin.buffer)
def say(**body): write_message(sys.stdout.buffer, Message(body))
"""
GOOD_RESULT = """
def result(**changes):
    return {"picture": "p.png", "width": 1, "height": 1, "prediction": None, "problem": None,
            "notes": [], "files": [], "timings": dict.fromkeys(
            ("decode", "preprocess", "forward", "postprocess", "save"), 0.0)} | changes
"""


def service_of(code: str, **limits: Any) -> InferenceService:
    command = [sys.executable, "-c", SPEAKS + GOOD_RESULT + code]
    return InferenceService(command=command, **limits)


async def predict(service: InferenceService) -> object:
    return await service.predict(MODEL, "dir/p.png", threshold=0.5, save_to=None)


def assert_gone(pid: int | None) -> None:
    assert pid is not None
    if sys.platform != "win32":
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("ask(); os._exit(3)", "exit code 3"),
        ("import faulthandler; ask(); faulthandler._sigsegv()", "crashed"),
        ("ask(); print('a library prints this'); sys.stdout.flush()", "no answer"),
        ("ask(); sys.stdout.buffer.write(b'AIL1' + b'\\xff' * 4); sys.stdout.flush(); ask()", "no"),
        ("ask(); sys.stdout.buffer.write(b'AIL1\\0\\0'); sys.stdout.flush()", "exit code 0"),
        ("ask(); say(id=99, result=None); ask()", "no answer"),
        ("ask(); say(id='1', result=None); ask()", "no answer"),
        ("os._exit(4)", "exit code 4"),
        ("ask(); say(id=1, progress=[3, 2]); ask()", "no answer"),
        ("ask(); say(id=1, progress='half'); ask()", "no answer"),
        ("ask(); say(id=2, progress=[1, 2]); ask()", "no answer"),
    ],
)
async def test_that_a_worker_that_breaks_off_is_told_of_and_replaced(code: str, words: str) -> None:
    service = service_of(code)
    for _ in range(2):
        with pytest.raises(WorkerError, match=r"^While nuclei ran on p\.png, .*" + words):
            await predict(service)
        assert service.worker_pid is None
    await service.close()


async def test_that_its_last_words_are_in_the_detail() -> None:
    service = service_of("ask(); print('CUDA ate my homework', file=sys.stderr); os._exit(1)")
    with pytest.raises(WorkerError) as caught:
        await predict(service)
    assert "CUDA ate my homework" in caught.value.detail
    assert "homework" not in str(caught.value)
    await service.close()


@pytest.mark.skipif(sys.platform == "win32", reason="signals are Unix's")
async def test_that_the_likely_lack_of_memory_is_named() -> None:
    service = service_of("import signal; ask(); os.kill(os.getpid(), signal.SIGKILL)")
    with pytest.raises(WorkerError, match="lack of memory") as caught:
        await service.load(MODEL)
    assert "nuclei was loaded" in caught.value.message
    assert "smaller" in caught.value.advice
    await service.close()


async def test_that_a_worker_that_closes_its_pipe_and_lives_on_is_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(worker_process, "_MOMENT", 0.05)
    service = service_of("ask(); os.close(1); sys.stdin.buffer.read()")
    with pytest.raises(WorkerError, match="closed its connection"):
        await predict(service)
    await service.close()


async def test_that_a_worker_that_cannot_be_started_is_told_of() -> None:
    service = InferenceService(command=["/nowhere/python-that-is-not-there"])
    with pytest.raises(WorkerError, match="could not be started"):
        await service.load(MODEL)
    await service.close()


@pytest.mark.parametrize(
    "answer",
    [
        "result=None",
        "result={'device': 'cpu'}",
        "result=result(width=-1)",
        "result=result(prediction={'kind': 'poem'})",
        "nothing=1",
        "error=7",
        "error={'kind': 'PictureError'}",
        "full=True",
    ],
)
async def test_that_a_senseless_answer_is_an_error_and_not_a_result(answer: str) -> None:
    service = service_of(f"while q := ask(): say(id=q.body['id'], {answer})")
    with pytest.raises(WorkerError, match="no result"):
        await predict(service)
    await service.close()


async def test_that_a_failure_comes_back_as_its_own_class() -> None:
    service = service_of(
        "while q := ask(): say(id=q.body['id'], error={'kind': q.body['picture'],"
        "'message': 'M.', 'advice': 'A.', 'detail': 'D'})"
    )
    for kind, expected in (("ModelFileError", ModelFileError), ("SystemExit", LabError)):
        with pytest.raises(LabError) as caught:
            await service.predict(MODEL, kind, threshold=0.5, save_to=None)
        assert type(caught.value) is expected
        assert (str(caught.value), caught.value.detail) == ("M. A.", "D")
    await service.close()


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], asyncio.Event]:
    """An event for a line in the worker's log: the worker has come that far."""
    watched: dict[str, tuple[asyncio.AbstractEventLoop, asyncio.Event]] = {}

    def debug(message: str, *arguments: object) -> None:
        text = message % arguments
        for words, (loop, event) in watched.items():
            if words in text:
                loop.call_soon_threadsafe(event.set)

    monkeypatch.setattr(worker_process._log, "debug", debug)

    def watch(words: str) -> asyncio.Event:
        event = asyncio.Event()
        watched[words] = (asyncio.get_running_loop(), event)
        return event

    return watch


DEAF = """
q = ask()
print('got it', file=sys.stderr, flush=True)
if q.body['do'] == 'load':
    say(id=q.body['id'], result={"device": "cpu", "note": "", "precision": ""})
time.sleep(1000)
"""


async def test_that_a_worker_deaf_to_cancelling_is_ended_and_the_next_call_works(
    heard: Callable[[str], asyncio.Event],
) -> None:
    service = service_of(DEAF, cancel_grace=0.05)
    got_it = heard("got it")
    run = asyncio.create_task(predict(service))
    await got_it.wait()
    pid = service.worker_pid
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    assert service.worker_pid is None
    await service.load(MODEL)
    assert_gone(pid)
    pid = service.worker_pid
    service._client._close_grace = 0.05
    await service.close()
    assert_gone(pid)


async def test_that_cancelling_twice_does_not_wait_for_the_grace(
    heard: Callable[[str], asyncio.Event],
) -> None:
    service = service_of(DEAF, cancel_grace=1000)
    got_it = heard("got it")
    run = asyncio.create_task(predict(service))
    await got_it.wait()
    run.cancel()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    assert service.worker_pid is None
    await service.close()


async def test_that_a_cancel_is_sent_and_its_answer_awaited(
    heard: Callable[[str], asyncio.Event],
) -> None:
    service = service_of(
        "q = ask(); print('got it', file=sys.stderr, flush=True)\n"
        "c = ask(); say(id=q.body['id'], cancelled=True)\n"
        "q = ask(); say(id=q.body['id'], result=result(notes=[str(c.body)]))\nask()",
        cancel_grace=1000,
    )
    got_it = heard("got it")
    run = asyncio.create_task(predict(service))
    await got_it.wait()
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    result = await service.predict(MODEL, "p.png", threshold=0.5, save_to=None)
    assert "'do': 'cancel'" in result.notes[0]
    await service.close()


async def test_that_a_request_that_cannot_be_sent_is_not_awaited_for_ever() -> None:
    service = service_of("while q := ask(): say(id=q.body['id'], result=result())")
    with pytest.raises(WorkerError, match=r"While nuclei ran on p\.png"):
        await service.predict(MODEL, "p.png", threshold=float("nan"), save_to=None)
    await predict(service)
    await service.close()


async def test_that_requests_wait_their_turn() -> None:
    service = service_of(
        "while q := ask():\n say(id=q.body['id'], result=result(picture=q.body['picture']))"
    )
    results = await asyncio.gather(
        *(
            service.predict(MODEL, f"{number}.png", threshold=0.5, save_to=None)
            for number in range(20)
        )
    )
    assert [result.picture for result in results] == [f"{number}.png" for number in range(20)]
    await service.close()


async def test_that_closing_during_a_run_ends_both(heard: Callable[[str], asyncio.Event]) -> None:
    service = service_of(DEAF, close_grace=0.05)
    got_it = heard("got it")
    run = asyncio.create_task(predict(service))
    await got_it.wait()
    await service.close()
    with pytest.raises(WorkerError, match="was closed"):
        await run
    await service.close()


async def test_that_closing_what_never_ran_is_nothing() -> None:
    service = InferenceService()
    await service.close()
    await service.close()


async def test_that_a_flood_without_line_ends_neither_blocks_nor_fills_the_memory() -> None:
    service = service_of(
        "q = ask(); sys.stderr.write('x' * 5_000_000); sys.stderr.flush(); os._exit(9)"
    )
    with pytest.raises(WorkerError) as caught:
        await predict(service)
    assert len(caught.value.detail) < 100_000
    await service.close()


async def test_that_no_thread_stays_behind() -> None:
    before = threading.active_count()
    service = service_of("while q := ask(): say(id=q.body['id'], result=result())")
    await predict(service)
    assert threading.active_count() > before
    await service.close()
    names = {thread.name for thread in threading.enumerate()}
    assert "inference worker" not in names


async def test_that_how_far_a_picture_is_is_told_before_its_result() -> None:
    service = service_of("ask(); say(id=1, progress=[3, 8]); say(id=1, result=result()); ask()")
    told: list[PictureProgress] = []
    service.watch(told.append)
    await predict(service)
    assert told == [PictureProgress("dir/p.png", 3, 8)]
    await service.close()


async def test_that_a_flood_of_progress_is_no_flood_for_the_window() -> None:
    service = service_of(
        "ask()\nfor n in range(20000): say(id=1, progress=[n, 20000])\n"
        "say(id=1, result=result()); ask()"
    )
    told: list[PictureProgress] = []
    service.watch(told.append)
    began = asyncio.get_running_loop().time()
    await predict(service)
    seconds = asyncio.get_running_loop().time() - began
    assert 1 <= len(told) <= 20 * seconds + 1
    await service.close()
