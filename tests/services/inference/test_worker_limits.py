"""Real workers that really run out of memory, of time, and of their minds."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from onnx import TensorProto, helper
from worker_lab import best

from ailab.services.inference import worker_failures
from ailab.services.inference.inference_errors import WorkerError
from ailab.services.inference.inference_service import InferenceService
from ailab.services.inference.sandbox.memory_bound import OUT_OF_MEMORY
from ailab.services.inference.worker_client import WorkerClient
from ailab.services.inference.worker_process import WorkerEndedError

GIB = 2**30
HOLDS_MEMORY = pytest.mark.skipif(
    sys.platform == "darwin", reason="macOS holds no process to a limit"
)


@asynccontextmanager
async def limited(**limits: Any) -> AsyncIterator[InferenceService]:
    service = InferenceService(**limits)
    try:
        yield service
    finally:
        await service.close()


@pytest.fixture
def hungry_model(tmp_path: Path, save_model: Callable[..., Path]) -> Callable[[int], Path]:
    """Makes a classifier that fills a tensor of some MiB before it answers."""

    def make(mebibytes: int) -> Path:
        rows = mebibytes * 2**20 // 4 // 1024
        side = helper.make_tensor("side", TensorProto.INT64, [2], [rows, 1024])
        one = helper.make_tensor("one", TensorProto.FLOAT, [1], [1.0])
        return save_model(
            tmp_path / f"hungry-{mebibytes}.onnx",
            [
                helper.make_node("Constant", [], ["side"], value=side),
                helper.make_node("ConstantOfShape", ["side"], ["ones"], value=one),
                helper.make_node("ReduceMean", ["ones"], ["mean"], keepdims=0),
                helper.make_node("ReduceMean", ["pixels"], ["means"], axes=[2, 3], keepdims=0),
                helper.make_node("Mul", ["means", "mean"], ["scores"]),
            ],
            [1, 3],
        )

    return make


@HOLDS_MEMORY
@pytest.mark.parametrize("mebibytes", [2_000, 100_000])
async def test_that_a_model_that_wants_too_much_memory_is_named_and_the_worker_lives_on(
    hungry_model: Callable[[int], Path], colour_model: Path, green_picture: str, mebibytes: int
) -> None:
    async with limited(memory_limit=GIB) as service:
        assert await best(service, colour_model, green_picture) == "green"
        pid = service.worker_pid
        with pytest.raises(WorkerError, match=r"memory to run hungry-\d+ on green\.png") as caught:
            await best(service, hungry_model(mebibytes), green_picture)
        assert "smaller" in caught.value.advice
        assert await best(service, colour_model, green_picture) == "green"
        assert service.worker_pid == pid


@HOLDS_MEMORY
async def test_that_the_same_model_runs_where_there_is_memory_enough(
    hungry_model: Callable[[int], Path], green_picture: str
) -> None:
    async with limited(memory_limit=4 * GIB) as service:
        assert await best(service, hungry_model(256), green_picture) == "green"


async def test_that_a_model_that_never_ends_is_ended_and_the_next_one_runs(
    endless_model: Path, colour_model: Path, green_picture: str
) -> None:
    async with limited(time_limit=2.0) as service:
        with pytest.raises(
            WorkerError, match=r"endless ran on green\.png.* for 2 seconds"
        ) as caught:
            await best(service, endless_model, green_picture)
        assert "the time limit of a picture" in caught.value.message
        assert "raise the limit" in caught.value.advice
        assert "--time-limit" in caught.value.advice
        assert "another model" in caught.value.advice
        assert service.worker_pid is None
        assert await best(service, colour_model, green_picture) == "green"


@pytest.mark.slow
async def test_that_a_run_goes_on_after_a_picture_that_hangs_and_loading_has_its_own_limit(
    colour_model: Path, green_picture: str
) -> None:
    code = (
        "from ailab.services.inference import model_runner, worker\n"
        "from threading import Event\n"
        "def run(self, together, run=model_runner.ModelRunner.run):\n"
        "    if 'hangs' in together[0].request.picture:\n"
        "        Event().wait()\n"
        "    return run(self, together)\n"
        "model_runner.ModelRunner.run = run\n"
        "worker.main()\n"
    )
    hangs = copied(green_picture, "hangs")
    async with limited(command=[sys.executable, "-c", code]) as service:
        model = await service.open(str(colour_model))
        await service.load(model)
        service.limit_time(3.0)
        pictures = [green_picture, hangs, green_picture]
        found = [
            result
            async for result in service.predict_all(model, pictures, threshold=0.1, save_to=None)
        ]
    assert [result.problem is None for result in found] == [True, False, True]
    problem = found[1].problem
    assert problem is not None
    assert "While colour ran on hangs.png" in problem.message
    assert "for 3 seconds, the time limit of a picture" in problem.message


async def test_that_loading_does_not_count_to_the_time_that_a_single_picture_was_given(
    colour_model: Path, green_picture: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    begin = WorkerClient.begin

    async def noted(client: WorkerClient, *given: Any, **more: Any) -> Any:
        asked.append(given[2]["do"])
        return await begin(client, *given, **more)

    monkeypatch.setattr(WorkerClient, "begin", noted)
    async with limited(time_limit=60.0) as service:
        for _ in range(2):
            assert await best(service, colour_model, green_picture) == "green"
        assert asked == ["load", "predict", "predict"]
    del asked[:]
    async with limited() as service:
        assert await best(service, colour_model, green_picture) == "green"
        assert asked == ["predict"]


SPOILT = """
import ctypes, os, sys
from ailab.services.inference import model_runner, worker
def spoil(self, together):
    name = together[0].request.picture
    if 'abort' in name:
        ctypes.CDLL(None).abort()
    if 'segfault' in name:
        ctypes.string_at(8)
    if 'greedy' in name:
        sys.stderr.write('terminate called: std::bad_alloc\\n')
        os._exit(134)
    return run(self, together)
run = model_runner.ModelRunner.run
model_runner.ModelRunner.run = spoil
worker.main()
"""


def copied(picture: str, name: str) -> str:
    place = Path(picture).with_name(f"{name}.png")
    place.write_bytes(Path(picture).read_bytes())
    return str(place)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("abort", "crashed"),
        ("segfault", "crashed"),
        ("greedy", "ran out of memory"),
    ],
)
async def test_that_the_queue_goes_on_after_a_picture_on_which_the_worker_ends(
    colour_model: Path, green_picture: str, how: str, words: str
) -> None:
    bad = copied(green_picture, how)
    async with limited(command=[sys.executable, "-c", SPOILT]) as service:
        model = await service.open(str(colour_model))
        pictures = [green_picture, bad, green_picture]
        found = [
            result
            async for result in service.predict_all(model, pictures, threshold=0.1, save_to=None)
        ]
    assert [result.problem is None for result in found] == [True, False, True]
    problem = found[1].problem
    assert problem is not None
    assert f"While colour ran on {how}.png, the inference process {words}" in problem.message
    assert problem.advice


@pytest.mark.slow
async def test_that_a_worker_that_ends_on_every_picture_fails_each_and_can_be_stopped(
    colour_model: Path, green_picture: str
) -> None:
    bad = copied(green_picture, "abort")
    async with limited(command=[sys.executable, "-c", SPOILT]) as service:
        model = await service.open(str(colour_model))
        found = service.predict_all(model, [bad] * 100, threshold=0.1, save_to=None)
        for _ in range(2):
            problem = (await anext(found)).problem
            assert problem is not None
            assert "While colour ran on abort.png" in problem.message
        await found.aclose()
        assert await best(service, colour_model, green_picture) == "green"


async def test_that_a_worker_that_ends_while_it_loads_the_model_ends_the_run(
    colour_model: Path, green_picture: str
) -> None:
    code = (
        "from ailab.services.inference import model_runner, worker\n"
        "import os\n"
        "model_runner.ModelRunner.load = lambda self, model: os._exit(9)\n"
        "worker.main()\n"
    )
    async with limited(command=[sys.executable, "-c", code]) as service:
        model = await service.open(str(colour_model))
        found = service.predict_all(model, [green_picture] * 9, threshold=0.1, save_to=None)
        with pytest.raises(WorkerError, match=r"While colour was loaded, .* exit code 9"):
            await anext(found)


async def test_that_a_worker_that_watches_itself_ends_with_words(
    colour_model: Path, green_picture: str
) -> None:
    # As on macOS, which holds a process to nothing.
    code = (
        "from ailab.services.inference.sandbox import enter_sandbox as entering, memory_bound\n"
        "from ailab.services.inference import worker\n"
        "entering.bound_memory = lambda most: memory_bound.watch_memory(most) or 'watching'\n"
        "worker.main()\n"
    )
    async with limited(command=[sys.executable, "-c", code], memory_limit=2**20) as service:
        with pytest.raises(WorkerError, match=r"While colour .* ran out of memory") as caught:
            await best(service, colour_model, green_picture)
    assert "smaller" in caught.value.advice


def test_that_the_words_for_an_end_follow_its_cause() -> None:
    for ending in (
        WorkerEndedError("ended by itself with exit code 78", "", OUT_OF_MEMORY),
        WorkerEndedError("crashed", "DefaultCPUAllocator: Cannot allocate memory", -6),
    ):
        assert "ran out of memory" in worker_failures.ended("x ran on y", ending).message
    ending = WorkerEndedError("crashed (SIGSEGV)", "Fatal Python error", -11)
    assert "crashed (SIGSEGV)" in worker_failures.ended("x ran on y", ending).message
    assert "5 minutes" in worker_failures.picture_too_slow("x ran on y", 300.0).message
    loading = worker_failures.too_slow("x was loaded", 1800.0)
    assert "30 minutes" in loading.message
    assert "settings" not in loading.advice
