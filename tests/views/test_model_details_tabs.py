"""The details' tabs, from a model's conditions to its layers."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from PyQt6.QtCore import QEvent, QPoint, Qt, QUrl
from PyQt6.QtGui import QDesktopServices, QGuiApplication, QKeyEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QStyleOptionComboBox
from pytestqt.qtbot import QtBot

from ailab.services.byte_size import format_bytes
from ailab.services.compatibility.verdict import Fit, Verdict
from ailab.services.hub.hub_errors import HubError, HubOfflineError
from ailab.services.hub.model_info import Evaluation, ModelDetails, RepoFile
from ailab.services.hub.model_refs import ModelRefs
from ailab.services.images.picture import Picture
from ailab.services.inference.companions import COMPANIONS
from ailab.services.next_step import NextStep
from ailab.viewmodels.model_pages_state import DetailsPage
from ailab.views.model_architecture_rows import summary_rows
from ailab.views.model_details_pane import ModelDetailsPane
from ailab.views.model_files_rows import file_rows, reason_of, total_of
from browser_lab import BrowserLab
from fakes import FakeHub, a_model, details_of

# PyQt6's stubs take its static methods for methods of an instance.
_TEST: Any = QTest

HEADER = json.dumps(
    {
        f"net.{part}.{n}.weight": {"dtype": "F32", "shape": [2], "data_offsets": [at, at + 8]}
        for at, part, n in ((0, "stem", 0), (8, "stem", 1), (16, "head", 0))
    }
).encode()
WEIGHTS = len(HEADER).to_bytes(8, "little") + HEADER + bytes(24)
FILES = ("README.md", "config.json", "model.safetensors", "onnx/model.onnx")


class GatedError(HubError):
    """A refusal that names the page as the way on."""

    next_step = NextStep.OPEN_MODEL_PAGE


class SignInError(HubError):
    """A refusal that names signing in as the way on."""

    next_step = NextStep.SIGN_IN


def details_with(**changes: object) -> ModelDetails:
    model = a_model("acme/nuclei")
    details = details_of(model, *FILES)
    sized = tuple(RepoFile(file.path, len(WEIGHTS)) for file in details.files)
    return replace(details, **{"files": sized, **changes})  # type: ignore[arg-type]  # real fields


@pytest.fixture
def hub() -> FakeHub:
    hub = FakeHub()
    labels = {str(n): f"kind {n}" for n in range(30)}
    config = {"model_type": "vit", "image_size": 32, "id2label": labels}
    hub.files["acme/nuclei", "config.json"] = json.dumps(config).encode()
    hub.files["acme/nuclei", "README.md"] = b"# A card"
    hub.files["acme/nuclei", "model.safetensors"] = WEIGHTS
    return hub


@pytest.fixture
def lab(hub: FakeHub) -> BrowserLab:
    return BrowserLab(hub)


@pytest.fixture
def pane(dressed: QApplication, qtbot: QtBot, lab: BrowserLab) -> ModelDetailsPane:
    pane = ModelDetailsPane(lab.browser)
    lab.browser.changed.connect(pane.show_state)
    qtbot.addWidget(pane)
    pane.resize(400, 600)
    pane.show()
    return pane


def watch_browser(monkeypatch: pytest.MonkeyPatch, visited: list[str]) -> None:
    """Note the pages that the web browser is asked for; none is opened."""

    def open_url(url: QUrl) -> bool:
        visited.append(url.toString())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)


async def select(lab: BrowserLab, details: ModelDetails) -> None:
    """Select the Hub's only model, with such details."""
    lab.hub.details["acme/nuclei"] = details
    lab.browser.open()
    await lab.browser.wait()
    lab.browser.select(lab.browser.state.results[0])
    await lab.browser.wait()


async def turn_to(pane: ModelDetailsPane, lab: BrowserLab, page: DetailsPage) -> None:
    pane.tabs.setCurrentIndex(list(DetailsPage).index(page))
    await lab.browser.wait()


def texts_in(pane: ModelDetailsPane) -> list[str]:
    """The files' names, as far as they are opened, from the top."""
    tree = pane.files.tree
    found, index = [], tree.rows.index(0, 0)
    while index.isValid():
        found.append(f"{index.data()} {index.siblingAtColumn(2).data()}".strip())
        index = tree.indexBelow(index)
    return found


async def test_that_each_tab_is_read_when_it_is_seen(
    pane: ModelDetailsPane, lab: BrowserLab
) -> None:
    await select(lab, details_with())
    assert [path for _, _, path, *_ in lab.hub.read] == ["config.json"], "for the overview"
    await turn_to(pane, lab, DetailsPage.CARD)
    assert pane.card.browser.toPlainText() == "A card"
    assert [path for _, _, path, *_ in lab.hub.read] == ["config.json", "README.md"]
    pane.hide()
    await turn_to(pane, lab, DetailsPage.ARCHITECTURE)
    assert len(lab.hub.read) == 2, "nobody looks"
    pane.show()
    await lab.browser.wait()
    assert len(lab.hub.read) > 2


async def test_that_a_gate_leads_to_signing_in_and_then_says_that_it_is_open(
    pane: ModelDetailsPane, lab: BrowserLab
) -> None:
    asked: list[str] = []
    pane.sign_in_requested.connect(lambda: asked.append("sign in"))
    lab.hub.refusals["acme/nuclei"] = SignInError("Nobody is signed in.", "Sign in.")
    gate = pane.overview.gate
    await select(lab, details_with(info=a_model("acme/nuclei", gated="auto")))
    gate.step.click()
    assert asked == ["sign in"]
    lab.hub.refusals.clear()
    lab.browser.refresh()
    await lab.browser.wait()
    assert gate.answer.text() == "You have been let in."
    assert gate.step.isHidden()


async def test_that_the_overview_tells_conditions_results_and_links(
    pane: ModelDetailsPane, lab: BrowserLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    visited: list[str] = []
    watch_browser(monkeypatch, visited)
    details = details_with(
        info=a_model("acme/nuclei", gated="manual"),
        gate_text="Say who you are.",
        evaluations=(Evaluation("detection", "cells", "mAP", "0.61"),),
        spaces=("acme/app",),
        languages=("en",),
    )
    refusal = GatedError("You have not accepted its conditions.", "Accept them.")
    lab.hub.refusals["acme/nuclei"] = refusal
    await select(lab, details)
    overview = pane.overview
    assert overview.gate.isVisible()
    assert overview.gate.text.text == "Say who you are."
    assert overview.gate.answer.text() == "You have not accepted its conditions. Accept them."
    overview.gate.step.click()
    assert visited == ["https://hub.test/acme/nuclei"]
    assert overview.evaluations.rows == (("mAP", "0.61", "cells · detection"),)
    assert "0.61" in overview.evaluations.text
    assert overview.values["Languages"].isVisible()
    assert not overview.values["Trained on"].isVisible()
    spaces = overview.values["Used by"]
    viewport = spaces.viewport()
    assert viewport is not None
    _TEST.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=QPoint(10, 6))
    assert overview.link_bar.isVisible()
    assert overview.link_bar.address.text == "https://hub.test/spaces/acme/app"
    assert len(visited) == 1


async def test_that_a_command_can_be_copied(pane: ModelDetailsPane, lab: BrowserLab) -> None:
    await select(lab, details_with())
    verdict = Verdict(Fit.NEEDS_EXTRA, "Runs with an extra.", "Install it.", command="pip it")
    pane.overview.show_state(replace(lab.browser.state, verdict=verdict))
    assert pane.verdict.words == "+  Runs with an extra.\nInstall it."
    assert pane.verdict.command.isVisible()
    pane.verdict.command.copy.click()
    clipboard = QGuiApplication.clipboard()
    assert clipboard is not None
    assert clipboard.text() == "pip it"


@pytest.mark.parametrize("error", [GatedError, SignInError])
async def test_that_a_refusal_offers_its_next_step(
    pane: ModelDetailsPane,
    lab: BrowserLab,
    monkeypatch: pytest.MonkeyPatch,
    error: type[HubError],
) -> None:
    visited: list[str] = []
    watch_browser(monkeypatch, visited)
    pane.sign_in_requested.connect(lambda: visited.append("sign in"))
    lab.hub.details["acme/nuclei"] = details_with()
    lab.browser.open()
    await lab.browser.wait()
    lab.hub.failure = error("It is not for everybody.", "Ask.")
    lab.browser.select(lab.browser.state.results[0])
    await lab.browser.wait()
    assert pane.verdict.step.isVisible()
    pane.verdict.step.click()
    is_gated = error is GatedError
    assert visited == ["https://hub.test/acme/nuclei" if is_gated else "sign in"]
    await turn_to(pane, lab, DetailsPage.ARCHITECTURE)
    assert "It is not for everybody." in pane.architecture.words
    await turn_to(pane, lab, DetailsPage.CARD)
    assert "It is not for everybody." in pane.card.message.words
    lab.hub.failure = None
    pane.card.retry.click()
    await lab.browser.wait()
    await lab.browser.wait()
    assert pane.card.is_showing_card


async def test_that_retry_reads_what_was_kept_of_an_outage_anew(
    pane: ModelDetailsPane, lab: BrowserLab
) -> None:
    lab.browser.open()
    await lab.browser.wait()
    row = lab.browser.state.results[0]
    # As the catalogue tells a model that was only seen in the list: no commit, no sizes.
    lab.catalog.details["acme/nuclei"] = ModelDetails(row, files=(RepoFile("onnx/model.onnx"),))
    lab.hub.details["acme/nuclei"] = details_with()
    lab.hub.failure = HubOfflineError("The Hub can't be reached.", "Check the network.")
    lab.browser.select(row)
    await turn_to(pane, lab, DetailsPage.ARCHITECTURE)
    problem = lab.browser.pages.state.layers.problem
    assert problem is not None
    assert "Retry once the Hub can be reached" in problem.advice
    lab.hub.failure = None
    pane.architecture.retry.click()
    await lab.browser.wait()
    await lab.browser.wait()
    assert lab.browser.state.details == details_with()
    assert lab.browser.pages.state.layers.problem is None
    await turn_to(pane, lab, DetailsPage.FILES)
    assert "?" not in pane.files.totals.text()


async def test_that_escape_leaves_the_revision_and_not_the_dialog(
    pane: ModelDetailsPane, lab: BrowserLab
) -> None:
    lab.hub.refs["acme/nuclei"] = ModelRefs(("main", "dev"))
    await select(lab, details_with())
    await turn_to(pane, lab, DetailsPage.FILES)
    edit = pane.files.revision.lineEdit()
    assert edit is not None
    edit.setText("de")
    escape = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(edit, escape)
    assert escape.isAccepted()  # no dialog around it sees it
    assert edit.text() == "main"
    assert pane.files.tree.hasFocus() or not pane.isActiveWindow()
    assert lab.browser.state.revision is None


async def test_that_files_say_what_is_downloaded_and_why(
    pane: ModelDetailsPane, lab: BrowserLab
) -> None:
    lab.hub.refs["acme/nuclei"] = ModelRefs(("main", "dev"), ("v1",))
    lab.judge.names["acme/nuclei"] = ("fp32", "int8")
    await select(lab, details_with())
    await turn_to(pane, lab, DetailsPage.FILES)
    assert texts_in(pane) == [
        "onnx/ ✓ 1",
        "model.onnx ✓ weights",
        "config.json ✓ configuration",
        "model.safetensors ✓ weights",
        "README.md ✓ the card",
    ]
    size = 4 * len(WEIGHTS)
    assert f"To download: 4 files, {size / 1000:.1f} kB" in pane.files.totals.text()
    files = pane.files
    assert [files.revision.itemText(at) for at in range(3)] == ["main", "dev", "v1"]
    assert [files.variant.itemText(at) for at in range(2)] == [
        f"fp32 · {format_bytes(len(WEIGHTS))} · recommended",
        "int8",
    ]
    assert files.explained.text().startswith("Full precision")
    files.revision.setCurrentText("dev")
    files.revision.activated.emit(1)
    await lab.browser.wait()
    assert lab.browser.state.revision == "dev"
    assert lab.hub.asked_revisions[-1] == "dev"
    files.variant.setCurrentIndex(1)
    files.variant.activated.emit(1)
    await lab.browser.wait()
    assert lab.browser.state.variant == "int8"
    assert not files.download.isVisible(), "nobody takes downloads here"


async def test_that_the_architecture_is_told_and_searched(
    pane: ModelDetailsPane, lab: BrowserLab
) -> None:
    await select(lab, details_with(files=details_with().files[:3]))
    await turn_to(pane, lab, DetailsPage.ARCHITECTURE)
    page = pane.architecture
    rows = {row[0]: row[1] for row in page.summary.rows}
    assert rows["Input size"] == "32 × 32"
    assert rows["Classes"] == "30"
    assert rows["Parameters"] == "6 (F32 6)"
    assert "3 tensors, 6 parameters" in page.words
    assert page.labels.words == "30 classes"
    page.labels.search.setText("kind 2")
    assert page.labels.words == "11 of 30 classes"
    page.search.setText("STEM")
    page._on_search_rests()
    await lab.browser.wait()
    assert "2 of 3 tensors, 4 parameters" in page.words
    net = page.layers.rows.rows[0]
    assert net.texts == ("net.stem", "2 tensors", "4")


async def test_that_damage_is_told_beside_what_is_sound(
    pane: ModelDetailsPane, lab: BrowserLab
) -> None:
    lab.hub.files["acme/nuclei", "model.safetensors"] = b"nonsense"
    await select(lab, details_with(files=details_with().files[:3]))
    await turn_to(pane, lab, DetailsPage.ARCHITECTURE)
    assert "model.safetensors is damaged" in pane.architecture.words
    assert pane.architecture.retry.isVisible()
    assert ("Model type", "vit") in pane.architecture.summary.rows


async def test_that_a_low_and_narrow_window_shows_files_by_name_and_nothing_over_another(
    pane: ModelDetailsPane, lab: BrowserLab, qtbot: QtBot
) -> None:
    lab.judge.names["acme/nuclei"] = ("fp32", "int8")
    pane.resize(280, 350)
    await select(lab, details_with())
    await turn_to(pane, lab, DetailsPage.FILES)
    files = pane.files
    qtbot.waitUntil(lambda: files.width() <= pane.width())  # it is laid out
    assert texts_in(pane)[:2] == ["onnx/", "✓ model.onnx"]
    assert files.tree.isColumnHidden(2)
    option = QStyleOptionComboBox()
    files.variant.initStyleOption(option)
    assert option.currentText is not None
    assert option.currentText.endswith("…")
    assert files.variant.toolTip() == files.variant.currentText()
    content = files.scroll_area.widget()
    assert content is not None
    parts = (files.revision, files.variant, files.explained, files.tree)
    bottoms = [part.geometry().bottom() for part in parts]
    tops = [part.geometry().top() for part in parts]
    assert all(top > bottom for top, bottom in zip(tops[1:], bottoms, strict=False))
    assert files.totals.geometry().top() > files.scroll_area.geometry().bottom()


async def test_that_large_letters_leave_the_files_names_their_room(
    pane: ModelDetailsPane, lab: BrowserLab, qtbot: QtBot
) -> None:
    pane.resize(420, 700)
    await select(lab, details_with())
    await turn_to(pane, lab, DetailsPage.FILES)
    files = pane.files
    qtbot.waitUntil(lambda: files.width() > 400)
    assert not files.tree.isColumnHidden(2)
    font = files.font()
    font.setPointSizeF(1.6 * font.pointSizeF())
    files.setFont(font)
    pane.resize(421, 700)
    qtbot.waitUntil(lambda: files.tree.isColumnHidden(2))


def test_that_files_are_sorted_into_folders() -> None:
    files = (RepoFile("b/x.bin", 5), RepoFile("a.txt"), RepoFile("b/c/y.json", 7))
    folder, file = file_rows(files, ("b/x.bin",))
    assert folder.texts == ("b/", "12 bytes", "✓ 1")
    assert [row.texts[0] for row in folder.rows] == ["c/", "x.bin"]
    assert file.texts == ("a.txt", "?", "")
    assert file.is_muted
    (narrow, _) = file_rows(files, ("b/x.bin",), is_narrow=True)
    assert [row.texts[0] for row in narrow.rows] == ["c/", "✓ x.bin"]
    assert total_of(files, ("b/x.bin",)) == "1 file, 5 bytes"
    assert "does not tell" in total_of(files, ("a.txt",))
    assert file_rows((RepoFile("a/" * 400 + "b", 1),), ())


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("onnx/model.onnx", "weights"),
        ("onnx/model.onnx_data", "external data"),
        ("onnx/model.onnx.data", "external data"),
        ("preprocessor_config.json", "preprocessing"),
        ("config.json", "configuration"),
        ("labels.txt", "labels"),
    ],
)
def test_that_each_file_has_its_reason(path: str, reason: str) -> None:
    assert reason_of(path) == reason


def test_that_a_network_of_which_little_is_known_is_told_by_its_details() -> None:
    details = replace(details_of(a_model()), parameters_by_dtype=(("F32", 1500), ("I64", 2)))
    assert summary_rows(details, None, None) == (
        ("Architecture", "DetrForObjectDetection"),
        ("Model type", "detr"),
        ("Parameters", "1,502 (F32 1.5k, I64 2)"),
    )


async def test_that_a_preview_is_as_large_as_there_is_room(
    pane: ModelDetailsPane, lab: BrowserLab, grey_picture: Picture
) -> None:
    await select(lab, details_with())
    assert not pane.overview.preview.isVisible()
    pane.set_preview(grey_picture)
    assert pane.overview.preview.isVisible()
    assert pane.overview.preview.heightForWidth(100) == 50
    assert pane.overview.preview.heightForWidth(1000) == 100, "never larger than itself"
    pane.show_state(None, replace(lab.browser.state, selection=a_model("acme/b")))
    assert not pane.overview.preview.isVisible()


def test_that_an_empty_pane_says_what_to_do(pane: ModelDetailsPane) -> None:
    assert not pane.is_showing_details
    assert "Select a model" in pane.nothing.words


async def test_that_what_is_downloaded_of_other_repositories_is_named(
    pane: ModelDetailsPane, lab: BrowserLab
) -> None:
    lab.judge.companions = COMPANIONS
    await select(lab, details_with())
    await turn_to(pane, lab, DetailsPage.FILES)
    assert "openai-community/gpt2 and google-bert/bert-base-uncased" in pane.files.totals.text()
