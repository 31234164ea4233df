"""How the window shows a model that runs once it is described."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fake_queue import FakeQueue
from pytestqt.qtbot import QtBot

from ailab.services.compatibility.compatibility import Compatibility
from ailab.services.compatibility.machine import Machine
from ailab.services.compatibility.verdict import Fit, Verdict
from ailab.services.hub.model_info import ModelDetails
from ailab.viewmodels.inference_state import Fitness, ModelSource, ModelStatus
from ailab.viewmodels.model_browser_state import ModelBrowserState
from ailab.viewmodels.model_pages import ModelPagesViewModel
from ailab.viewmodels.model_pages_state import ModelPagesState
from ailab.viewmodels.sheet_step import SheetStep
from ailab.views.lab_dialogs import LabDialogs
from ailab.views.model_details_verdict import ModelDetailsVerdict
from ailab.views.model_files_page import ModelFilesPage
from ailab.views.model_list_marks import verdict_mark
from ailab.views.model_panel import ModelPanel
from ailab.views.theme_colors import DARK, LIGHT
from browser_lab import BrowserLab
from fakes import FakeDownloads, FakeHub, a_model, details_of
from inference_lab import Lab
from window_lab import WindowLab

ROW = a_model("acme/colours", task="image-classification")


def judged(details: ModelDetails, variant: str | None = None) -> Verdict:
    return Compatibility(lambda: False, look=Machine).judge(details, variant=variant)


@pytest.fixture
def page(qtbot: QtBot) -> ModelFilesPage:
    lab = BrowserLab(FakeHub(ROW))
    page = ModelFilesPage(lab.browser, ModelPagesViewModel(lab.hub, FakeDownloads(), FakeQueue()))
    qtbot.addWidget(page)
    page.show()
    return page


def test_that_every_verdict_has_a_mark_of_its_own_in_both_themes() -> None:
    for colors in (LIGHT, DARK):
        assert len({verdict_mark(fit, colors)[0] for fit in Fit}) == len(Fit)


def test_that_the_verdict_says_what_leads_to_a_run(qtbot: QtBot) -> None:
    banner = ModelDetailsVerdict()
    qtbot.addWidget(banner)
    details = details_of(ROW, "colours.onnx")
    banner.show_state(ModelBrowserState(details=details, verdict=judged(details)))
    assert "✎  Runs once it is described" in banner.words
    assert "“Describe…” in the Inference tab" in banner.words


def test_that_what_is_to_be_described_can_be_downloaded(page: ModelFilesPage) -> None:
    details = details_of(ROW, "colours.onnx", "names.txt")
    state = ModelPagesState(details=details, verdict=judged(details), is_here=False)
    page.show_pages(state)
    assert page.download.isVisible()
    assert page.download.isEnabled()
    assert page.totals.text().splitlines()[1:] == ["To download: 2 files, 2.0 MB"]
    page.show_pages(replace(state, is_here=True))
    assert not page.download.isEnabled()
    assert page.totals.text().splitlines()[-1] == (
        "It runs once it is described, in the Inference tab."
    )


def test_that_none_of_several_files_is_chosen_before_the_person_does(
    page: ModelFilesPage,
) -> None:
    details = details_of(ROW, "a.onnx", "b.onnx")
    open_choice = ModelBrowserState(details=details, verdict=judged(details), variants=("a", "b"))
    page.show_browser(open_choice)
    assert page.variant.currentIndex() == -1
    assert page.variant.placeholderText() == "Choose one"
    assert "recommended" not in page.variant.itemText(0)
    page.show_pages(ModelPagesState(details=details, verdict=judged(details)))
    assert page.totals.text().endswith("Choose the weights to download.")
    assert not page.download.isVisible()
    chosen = replace(open_choice, variant="b", verdict=judged(details, "b"))
    page.show_browser(chosen)
    assert page.variant.currentData() == "b"
    assert "recommended" not in page.variant.itemText(0)


async def test_that_the_first_of_several_files_can_be_chosen() -> None:
    lab = BrowserLab(FakeHub(ROW))
    lab.hub.details[ROW.id] = details_of(ROW, "a.onnx", "b.onnx")
    lab.judge.names[ROW.id] = ("a", "b")
    lab.judge.fits[ROW.id] = Fit.NEEDS_SHEET
    lab.browser.select(ROW)
    await lab.browser.wait()
    lab.browser.set_variant("a")
    await lab.browser.wait()
    assert lab.browser.state.variant == "a"
    assert lab.browser.state.selected_id == "acme/colours:a"
    await lab.browser.close()


async def test_that_only_what_runs_as_it_is_passes_the_filter() -> None:
    lab = BrowserLab(FakeHub(ROW, a_model("acme/runs")))
    lab.judge.fits |= {ROW.id: Fit.NEEDS_SHEET, "acme/runs": Fit.RUNS}
    lab.browser.set_filter(replace(lab.browser.state.filter, runs_here=True))
    await lab.browser.wait()
    assert lab.ids == ["acme/runs"]
    await lab.browser.close()


async def test_that_the_panel_has_it_downloaded_and_then_described(qtbot: QtBot) -> None:
    lab = Lab()
    lab.hub.models = (ROW,)
    lab.hub.details[ROW.id] = details_of(ROW, "colours.onnx")
    panel = ModelPanel(lab.view_model)
    qtbot.addWidget(panel)
    panel.show()
    wanted: list[bool] = []
    panel.sheet_wanted.connect(lambda: wanted.append(True))
    await lab.choose("a.png", model=ROW.id)
    assert (panel.sheet.text(), panel.mark.text()) == ("Download", "✎")
    assert panel.sheet.accessibleName() == "Download the model, to describe it"
    panel.sheet.click()
    await lab.view_model.wait()
    assert lab.downloads.asked == [(ROW.id, ("colours.onnx",))]
    assert wanted == []
    await lab.close()


async def test_that_the_editor_is_opened_on_the_file_and_not_on_the_id(
    qtbot: QtBot, tmp_path_factory: pytest.TempPathFactory
) -> None:
    lab = Lab()
    window = WindowLab(lab, tmp_path_factory.mktemp("lab"))
    panel = ModelPanel(lab.view_model)
    qtbot.addWidget(panel)
    dialogs = LabDialogs(window, panel)
    status = ModelStatus(
        Fitness.REFUSED, "Nothing says.", sheet=SheetStep.DESCRIBE, sheet_path="/cache/net.onnx"
    )
    lab.view_model._become(replace(lab.view_model.state, model_text="acme/colours", status=status))
    assert lab.view_model.state.model_source is ModelSource.HUGGING_FACE
    dialog = dialogs.show_sheet()
    assert window.sheet_editor.state.path == "/cache/net.onnx"
    dialog.close()
    await window.sheet_editor.close()
    await lab.close()
