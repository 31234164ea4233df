"""What the overview of a model says that it tells apart."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ailab.services.hub.model_info import RepoFile
from ailab.viewmodels.model_pages_state import DetailsPage
from ailab.views.model_details_pane import ModelDetailsPane
from browser_lab import BrowserLab
from fakes import FakeHub, a_model, details_of

NAMED = {"id2label": {str(n): f"kind {n}" for n in range(30)}}


@pytest.fixture
def lab() -> BrowserLab:
    hub = FakeHub()
    model = a_model("acme/nuclei")
    files = (RepoFile("config.json", 100), RepoFile("onnx/model.onnx", 100))
    hub.details["acme/nuclei"] = replace(details_of(model), files=files)
    hub.files["acme/nuclei", "config.json"] = json.dumps(NAMED).encode()
    return BrowserLab(hub)


@pytest.fixture
def pane(dressed: QApplication, qtbot: QtBot, lab: BrowserLab) -> ModelDetailsPane:
    pane = ModelDetailsPane(lab.browser)
    lab.browser.changed.connect(pane.show_state)
    qtbot.addWidget(pane)
    pane.resize(400, 600)
    pane.show()
    return pane


async def select(lab: BrowserLab) -> None:
    lab.browser.open()
    await lab.browser.wait()
    lab.browser.select(lab.browser.state.results[0])
    await lab.browser.wait()


async def test_that_classes_are_named_with_a_search(
    pane: ModelDetailsPane, lab: BrowserLab
) -> None:
    classes = pane.overview.classes
    assert not classes.isVisible()
    await select(lab)
    assert classes.isVisible()
    assert classes.words == "30 classes"
    classes.search.setText("kind 7")
    assert classes.words == "1 of 30 classes"


async def test_that_the_configuration_is_read_once_for_all_tabs(
    pane: ModelDetailsPane, lab: BrowserLab
) -> None:
    await select(lab)
    pane.tabs.setCurrentIndex(list(DetailsPage).index(DetailsPage.ARCHITECTURE))
    await lab.browser.wait()
    assert [path for _, _, path, *_ in lab.hub.read].count("config.json") == 1


@pytest.mark.parametrize("config", [b"{}", b"[", b'{"id2label": {"0": "LABEL_0", "1": "LABEL_1"}}'])
async def test_that_nothing_is_said_where_no_classes_are_named(
    pane: ModelDetailsPane, lab: BrowserLab, config: bytes
) -> None:
    lab.hub.files["acme/nuclei", "config.json"] = config
    await select(lab)
    assert not pane.overview.classes.isVisible()


async def test_that_nothing_is_read_while_nobody_looks(
    pane: ModelDetailsPane, lab: BrowserLab
) -> None:
    pane.hide()
    await select(lab)
    assert not lab.hub.read
