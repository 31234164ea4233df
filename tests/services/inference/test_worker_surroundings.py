"""What surrounds the worker: the environment, the terminal, its pipes, the window's end."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from worker_lab import best, serving

from ailab.services.inference.inference_errors import WorkerError
from ailab.services.inference.inference_service import InferenceService
from ailab.services.inference.worker_command import worker_command, worker_environment


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
        "import os\nfrom ailab.services.inference import model_cache, worker\n"
        "files = model_cache._files_state\n"
        "def noisy(path):\n"
        "    print('a script prints')\n    os.write(1, b'a library prints\\n')\n"
        "    assert os.read(0, 10) == b''\n    return files(path)\n"
        "model_cache._files_state = noisy\nworker.main()\n"
    )
    service = InferenceService(command=[sys.executable, "-c", code])
    assert await best(service, colour_model, green_picture) == "green"
    worker = service._client._worker
    await service.close()
    assert worker is not None
    assert {"a script prints", "a library prints"} <= set(worker.log.lines)


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


def test_that_a_worker_whose_input_ends_is_not_taken_down_piece_by_piece() -> None:
    code = (
        "import atexit, sys\nfrom ailab.services.inference import worker\n"
        "atexit.register(lambda: print('taken down', file=sys.stderr))\nworker.main()\n"
    )
    command, environment = [sys.executable, "-c", code], worker_environment()
    ended = subprocess.run(command, input=b"", capture_output=True, env=environment, check=True)
    assert b"taken down" not in ended.stderr


async def test_that_a_worker_in_a_forward_pass_ends_with_its_window(
    endless_model: Path, green_picture: str, is_running: Callable[[], asyncio.Event]
) -> None:
    service = InferenceService(close_grace=30.0)
    running = is_running()
    run = asyncio.create_task(best(service, endless_model, green_picture))
    await running.wait()
    worker = service._client._worker
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


def test_that_the_worker_imports_nothing_that_starts_threads_before_its_walls() -> None:
    code = (
        "import sys\nimport ailab.services.inference.worker\n"
        "heavy = {'numpy', 'PIL', 'onnxruntime', 'torch', 'psutil'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
