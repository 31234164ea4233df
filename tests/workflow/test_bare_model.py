"""A bare model of the Hub is downloaded, described in the window, and runs; offline too."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from ailab.demo.demo_file import DemoFile
from ailab.demo.demo_repo import DemoRepo
from ailab.demo.hub_server import HubServer
from ailab.lab import Lab
from ailab.services.compatibility.verdict import Fit
from ailab.services.inference.predictions import Detections
from ailab.viewmodels.inference_state import Fitness, InferenceState
from ailab.viewmodels.model_pages_state import DetailsPage
from ailab.viewmodels.sheet_step import SheetStep
from ailab.views.main_window import MainWindow
from ailab.views.model_browser_picker import ModelBrowserPicker
from ailab.views.sheet_dialog import SheetDialog
from bare_model import COLOURS, NAMES, check_colours, colours, red_picture

Work = Callable[[], Awaitable[None]]
NOWHERE = "http://127.0.0.1:9"


def files_in(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if not path.is_dir()}


@dataclass
class Person:
    """Somebody at an open window."""

    lab: Lab
    window: MainWindow = field(default_factory=MainWindow)
    moved: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.window.show_lab(self.lab)
        self.window.show()
        self.picker = ModelBrowserPicker(self.lab.browser, self.window)
        self.lab.inference.set_picker(self.picker)
        pages = self.lab.browser.pages
        assert pages is not None
        self.pages = pages
        for view_model in (self.lab.inference, self.lab.browser, pages, self.lab.downloads):
            view_model.changed.connect(lambda *_: self.moved.set())

    async def until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            self.moved.clear()
            await self.moved.wait()

    async def browse_for(self, name: str) -> None:
        """Find a model, have it downloaded under Files, and take it."""
        panel, browser = self.window.inference_view.model_panel, self.lab.browser
        panel.browse.click()
        await self.until(lambda: self.picker.dialog is not None and self.picker.dialog.isVisible())
        dialog = self.picker.dialog
        assert dialog is not None
        dialog.search.setText(name)
        await self.until(lambda: browser.state.query == name and not browser.state.is_searching)
        dialog.models.list_view.selectRow(0)
        await self.until(lambda: browser.state.details is not None)
        assert browser.state.verdict is not None
        assert browser.state.verdict.fit is Fit.NEEDS_SHEET
        self.pages.look_at(DetailsPage.FILES)
        await self.until(lambda: self.pages.state.is_here is False)
        assert self.pages.state.can_download
        self.pages.download()
        await self.until(lambda: self.pages.state.is_here is True)
        dialog.select_button.click()
        await self.until(lambda: self.lab.inference.state.status.sheet is SheetStep.DESCRIBE)

    async def describe(self) -> SheetDialog:
        """Open the dialog, and wait until its preview is there."""
        self.window.inference_view.model_panel.sheet.click()
        dialog = self.window.findChild(SheetDialog)
        assert dialog is not None
        await self.lab.sheet_editor.wait()
        return dialog

    async def run(self) -> Any:
        """Run the model on the picture chosen."""
        await self.until(lambda: self.lab.inference.state.can_run)
        self.lab.inference.run()
        await self.lab.inference.wait()
        assert self.lab.inference.state.problem is None
        return self.lab.inference.results.state.results[0].prediction


@asynccontextmanager
async def a_person(endpoint: str, cache: Path) -> Any:
    async with Lab(endpoint, cache, token="") as lab:
        person = Person(lab)
        yield person
        person.window.close()
    person.window.deleteLater()


def check_dog(prediction: Any) -> None:
    assert isinstance(prediction, Detections)
    dog = next(item for item in prediction.items if item.label == "dog")
    assert dog.score == pytest.approx(0.83, abs=0.02)


async def _whole_way(
    repo: DemoRepo,
    picture: Path,
    tmp_path: Path,
    labels: dict[str, Any],
    check: Callable[[Any], None],
) -> None:
    cache = tmp_path / "cache"
    async with HubServer([repo]) as hub, a_person(hub.url, cache) as person:
        inference, editor = person.lab.inference, person.lab.sheet_editor
        inference.set_inputs([str(picture)])
        await person.browse_for(repo.id)
        panel = person.window.inference_view.model_panel
        assert panel.model.text() == repo.id
        assert panel.sheet.text() == "Describe…"
        fetched = files_in(cache)
        dialog = await person.describe()
        assert editor.state.draft.task == repo.task or repo.task is None
        assert editor.state.picture == str(picture)
        assert editor.results.state.current_result is not None
        editor.edit(replace(editor.state.draft, **labels))
        await editor.wait()
        dialog.save.click()
        await person.until(lambda: inference.state.status.fitness is Fitness.RUNS)
        assert panel.sheet.text() == "Edit sheet…"
        assert "as you described it" in panel.status.text()
        inference.set_save_to(str(tmp_path / "results"))
        check(await person.run())
        assert files_in(cache) == fetched, "the cache is shared with other programs"
        (record,) = (tmp_path / "results").rglob("run.json")
        files = dict(json.loads(record.read_text("utf-8"))["model_files"])
        assert [name for name in files if name.endswith(".ailab.json")]
    # Another day, and the Hub is out of reach.
    async with a_person(NOWHERE, cache) as later:
        later.lab.inference.set_inputs([str(picture)])
        later.lab.inference.use_model(repo.id)
        await later.until(lambda: later.lab.inference.state.status.fitness is Fitness.RUNS)
        assert later.lab.inference.state.status.sheet is SheetStep.EDIT
        check(await later.run())
        await later.describe()
        assert later.lab.sheet_editor.state.sheet is not None
        assert later.lab.sheet_editor.state.sheet.is_there


def test_that_a_bare_hub_model_is_downloaded_described_and_run(
    on_window_loop: Callable[[Work], None], tmp_path: Path
) -> None:
    repo = DemoRepo(COLOURS, (colours(tmp_path),))  # its author named no task either
    picture = red_picture(tmp_path)
    on_window_loop(lambda: _whole_way(repo, picture, tmp_path, {"labels": NAMES}, check_colours))


@pytest.mark.slow
def test_that_a_real_bare_model_is_downloaded_described_and_run(
    on_window_loop: Callable[[Work], None], shared_dir: Path, tmp_path: Path
) -> None:
    data = shared_dir / "realdata"
    files = (
        DemoFile("yolox_nano.onnx", data / "models" / "yolox_nano.onnx"),
        DemoFile("coco_classes.txt", data / "labels" / "coco_classes.txt"),
        DemoFile("requirements.txt", b"numpy\n"),
    )
    repo = DemoRepo("real/yolox-nano", files, task="object-detection")
    picture = data / "photos" / "dog.jpg"
    names = {"label_file": "coco_classes.txt"}
    on_window_loop(lambda: _whole_way(repo, picture, tmp_path, names, check_dog))


async def test_that_what_the_list_of_downloads_brings_can_be_described_at_once(
    tmp_path: Path,
) -> None:
    repo = DemoRepo(COLOURS, (colours(tmp_path),))
    async with HubServer([repo]) as hub, Lab(hub.url, tmp_path / "cache", token="") as lab:
        lab.downloads.open()
        lab.inference.use_model(COLOURS)
        await lab.inference.wait()
        assert lab.inference.state.status.sheet is SheetStep.DOWNLOAD
        is_described = asyncio.Event()

        def follow(_: object, new: InferenceState) -> None:
            if new.status.sheet is SheetStep.DESCRIBE:
                is_described.set()

        lab.inference.changed.connect(follow)
        details = await lab.hub.get_model_info(COLOURS)
        await lab.queue.enqueue(details, ("colours.onnx",))
        await is_described.wait()
