"""The whole workflow on the real window without a display: each step a line, each state a picture.

It does what a person does, by the same widgets: it presses Browse, types, selects, chooses
pictures, runs, moves the threshold, steps, and opens the saved results again.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from PyQt6.QtWidgets import QApplication, QWidget

from ailab.lab import Lab
from ailab.lab_opener import LabOpener
from ailab.services.images.picture_reference import parse_picture
from ailab.services.problem import Problem
from ailab.viewmodels.inference_state import Fitness
from ailab.viewmodels.prediction_text import summary
from ailab.viewmodels.results_state import ResultsState
from ailab.views.main_window import MainWindow
from ailab.views.model_browser_dialog import ModelBrowserDialog
from ailab.views.model_browser_picker import ModelBrowserPicker
from ailab.views.theme import Theme, apply_theme

_PATIENCE = 120.0  # seconds for one step
_SOON = 0.05  # seconds
_REFUSED = "ailab-demo/pickled-cell-detector"


class TourError(Exception):
    """A step did not come to what it should."""


async def take_tour(app: QApplication, folder: Path) -> int:
    """Go through the workflow on the demo Hub; returns the exit status.

    Args:
        app: the application, on a platform that needs no display.
        folder: takes the screenshots and, in `results`, what the runs save.
    """
    folder = await asyncio.to_thread(_made, folder)
    opener = LabOpener(is_demo=True)
    async with opener as lab:
        if opener.pictures is None:
            raise TourError("the demo has no pictures")
        apply_theme(app, Theme.LIGHT)
        window = MainWindow(theme=Theme.LIGHT)
        window.show_lab(lab)
        window.resize(1280, 800)
        picker = ModelBrowserPicker(lab.browser, window, window.dialogs)
        lab.inference.set_picker(picker)
        window.show()
        tour = _Tour(app, lab, window, picker, folder)
        try:
            await tour.walk(opener.pictures)
        except TourError as error:
            sys.stderr.write(f"ailab: the tour broke off: {error}\n")
            return 1
        finally:
            window.close()
    print(f"Screenshots in {folder}, results in {folder / 'results'}.")
    return 0


class _Tour:
    def __init__(
        self,
        app: QApplication,
        lab: Lab,
        window: MainWindow,
        picker: ModelBrowserPicker,
        folder: Path,
    ) -> None:
        self._app = app
        self._lab = lab
        self._inference = lab.inference
        self._results = lab.inference.results
        self._window = window
        self._view = window.inference_view
        self._picker = picker
        self._folder = folder
        self._shots = 0
        self._moved = asyncio.Event()
        for view_model in (lab.inference, lab.inference.results, lab.browser, lab.library):
            view_model.changed.connect(self._moved.set)

    async def walk(self, pictures: Path) -> None:
        """Everything that the lab is for, on each of the three tasks."""
        self._say("The lab is open on its Inference tab.")
        await self._shoot(self._window, "inference tab")
        await self._choose("nuclei", "image-segmentation", reads_all=True)
        await self._put_in(pictures / "nuclei")
        await self._run("segmentation")
        await self._move_threshold()
        await self._step()
        saved = self._results.state
        await self._choose("nuclei", "object-detection")
        await self._run("detection")
        await self._choose("cell", "image-classification")
        await self._put_in(pictures / "cells")
        await self._run("classification")
        await self._refuse()
        await self._look_at_the_disk()
        await self._load(saved)
        apply_theme(self._app, Theme.DARK)
        await self._shoot(self._window, "saved results, dark")

    async def _choose(self, text: str, task: str, *, reads_all: bool = False) -> None:
        """Browse, search, look at the details, on all their tabs where wished, and select."""
        self._view.model_panel.browse.click()
        await self._until(lambda: self._picker.dialog is not None and self._dialog.isVisible())
        browser = self._lab.browser
        browser.set_task(task)
        self._dialog.search.setText(text)
        await self._until(lambda: not browser.state.is_searching and browser.state.has_searched)
        found = len(browser.state.results)
        if not found:
            raise TourError(f"no model for “{text}”")
        self._dialog.models.list_view.selectRow(0)
        await self._until(lambda: browser.state.details is not None)
        await self._shoot(self._dialog, f"browser, {task}")
        if reads_all:
            await self._read_the_details()
        chosen = browser.state.selected_id
        self._dialog.select_button.click()
        await self._until(lambda: self._stands(chosen, Fitness.RUNS))
        self._say(f"Browsed for “{text}” ({found} found) and selected {chosen}.")
        self._say(f"  {self._inference.state.status.text}")

    async def _read_the_details(self) -> None:
        tabs, pages = self._dialog.details.tabs, self._lab.browser.pages
        for index in range(1, tabs.count()):
            tabs.setCurrentIndex(index)
            await pages.wait()
            await self._shoot(self._dialog, f"details, {tabs.tabText(index).lower()}")
        tabs.setCurrentIndex(0)
        self._say("Read the card, the files and the layers, without downloading the weights.")

    async def _look_at_the_disk(self) -> None:
        """What the runs have brought, in the other tabs."""
        tabs = self._window.tabs
        tabs.setCurrentWidget(tabs.library)
        await self._until(lambda: bool(self._lab.library.state.models))
        await self._lab.library.wait()
        self._say(f"Found {len(self._lab.library.state.models)} models on this disk.")
        await self._shoot(self._window, "library")
        tabs.show_downloads()
        await self._shoot(self._window, "downloads")
        tabs.setCurrentIndex(0)

    async def _put_in(self, folder: Path) -> None:
        self._view.take([str(folder)])
        self._inference.set_save_to(str(self._folder / "results"))
        await self._until(lambda: not self._inference.state.is_reading)
        self._forbid(self._inference.state.input_problem)
        chosen = tuple(map(Path, self._inference.state.pictures))
        # All that lies in a folder of the demo is a picture.
        wanted = await asyncio.to_thread(lambda: set(folder.iterdir()))
        if set(chosen) != wanted or len(chosen) != len(wanted):
            raise TourError(f"the pictures chosen are not the {len(wanted)} of {folder.name}")
        self._say(f"Chose {len(chosen)} pictures in {folder.name}.")

    async def _run(self, name: str) -> None:
        await self._until(self._view.run_panel.run.isEnabled)
        model, pictures = self._inference.state.source_text, self._inference.state.pictures
        self._view.run_panel.run.click()
        await self._until(lambda: not self._inference.state.can_cancel)
        await self._inference.wait()
        self._forbid(self._inference.state.problem)
        self._require_results(model, pictures)
        self._say(
            f"{self._inference.state.notice} Saved in {Path(self._results.state.folder).name}."
        )
        for result in self._results.state.results:
            if result.prediction is None:
                raise TourError(f"no result for {result.picture}")
            shown = result.prediction.above(self._results.state.threshold)
            self._say(f"  {parse_picture(result.picture).name}: {summary(shown)}")
        await self._shoot(self._window, name)

    async def _move_threshold(self) -> None:
        before = self._results.state.threshold
        self._results.set_threshold(0.9)
        self._say("Moved the threshold to 90%: filtered at once, nothing run again.")
        await self._shoot(self._window, "threshold")
        self._results.set_threshold(before)

    async def _step(self) -> None:
        self._results.go_to(0)
        await self._until(lambda: self._results.state.picture is not None)
        if self._results.state.current != 0:
            raise TourError("the first picture is not shown")
        self._say(f"Stepped to {Path(self._results.state.current_path or '').name}.")
        await self._shoot(self._window, "stepped")

    async def _refuse(self) -> None:
        """A model that must not run says why, before anything is downloaded."""
        self._inference.set_model_text(_REFUSED)
        await self._until(lambda: self._stands(_REFUSED, Fitness.REFUSED))
        self._say(f"Tried a model that cannot run: {self._inference.state.status.text}")
        await self._shoot(self._window, "refused")

    async def _load(self, saved: ResultsState) -> None:
        self._inference.load_results(saved.folder)
        await self._inference.wait()
        self._forbid(self._inference.state.problem)
        self._require_results(saved.title, saved.pictures)
        self._say(f"Loaded the saved results of {self._results.state.title} again.")

    def _forbid(self, problem: Problem | None) -> None:
        if problem is not None:
            raise TourError(f"{problem.message} {problem.advice}".rstrip())

    def _require_results(self, model: str, pictures: tuple[str, ...]) -> None:
        """See that what is shown was asked for: these pictures, all of them, by this model."""
        shown = self._results.state
        if shown.title != model:
            raise TourError(f"the results are of {shown.title or 'no model'}, not of {model}")
        if not pictures or tuple(result.picture for result in shown.results) != pictures:
            raise TourError(f"the results of {model} are not of the pictures chosen")

    def _stands(self, model: str | None, fitness: Fitness) -> bool:
        state = self._inference.state
        return state.model_text == model and state.status.fitness is fitness

    @property
    def _dialog(self) -> ModelBrowserDialog:
        if self._picker.dialog is None:
            raise TourError("Browse opened no dialog")
        return self._picker.dialog

    def _say(self, text: str) -> None:
        print(text, flush=True)

    async def _shoot(self, widget: QWidget, name: str) -> None:
        """Let the widget settle and keep a picture of it."""
        await self._results.wait()
        await asyncio.sleep(0.2)
        self._shots += 1
        image = widget.grab().toImage()
        path = self._folder / f"{self._shots:02} {name}.png"
        if not await asyncio.to_thread(image.save, str(path)):
            raise TourError(f"{path} cannot be written")

    async def _until(self, condition: Callable[[], bool]) -> None:
        try:
            async with asyncio.timeout(_PATIENCE):
                while not condition():
                    self._moved.clear()
                    # Not everything that a widget does moves a view model, so look again soon.
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._moved.wait(), _SOON)
        except TimeoutError:
            state = self._inference.state
            told = state.problem.message if state.problem else state.status.text
            raise TourError(f"nothing more happens. {told}") from None


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder.resolve()
