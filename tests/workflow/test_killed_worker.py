"""The window when the process that runs its models is killed."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from PyQt6.QtWidgets import QLabel

import ailab
from ailab.lab import Lab
from ailab.viewmodels.inference_state import ModelSource
from ailab.views.main_window import MainWindow
from endless_model import write_endless_model

Work = Callable[[], Awaitable[None]]
DEMO = Path(ailab.__file__).parent / "demo"
PICTURE = DEMO / "pictures" / "nuclei" / "nuclei-1.jpg"


class Listener(logging.Handler):
    """Notes the worker's word that it runs the network."""

    def __init__(self) -> None:
        super().__init__()
        self.running = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def emit(self, record: logging.LogRecord) -> None:
        if "running" in record.getMessage():
            self._loop.call_soon_threadsafe(self.running.set)


async def start_run(lab: Lab, model: Path) -> None:
    lab.inference.set_model_source(ModelSource.LOCAL)
    lab.inference.set_local_path(str(model))
    lab.inference.set_inputs([str(PICTURE)])
    await lab.inference.wait()
    lab.inference.run()


def words_of(window: MainWindow) -> str:
    """All that the window says."""
    return "\n".join(label.text() for label in window.findChildren(QLabel) if label.isVisible())


def test_that_the_window_lives_on_says_what_happened_and_runs_the_next_model(
    on_window_loop: Callable[[Work], None], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    log = logging.getLogger("ailab.services.inference.worker_process")
    caplog.set_level(logging.DEBUG, log.name)

    async def work() -> None:
        listener = Listener()
        log.addHandler(listener)
        async with Lab("http://127.0.0.1:9", tmp_path / "cache", token="") as lab:
            window = MainWindow()
            window.show_lab(lab)
            window.show()
            await start_run(lab, write_endless_model(tmp_path / "endless.onnx"))
            await listener.running.wait()
            pid = lab.worker.worker_pid
            assert pid is not None
            os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))
            await lab.inference.wait()
            assert window.isVisible()
            assert "While endless ran on nuclei-1.jpg, the inference process" in words_of(window)
            assert "Run it again" in words_of(window)
            await start_run(lab, DEMO / "models" / "centre-point-nuclei")
            await lab.inference.wait()
            assert lab.worker.worker_pid not in {None, pid}
            assert lab.inference.state.problem is None
            assert lab.inference.results.state.results[0].prediction is not None
            assert "the inference process" not in words_of(window)
            window.close()
            window.deleteLater()
        log.removeHandler(listener)

    on_window_loop(work)
