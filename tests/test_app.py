"""The desktop lab as the process that a person starts."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image

from endless_model import write_endless_model

# Runs `python -m ailab` with a word to the test once the lab stands in its window.
LAB = """
import asyncio, logging, runpy, sys
from PyQt6.QtWidgets import QApplication
from ailab.views.main_window import MainWindow

arguments = sys.argv[1:]
show_lab = MainWindow.show_lab

def show_and_tell(window, lab):
    show_lab(window, lab)
    window.then = asyncio.create_task(then(window, lab.inference))

async def then(window, inference):
    print("the lab is shown", flush=True)

MainWindow.show_lab = show_and_tell
"""
AS_A_PROGRAM = """
sys.argv = ["ailab"]
runpy.run_module("ailab", run_name="__main__", alter_sys=True)
"""
# What the tour puts in never arrives.
TOUR_WITHOUT_PICTURES = """
import runpy, sys
from ailab.viewmodels.inference import InferenceViewModel

InferenceViewModel.take = lambda *_: None
sys.argv = ["ailab", "--demo", "--tour", sys.argv[1]]
runpy.run_module("ailab", run_name="__main__", alter_sys=True)
"""
CLOSES_DURING_A_RUN = """
async def then(window, inference):
    from ailab.viewmodels.inference_state import ModelSource
    picture, model = arguments
    running = asyncio.Event()
    loop = asyncio.get_running_loop()

    class Listener(logging.Handler):
        def emit(self, record):
            if "running" in record.getMessage():
                loop.call_soon_threadsafe(running.set)

    log = logging.getLogger("ailab.services.inference.worker_process")
    log.setLevel(logging.DEBUG)
    log.addHandler(Listener())
    inference.set_model_source(ModelSource.LOCAL)
    inference.set_local_path(model)
    inference.set_inputs([picture])
    await inference.wait()
    inference.run()
    await running.wait()
    print("closing during the run", flush=True)
    window.close()
"""
LOOKS_AT_THE_SCREEN = """
async def then(window, inference):
    while not window.windowHandle().isExposed():
        await asyncio.sleep(0.02)
    screen = window.screen().grabWindow(0).toImage()
    colours = {screen.pixel(x, y) for x in range(0, screen.width(), 7)
               for y in range(0, screen.height(), 7)}
    print(QApplication.platformName(), len(colours), flush=True)
    window.close()
"""
NAMES_A_LOCAL_MODEL = """
async def then(window, inference):
    from ailab.viewmodels.inference_state import ModelSource
    print(inference.state.model_source.name, inference.state.local_path, flush=True)
    inference.set_model_source(ModelSource.LOCAL)
    inference.set_local_path(arguments[0])
    window.close()
"""
PLUGIN_WORDS = "This plugin does not support propagateSizeHints()\n"  # of Qt's offscreen platform
ENDS = 30  # seconds, on a machine that is busy with other things

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def surroundings(tmp_path: Path) -> dict[str, str]:
    """An environment without a display, in which the lab finds nothing of a person's own."""
    home = tmp_path / "home"
    home.mkdir()
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    kept = {k: v for k, v in os.environ.items() if k not in hidden and not k.startswith("XDG_")}
    return kept | {"HOME": str(home), "HF_ENDPOINT": "http://127.0.0.1:9"}


@pytest.fixture
def start(surroundings: dict[str, str]) -> Iterator[Start]:
    """Starts a program in a session of its own, offscreen, and ends what is left of it."""
    started: list[tuple[subprocess.Popen[str], threading.Timer]] = []

    def start_program(
        program: str, *arguments: str, before: tuple[str, ...] = (), platform: str = "offscreen"
    ) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [*before, sys.executable, "-c", program + AS_A_PROGRAM, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=surroundings | {"QT_QPA_PLATFORM": platform},
            start_new_session=True,
        )
        watchdog = threading.Timer(2 * ENDS, _kill_all, [process])
        watchdog.start()
        started.append((process, watchdog))
        return process

    yield start_program
    for process, watchdog in started:
        watchdog.cancel()
        _kill_all(process)
        process.communicate()


def _kill_all(process: subprocess.Popen[str]) -> None:
    """End a process, and what it started."""
    if sys.platform == "win32":
        process.kill()
        return
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def assert_ended_well(process: subprocess.Popen[str]) -> str:
    """It ended with status 0, said nothing on standard error, and left no process behind."""
    output, errors = process.communicate(timeout=ENDS)
    assert (process.returncode, errors.replace(PLUGIN_WORDS, "")) == (0, "")
    if sys.platform != "win32":
        with pytest.raises(ProcessLookupError):
            os.killpg(process.pid, 0)
    return output


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no such signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_that_the_lab_opens_stays_open_and_ends_well_on_a_signal(start: Start, number: int) -> None:
    process = start(LAB)
    assert process.stdout is not None
    assert process.stdout.readline() == "the lab is shown\n"
    assert process.poll() is None
    process.send_signal(number)
    assert_ended_well(process)


def test_that_closing_the_window_during_a_run_ends_the_worker_too(
    start: Start, tmp_path: Path
) -> None:
    picture = tmp_path / "p.png"
    Image.new("RGB", (20, 20), "green").save(picture)
    model = write_endless_model(tmp_path / "endless.onnx")
    process = start(LAB + CLOSES_DURING_A_RUN, str(picture), str(model))
    assert "closing during the run" in assert_ended_well(process)


def test_that_a_local_model_stands_in_its_field_again_at_the_next_start(
    start: Start, surroundings: dict[str, str], tmp_path: Path
) -> None:
    surroundings["AILAB_HOME"] = str(tmp_path / "stick")
    ends = [assert_ended_well(start(LAB + NAMES_A_LOCAL_MODEL, "net.onnx")) for _ in range(2)]
    assert ends == ["HUGGING_FACE \n", "LOCAL net.onnx\n"]
    assert (tmp_path / "stick" / "config" / "window.ini").is_file()
    assert (tmp_path / "stick" / "data" / "ailab.log").is_file()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems have a display")
def test_that_without_a_display_it_says_so_instead_of_breaking_off(
    surroundings: dict[str, str],
) -> None:
    outcome = subprocess.run(
        [sys.executable, "-m", "ailab"],
        env=surroundings,
        capture_output=True,
        text=True,
        timeout=ENDS,
        check=False,
    )
    assert outcome.returncode == 1
    assert "there is no display" in outcome.stderr
    assert "search, info and run" in outcome.stderr
    assert "Traceback" not in outcome.stderr


@pytest.mark.slow
def test_that_the_tour_leaves_screenshots_and_results(
    surroundings: dict[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "tour"
    outcome = subprocess.run(
        [sys.executable, "-m", "ailab", "--demo", "--tour", str(folder)],
        env=surroundings,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stderr
    assert str(folder) in outcome.stdout.splitlines()[-1]
    shots = sorted(folder.glob("*.png"))
    assert len(shots) >= 8
    for shot in shots:
        with Image.open(shot) as image:
            assert image.width >= 800
            colours = image.convert("RGB").getcolors(image.width * image.height)
        assert colours is not None
        assert len(colours) > 50, f"{shot.name} is empty"
    runs = list((folder / "results").glob("*/run.json"))
    assert len(runs) == 3
    for run in runs:
        record = json.loads(run.read_text("utf-8"))
        assert record["revision"]
        kind = "cells" if "cell" in record["model"] else "nuclei"
        assert {Path(picture).parent.name for picture in record["pictures"]} == {kind}
        assert list(run.parent.glob("*.annotated.*"))


@pytest.mark.slow
def test_that_a_tour_of_other_pictures_than_it_asked_for_fails(
    surroundings: dict[str, str], tmp_path: Path
) -> None:
    outcome = subprocess.run(
        [sys.executable, "-c", TOUR_WITHOUT_PICTURES, str(tmp_path / "tour")],
        env=surroundings,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert outcome.returncode == 1
    told = "the tour broke off: the pictures chosen are not the 4 of nuclei"
    assert told in outcome.stderr
    assert "Ran" not in outcome.stdout


@pytest.mark.skipif(
    not (shutil.which("xvfb-run") and shutil.which("xauth")),
    reason="there is no virtual screen here (xvfb-run and xauth)",
)
def test_that_a_real_window_appears_on_a_real_screen(start: Start) -> None:
    screen = ("xvfb-run", "-a", "-s", "-screen 0 1280x800x24")
    process = start(LAB + LOOKS_AT_THE_SCREEN, before=screen, platform="xcb")
    output, errors = process.communicate(timeout=ENDS)
    if "Could not load the Qt platform plugin" in errors:
        pytest.skip("Qt's libraries for X11 are not here")
    assert process.returncode == 0, errors
    platform, colours = output.split()
    assert platform == "xcb"
    assert int(colours) > 10


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems have a display")
def test_that_a_display_that_does_not_answer_is_told_in_words(
    surroundings: dict[str, str],
) -> None:
    outcome = subprocess.run(
        [sys.executable, "-m", "ailab", "--demo"],
        env=surroundings | {"DISPLAY": ":4711", "QT_QPA_PLATFORM": "xcb"},
        capture_output=True,
        text=True,
        timeout=ENDS,
        check=False,
    )
    assert outcome.returncode == 1
    assert "ailab: no window can be opened: the display :4711 does not answer." in outcome.stderr
