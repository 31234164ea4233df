"""A bare model of the Hub in the Inference tab: to be downloaded, described, run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ailab.services.compatibility.compatibility import Compatibility
from ailab.services.compatibility.machine import Machine
from ailab.services.downloads.download_error import DownloadError
from ailab.services.hub.hub_errors import HubOfflineError
from ailab.services.inference.inference_errors import NotDescribedError, SheetError
from ailab.services.inference.sheet_draft import SheetDraft
from ailab.services.kept_sheets.kept_sheets import KeptSheets
from ailab.viewmodels.inference_state import Fitness, ModelStatus
from ailab.viewmodels.run_progress import RunStage
from ailab.viewmodels.sheet_step import SheetStep
from fakes import a_model, details_of, until
from inference_lab import Lab
from kept_model import keep_bare

NAME = "acme/colours"
WEIGHTS = str(Path("snapshot") / NAME / "colours.onnx")
UNDESCRIBED = NotDescribedError(
    "Nothing says how.", "Describe it.", by_button="Press it.", weights=WEIGHTS
)


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    lab = Lab()
    row = a_model(NAME, task="image-classification")
    lab.hub.models = (row,)
    lab.hub.details[NAME] = details_of(row, "colours.onnx", "names.txt")
    lab.view_model._judge = Compatibility(
        lambda: False, sheets=KeptSheets(tmp_path / "sheets"), look=Machine
    )
    lab.inference.open_failure = UNDESCRIBED
    return lab


def describe(tmp_path: Path) -> None:
    """Give the file a sheet, as the editor does."""
    sheet = KeptSheets(tmp_path / "sheets").sheet(str(keep_bare(tmp_path / "cache")))
    assert sheet is not None
    draft = SheetDraft(task="image-classification", decoder="class-scores", width=8, height=8)
    sheet.save(draft, None)


async def status(lab: Lab) -> ModelStatus:
    await lab.choose("a.png", model=NAME)
    return lab.view_model.state.status


async def test_that_it_has_to_be_downloaded_before_it_is_described(lab: Lab) -> None:
    told = await status(lab)
    assert told.fitness is Fitness.REFUSED
    assert told.sheet is SheetStep.DOWNLOAD
    assert "once it is described" in told.text
    assert "Download" in told.by_button
    assert f"ailab describe {NAME}" in told.advice
    state = lab.view_model.state
    assert state.can_fetch
    assert not state.can_run
    assert state.why_not_run == "Download the model and describe it first."


async def test_that_what_a_run_of_another_model_came_to_is_told_no_more(lab: Lab) -> None:
    other = a_model("acme/nuclei")
    lab.hub.models = (*lab.hub.models, other)
    lab.hub.details["acme/nuclei"] = details_of(other)
    lab.inference.open_failure = None
    await lab.run("a.png")
    assert lab.view_model.state.notice.startswith("Ran 1 picture")
    lab.view_model.check_again()
    await lab.view_model.wait()
    assert lab.view_model.state.notice
    lab.inference.open_failure = UNDESCRIBED
    lab.view_model.set_model_text(NAME)
    await lab.view_model.wait()
    assert lab.view_model.state.why_not_run == "Download the model and describe it first."
    assert lab.view_model.state.notice == ""


async def test_that_its_download_tells_how_far_it_is_and_leads_to_describing(lab: Lab) -> None:
    await status(lab)
    lab.downloads.gate.shut()
    lab.view_model.fetch()
    assert lab.view_model.state.progress is not None
    await until(lambda: lab.downloads.gate.waiting == 1)
    progress = lab.view_model.state.progress
    assert progress is not None
    assert (progress.stage, progress.model) == (RunStage.DOWNLOADING, NAME)
    assert not lab.view_model.state.can_fetch
    lab.downloads.gate.open()
    await lab.view_model.wait()
    assert lab.downloads.asked == [(NAME, ("colours.onnx", "names.txt"))]
    state = lab.view_model.state
    assert state.progress is None
    assert state.status.sheet is SheetStep.DESCRIBE
    assert state.status.sheet_path == WEIGHTS
    assert state.status.by_button == "Press it."
    assert state.why_not_run == "Describe the model first."


async def test_that_a_download_that_fails_is_told_and_can_be_tried_again(lab: Lab) -> None:
    await status(lab)
    lab.downloads.failure = DownloadError("The disk is full.", "Make room.")
    lab.view_model.fetch()
    await lab.view_model.wait()
    state = lab.view_model.state
    assert state.problem is not None
    assert state.problem.message == "The disk is full."
    assert state.can_fetch


async def test_that_its_download_can_be_cancelled(lab: Lab) -> None:
    await status(lab)
    lab.downloads.gate.shut()
    lab.view_model.fetch()
    await until(lambda: lab.downloads.gate.waiting == 1)
    lab.view_model.cancel()
    await lab.view_model.wait()
    assert lab.downloads.gate.waiting == 0
    state = lab.view_model.state
    assert (state.progress, state.notice) == (None, "Cancelled.")
    assert state.can_fetch


async def test_that_once_described_it_runs_and_its_sheet_can_be_edited(
    lab: Lab, tmp_path: Path
) -> None:
    lab.downloads.held.add(NAME)
    assert (await status(lab)).sheet is SheetStep.DESCRIBE
    describe(tmp_path)
    lab.inference.open_failure = None
    lab.view_model.check_again()
    await lab.view_model.wait()
    told = lab.view_model.state.status
    assert told.fitness is Fitness.RUNS
    assert "as you described it" in told.text
    assert (told.sheet, told.sheet_path) == (SheetStep.EDIT, WEIGHTS)
    assert lab.view_model.state.can_run


async def test_that_what_was_described_runs_from_where_nothing_is_on_the_disk(
    lab: Lab, tmp_path: Path
) -> None:
    describe(tmp_path)
    told = await status(lab)
    assert told.fitness is Fitness.RUNS
    assert told.sheet is SheetStep.NONE  # there is no file to look at yet
    assert "to download" in told.text


async def test_that_a_wrong_sheet_can_be_corrected(lab: Lab, tmp_path: Path) -> None:
    describe(tmp_path)
    lab.downloads.held.add(NAME)
    lab.inference.open_failure = SheetError("The sheet is wrong.", "Correct it.", weights=WEIGHTS)
    told = await status(lab)
    assert (told.fitness, told.text) == (Fitness.REFUSED, "The sheet is wrong.")
    assert (told.sheet, told.sheet_path) == (SheetStep.EDIT, WEIGHTS)


async def test_that_it_can_be_described_offline(lab: Lab) -> None:
    lab.downloads.held.add(NAME)
    lab.hub.failure = HubOfflineError("No network.", "Connect.")
    told = await status(lab)
    assert told.fitness is Fitness.REFUSED
    assert (told.sheet, told.sheet_path) == (SheetStep.DESCRIBE, WEIGHTS)
    lab.inference.open_failure = SheetError("The sheet is wrong.", "Correct it.", weights=WEIGHTS)
    lab.view_model.check_again()
    await lab.view_model.wait()
    assert lab.view_model.state.status.sheet is SheetStep.EDIT


async def test_that_one_of_several_files_is_to_be_chosen_first(lab: Lab) -> None:
    row = lab.hub.models[0]
    lab.hub.details[NAME] = details_of(row, "a.onnx", "b.onnx")
    told = await status(lab)
    assert told.sheet is SheetStep.NONE
    assert f"{NAME}:a" in told.advice
    lab.view_model.set_model_text(f"{NAME}:b")
    await lab.view_model.wait()
    assert lab.view_model.state.status.sheet is SheetStep.DOWNLOAD
    lab.view_model.fetch()
    await lab.view_model.wait()
    assert lab.downloads.asked == [(NAME, ("b.onnx",))]


async def test_that_what_runs_is_not_fetched_by_itself(lab: Lab) -> None:
    lab.hub.details[NAME] = replace(details_of(lab.hub.models[0]))
    assert (await status(lab)).fitness is Fitness.RUNS
    lab.view_model.fetch()
    await lab.view_model.wait()
    assert lab.downloads.asked == []
