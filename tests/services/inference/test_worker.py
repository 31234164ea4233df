"""A real worker process, real ONNX files, and what goes wrong with both."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import onnx
import pytest
from onnx import TensorProto, helper
from PIL import Image

from ailab.services.images.picture_error import PictureError
from ailab.services.inference.inference_errors import ModelFileError, WorkerError
from ailab.services.inference.inference_service import InferenceService
from ailab.services.inference.predictions import Classification, Segmentation
from ailab.services.inference.worker_command import worker_command, worker_environment
from ailab.services.results.result_reader import read_result

SHEET = {
    "format": 1,
    "task": "image-classification",
    "input": {"width": 8, "height": 8},
    "decoder": {"name": "class-scores", "activation": "softmax"},
    "labels": ["red", "green", "blue"],
}
FLOAT = TensorProto.FLOAT


def save_model(
    path: Path, nodes: list[onnx.NodeProto], outputs: list[int], **sheet: object
) -> Path:
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("pixels", FLOAT, [1, 3, 8, 8])],
        [helper.make_tensor_value_info("scores", FLOAT, outputs)],
    )
    opset = helper.make_opsetid("", 17)
    onnx.save(helper.make_model(graph, opset_imports=[opset], ir_version=8), path)
    path.with_suffix(".ailab.json").write_text(json.dumps(SHEET | sheet))
    return path


@pytest.fixture
def colour_model(tmp_path: Path) -> Path:
    """Says which colour a picture is, by its mean per channel."""
    nodes = [helper.make_node("ReduceMean", ["pixels"], ["scores"], axes=[2, 3], keepdims=0)]
    return save_model(tmp_path / "colour.onnx", nodes, [1, 3])


@pytest.fixture
def endless_model(tmp_path: Path) -> Path:
    """The same in a loop of 2^60 turns."""
    value = helper.make_tensor_value_info
    body = helper.make_graph(
        [
            helper.make_node("Identity", ["go_on"], ["go_on_out"]),
            helper.make_node("Sin", ["x"], ["x_out"]),
        ],
        "turn",
        [
            value("turn", TensorProto.INT64, []),
            value("go_on", TensorProto.BOOL, []),
            value("x", FLOAT, None),
        ],
        [value("go_on_out", TensorProto.BOOL, []), value("x_out", FLOAT, None)],
    )
    turns = helper.make_tensor("turns", TensorProto.INT64, [], [2**60])
    nodes = [
        helper.make_node("Constant", [], ["turns"], value=turns),
        helper.make_node("Loop", ["turns", "", "pixels"], ["sines"], body=body),
        helper.make_node("ReduceMean", ["sines"], ["scores"], axes=[2, 3], keepdims=0),
    ]
    return save_model(tmp_path / "endless.onnx", nodes, [1, 3])


@pytest.fixture
def green_picture(tmp_path: Path) -> str:
    path = tmp_path / "green.png"
    Image.new("RGB", (40, 30), (10, 250, 20)).save(path)
    return str(path)


@pytest.fixture
def is_running(monkeypatch: pytest.MonkeyPatch) -> Callable[[], asyncio.Event]:
    """An event for the worker's word that it runs the network."""
    log = logging.getLogger("ailab.services.inference.worker_process")

    def watch() -> asyncio.Event:
        loop, event = asyncio.get_running_loop(), asyncio.Event()

        def debug(message: str, *arguments: object) -> None:
            if "running" in message % arguments:
                loop.call_soon_threadsafe(event.set)

        monkeypatch.setattr(log, "debug", debug)
        return event

    return watch


@asynccontextmanager
async def serving() -> AsyncIterator[InferenceService]:
    service = InferenceService()
    try:
        yield service
    finally:
        await service.close()


async def best(service: InferenceService, model: Path, picture: str) -> str:
    opened = await service.open(str(model))
    result = await service.predict(opened, picture, threshold=0.1, save_to=None)
    assert isinstance(result.prediction, Classification)
    return result.prediction.scores[0].label


async def test_that_a_prediction_comes_back_and_its_files_hold_the_same(
    colour_model: Path, green_picture: str, tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    async with serving() as service:
        model = await service.open(str(colour_model))
        result = await service.predict(model, green_picture, threshold=0.5, save_to=folder)
        assert (result.picture, result.width, result.height) == (green_picture, 40, 30)
        assert isinstance(result.prediction, Classification)
        assert result.prediction.scores[0].label == "green"
        assert result.problem is None
        assert result.timings.total > 0
        saved = read_result(Path(result.files[0]))
        assert (saved.prediction, saved.files) == (result.prediction, result.files)


async def test_that_a_result_that_cannot_be_saved_is_not_lost(
    colour_model: Path, green_picture: str, tmp_path: Path
) -> None:
    async with serving() as service:
        model = await service.open(str(colour_model))
        gone = tmp_path / "gone"
        result = await service.predict(model, green_picture, threshold=0.5, save_to=gone)
        assert result.prediction is not None
        assert result.problem is not None
        assert "not there any more" in result.problem.message
        assert not result.files


async def test_that_label_maps_come_through_the_pipe(tmp_path: Path, green_picture: str) -> None:
    nodes = [helper.make_node("Identity", ["pixels"], ["scores"])]
    path = save_model(
        tmp_path / "map.onnx",
        nodes,
        [1, 3, 8, 8],
        task="image-segmentation",
        decoder={"name": "label-map"},
    )
    async with serving() as service:
        model = await service.open(str(path))
        result = await service.predict(model, green_picture, threshold=0.5, save_to=None)
        prediction = result.prediction
        assert isinstance(prediction, Segmentation)
        (region,) = prediction.segments
        assert region.label == "green"
        assert set(prediction.label_map) == {region.index}


async def test_that_a_model_written_anew_is_loaded_anew(
    colour_model: Path, green_picture: str
) -> None:
    async with serving() as service:
        assert await best(service, colour_model, green_picture) == "green"
        pid = service.worker_pid
        nodes = [
            helper.make_node("ReduceMean", ["pixels"], ["means"], axes=[2, 3], keepdims=0),
            helper.make_node("Neg", ["means"], ["scores"]),
        ]
        save_model(colour_model, nodes, [1, 3])
        assert await best(service, colour_model, green_picture) == "red"
        assert service.worker_pid == pid


async def test_that_killing_the_worker_mid_run_is_told_and_the_next_run_works(
    colour_model: Path,
    endless_model: Path,
    green_picture: str,
    is_running: Callable[[], asyncio.Event],
) -> None:
    async with serving() as service:
        running = is_running()
        run = asyncio.create_task(best(service, endless_model, green_picture))
        await running.wait()
        worker = service._worker
        assert worker is not None
        assert worker._process is not None
        worker._process.kill()
        with pytest.raises(WorkerError, match=r"^While endless ran on green\.png, "):
            await run
        assert await best(service, colour_model, green_picture) == "green"


async def test_that_cancelling_stops_the_forward_pass_and_keeps_the_worker(
    colour_model: Path,
    endless_model: Path,
    green_picture: str,
    is_running: Callable[[], asyncio.Event],
) -> None:
    async with serving() as service:
        service._cancel_grace = 30.0  # a soft cancel that works needs far less
        running = is_running()
        run = asyncio.create_task(best(service, endless_model, green_picture))
        await running.wait()
        pid = service.worker_pid
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run
        assert await best(service, colour_model, green_picture) == "green"
        assert service.worker_pid == pid


@pytest.fixture
def bad_files(colour_model: Path, green_picture: str, tmp_path: Path) -> tuple[Path, Path]:
    """A model and a picture, both cut short."""
    corrupt = tmp_path / "corrupt.onnx"
    corrupt.write_bytes(colour_model.read_bytes()[:40])
    corrupt.with_suffix(".ailab.json").write_text(json.dumps(SHEET))
    truncated = tmp_path / "truncated.png"
    truncated.write_bytes(Path(green_picture).read_bytes()[:-40])
    return corrupt, truncated


async def test_that_bad_files_are_told_and_the_worker_lives_on(
    colour_model: Path, green_picture: str, bad_files: tuple[Path, Path]
) -> None:
    corrupt, truncated = bad_files
    async with serving() as service:
        model = await service.open(str(colour_model))
        await service.load(model)
        pid = service.worker_pid
        with pytest.raises(PictureError, match=r"truncated\.png"):
            await best(service, colour_model, str(truncated))
        with pytest.raises(ModelFileError, match=r"corrupt\.onnx"):
            await best(service, corrupt, green_picture)
        assert await best(service, colour_model, green_picture) == "green"
        assert service.worker_pid == pid


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone shows a process's environment")
async def test_that_no_token_reaches_the_worker(
    monkeypatch: pytest.MonkeyPatch, colour_model: Path
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret_of_a_person")
    monkeypatch.setenv("MY_API_KEY", "another_secret")
    async with serving() as service:
        await service.load(await service.open(str(colour_model)))
        data = await asyncio.to_thread(Path(f"/proc/{service.worker_pid}/environ").read_bytes)
        assert b"HF_HUB_OFFLINE=1" in data
        assert b"secret" not in data


async def test_that_a_print_in_the_worker_breaks_no_message(
    colour_model: Path, green_picture: str
) -> None:
    code = (
        "import os\nfrom ailab.services.inference import model_runner, worker\n"
        "files = model_runner._files_state\n"
        "def noisy(path):\n"
        "    print('a script prints')\n    os.write(1, b'a library prints\\n')\n"
        "    assert os.read(0, 10) == b''\n    return files(path)\n"
        "model_runner._files_state = noisy\nworker.main()\n"
    )
    service = InferenceService(command=[sys.executable, "-c", code])
    assert await best(service, colour_model, green_picture) == "green"
    worker = service._worker
    await service.close()
    assert worker is not None
    assert {"a script prints", "a library prints"} <= set(worker._last_lines)


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C reaches no windowless worker there")
async def test_that_an_interrupt_from_the_terminal_is_the_windows_business(
    colour_model: Path, green_picture: str
) -> None:
    async with serving() as service:
        await service.load(await service.open(str(colour_model)))
        pid = service.worker_pid
        assert pid is not None
        os.kill(pid, signal.SIGINT)
        assert await best(service, colour_model, green_picture) == "green"
        assert service.worker_pid == pid


def start_worker() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        worker_command(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=worker_environment(),
    )


@pytest.mark.parametrize(
    "data", [b"", b"garbage that is no message", b"AIL1\xff\xff\xff\xff", b"AI"]
)
def test_that_a_worker_ends_when_its_input_ends_or_makes_no_sense(data: bytes) -> None:
    with start_worker() as worker:
        out, _ = worker.communicate(data, timeout=20)
        assert out == b""
        assert worker.returncode == 0


async def test_that_a_worker_in_a_forward_pass_ends_with_its_window(
    endless_model: Path, green_picture: str, is_running: Callable[[], asyncio.Event]
) -> None:
    service = InferenceService(close_grace=30.0)
    running = is_running()
    run = asyncio.create_task(best(service, endless_model, green_picture))
    await running.wait()
    worker = service._worker
    assert worker is not None
    process = worker._process
    assert process is not None
    await service.close()  # closes the pipe alone: the grace is longer than the test may take
    assert process.returncode in {0, 1}
    with pytest.raises(WorkerError, match="was closed"):
        await run
    assert not [t for t in threading.enumerate() if t.name == "inference worker"]


def test_that_the_service_imports_nothing_heavy() -> None:
    code = (
        "import sys\nimport ailab.services.inference.inference_service\n"
        "import ailab.services.results.run_service\nimport ailab.services.results.label_colors\n"
        "heavy = {'numpy', 'PIL', 'onnxruntime', 'aiohttp', 'onnx'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
