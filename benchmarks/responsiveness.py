"""How late a 10 ms timer on the window's loop is while the lab works.

    python benchmarks/responsiveness.py

The real window on Qt's offscreen platform, the real services, a Hub in another process: first
idle, as the floor that this machine sets; then while a 1 MB page of models arrives and is shown;
while a 12-megapixel JPEG is opened, decoded and shown; while a network runs on it and the result
is shown; and while the threshold moves. The aim: never later than 100 ms.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from importlib import import_module
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PyQt6.QtCore import QObject, Qt, QTimer
from PyQt6.QtWidgets import QApplication
from qasync import QEventLoop

from ailab.lab import Lab
from ailab.services.lab_folders import LabFolders
from ailab.viewmodels.inference_state import ModelSource
from ailab.views.main_window import MainWindow
from ailab.views.model_browser_picker import ModelBrowserPicker
from ailab.views.theme import Theme, apply_theme

HERE = Path(__file__).resolve().parent
MODEL = HERE.parent / "ailab" / "demo" / "models" / "segformer-nuclei"
PERIOD = 0.01
ROUNDS = 3


class LatenessMeter(QObject):
    """A precise timer that notes how much too late it fires."""

    def __init__(self) -> None:
        super().__init__()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._last = 0.0
        self._worst = 0.0

    def start(self) -> None:
        """Measure from now on."""
        self._worst, self._last = 0.0, time.perf_counter()
        self._timer.start(int(PERIOD * 1000))

    def stop(self) -> float:
        """The worst lateness since the start, in seconds."""
        self._tick()
        self._timer.stop()
        return self._worst

    def _tick(self) -> None:
        now = time.perf_counter()
        self._worst = max(self._worst, now - self._last - PERIOD)
        self._last = now


def make_picture(path: Path) -> None:
    """A 12-megapixel JPEG with detail all over; made in a process of its own."""
    program = (
        "import sys, numpy as np; from PIL import Image\n"
        "noise = np.random.default_rng(1).integers(0, 256, (300, 400, 3), np.uint8)\n"
        "Image.fromarray(noise).resize((4000, 3000)).save(sys.argv[1], quality=92)\n"
    )
    subprocess.run([sys.executable, "-c", program, str(path)], check=True)


async def measure(endpoint: str, folder: Path) -> None:
    """Go through the phases and print the worst lateness of each."""
    picture = folder / "twelve megapixels.jpg"
    await asyncio.to_thread(make_picture, picture)
    meter = LatenessMeter()
    worst: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        async with Lab(endpoint, folders=LabFolders.below(folder / "lab")) as lab:
            window = MainWindow(theme=Theme.LIGHT)
            window.show_lab(lab)
            window.resize(1280, 800)
            picker = ModelBrowserPicker(lab.browser, window, window.dialogs)
            lab.inference.set_picker(picker)
            window.show()
            for name, phase in phases(lab, picture):
                meter.start()
                await phase()
                worst.setdefault(name, []).append(meter.stop())
            window.close()
    print(f"worst lateness of a 10 ms timer, {ROUNDS} rounds, {os.cpu_count()} cores")
    idle = max(worst["idle"])
    for name, values in worst.items():
        print(
            f"{name:<34}{1000 * max(values):7.1f} ms"
            f"   (each round: {', '.join(f'{1000 * value:.1f}' for value in values)};"
            f" {max(values) / idle:.1f} × idle)"
        )


def phases(lab: Lab, picture: Path) -> list[tuple[str, Callable[[], Awaitable[None]]]]:
    """The lab's work, each as a name and something to be awaited."""
    inference = lab.inference

    async def idle() -> None:
        await asyncio.sleep(1)

    async def open_browser() -> None:
        # Its modules are there, as the app imports them in a thread once its window stands.
        await asyncio.to_thread(import_module, "ailab.views.model_browser_dialog")
        inference.browse()
        await asyncio.sleep(0.05)
        await lab.browser.wait()
        await asyncio.sleep(0.3)

    async def search() -> None:
        lab.browser.refresh()
        await lab.browser.wait()
        await asyncio.sleep(0.3)  # the rows are painted

    async def open_picture() -> None:
        lab.browser.rest()
        inference.set_inputs([str(picture)])
        await inference.wait()
        await asyncio.sleep(0.3)

    async def run() -> None:
        inference.set_model_source(ModelSource.LOCAL)
        inference.set_local_path(str(MODEL))
        await inference.wait()
        inference.run()
        await inference.wait()
        if inference.state.problem is not None:
            raise RuntimeError(inference.state.problem.message)
        await asyncio.sleep(0.3)

    async def move_threshold() -> None:
        for step in range(20):
            inference.results.set_threshold(step / 20)
            await asyncio.sleep(0.02)

    return [
        ("idle", idle),
        ("the browser opens", open_browser),
        ("a 1 MB page arrives", search),
        ("12 megapixels opened and shown", open_picture),
        ("12 megapixels run and shown", run),
        ("the threshold moves", move_threshold),
    ]


def main() -> None:
    """Start the Hub and the window, and measure."""
    server = subprocess.Popen(
        [sys.executable, str(HERE / "big_page_server.py")], stdout=subprocess.PIPE, text=True
    )
    assert server.stdout is not None
    endpoint, size = server.stdout.readline().split()
    print(f"page of {int(size) / 1e6:.2f} MB")
    app = QApplication(sys.argv[:1])
    app.setQuitOnLastWindowClosed(False)
    apply_theme(app, Theme.LIGHT)
    try:
        with (
            tempfile.TemporaryDirectory() as folder,
            asyncio.Runner(loop_factory=lambda: QEventLoop(app)) as runner,
        ):
            runner.run(measure(endpoint, Path(folder)))
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
