"""Alt and a letter lead to one place alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from PyQt6.QtGui import QKeySequence
from PyQt6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from ailab.services.account.accounts import AccountFacts
from ailab.services.account.token_origin import TokenOrigin, TokenPlace
from ailab.services.hub.hub_errors import HubError
from ailab.services.hub.model_filter import ModelFilter
from ailab.services.hub.model_refs import ModelRefs
from ailab.services.next_step import NextStep
from ailab.viewmodels.inference_state import ModelSource
from ailab.viewmodels.model_pages_state import DetailsPage
from ailab.views.main_window import MainWindow
from ailab.views.model_browser_dialog import ModelBrowserDialog
from ailab.views.server_token_dialog import ServerTokenDialog
from browser_lab import BrowserLab
from fakes import FakeHub, a_model
from inference_lab import Lab
from window_lab import WindowLab


class SignInError(HubError):
    """A refusal that names signing in as the way on."""

    next_step = NextStep.SIGN_IN


class GatedError(HubError):
    """A refusal that names the model's page as the way on."""

    next_step = NextStep.OPEN_MODEL_PAGE


def doubled(window: QWidget, *more: str) -> list[str]:
    """The letters that several things in sight answer to."""
    texts = [*more]
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or widget.window() is not window:
            continue
        if isinstance(widget, QAbstractButton) or (
            isinstance(widget, QLabel) and widget.buddy() is not None
        ):
            texts.append(widget.text())
    keys = [QKeySequence.mnemonic(text).toString() for text in texts]
    assert sum(map(bool, keys)) > 3
    return [key for key, times in Counter(filter(None, keys)).items() if times > 1]


@pytest.fixture
def browser() -> BrowserLab:
    hub = FakeHub(*(a_model(f"acme/nuclei-{number}") for number in range(3)))
    hub.refs["acme/nuclei-0"] = ModelRefs(("main", "dev"), ())
    lab = BrowserLab(hub)
    lab.judge.names["acme/nuclei-0"] = ("fp32", "int8")
    return lab


@pytest.fixture
def dialog(dressed: QApplication, qtbot: QtBot, browser: BrowserLab) -> ModelBrowserDialog:
    dialog = ModelBrowserDialog(browser.browser)
    qtbot.addWidget(dialog)
    return dialog


@pytest.fixture
def window(lab: Lab, qtbot: QtBot, tmp_path: Path) -> MainWindow:
    window = MainWindow()
    window.show_lab(WindowLab(lab, tmp_path))
    qtbot.addWidget(window)
    window.show()
    return window


@pytest.mark.parametrize("error", [None, SignInError, GatedError])
@pytest.mark.parametrize("page", DetailsPage)
async def test_that_no_letter_is_doubled_in_the_browser(
    browser: BrowserLab,
    dialog: ModelBrowserDialog,
    page: DetailsPage,
    error: type[HubError] | None,
) -> None:
    dialog.open()
    await browser.browser.wait()
    browser.hub.failure = error("It is not for everybody.", "Ask.") if error else None
    browser.browser.select(browser.browser.state.results[0])
    dialog.details.tabs.setCurrentIndex(list(DetailsPage).index(page))
    for _ in range(3):
        await browser.browser.wait()
    assert doubled(dialog) == []


async def test_that_no_letter_is_doubled_where_nothing_is_found(
    browser: BrowserLab, dialog: ModelBrowserDialog
) -> None:
    dialog.open()
    browser.browser.set_offline(True)
    browser.browser.set_query("zebra")
    browser.browser.set_terms("image-segmentation", replace(ModelFilter(), author="nobody"))
    await browser.browser.wait()
    assert dialog.models.clear_filters.isVisible()
    assert doubled(dialog) == []
    browser.browser.set_terms("image-segmentation", ModelFilter())
    await browser.browser.wait()
    assert dialog.models.all_tasks.isVisible()
    assert doubled(dialog) == []


@pytest.mark.parametrize("source", ModelSource)
async def test_that_no_letter_is_doubled_in_the_window(
    lab: Lab, window: MainWindow, source: ModelSource
) -> None:
    await lab.run()
    lab.view_model.set_model_source(source)
    await lab.view_model.wait()
    bar = window.menuBar()
    assert bar is not None
    assert doubled(window, *(action.text() for action in bar.actions())) == []


async def test_that_no_letter_is_doubled_where_a_servers_token_is_given(
    lab: Lab, qtbot: QtBot
) -> None:
    lab.servers.facts = AccountFacts(TokenOrigin(TokenPlace.KEY_RING), (TokenPlace.KEY_RING,))
    servers = lab.view_model.servers
    servers.set_address("https://host")
    servers.open_token()
    await lab.view_model.wait()
    dialog = ServerTokenDialog(servers.token)
    qtbot.addWidget(dialog)
    dialog.show()
    assert doubled(dialog) == []


@pytest.mark.parametrize("task", ["zero-shot-object-detection", "mask-generation"])
async def test_that_no_letter_is_doubled_where_a_model_asks_for_something(
    lab: Lab, window: MainWindow, task: str
) -> None:
    lab.inference.task = task
    lab.view_model.set_model_source(ModelSource.LOCAL)
    lab.view_model.set_local_path("/models/model.onnx")
    lab.view_model.set_inputs(("a.png",))
    await lab.view_model.wait()
    lab.view_model.prompt.set_text("cat")
    lab.view_model.run()
    await lab.view_model.wait()
    assert window.inference_view is not None
    assert window.inference_view.prompt_panel.isVisible()
    bar = window.menuBar()
    assert bar is not None
    assert doubled(window, *(action.text() for action in bar.actions())) == []


async def test_that_no_letter_is_doubled_where_lines_are_found(
    lab: Lab, window: MainWindow
) -> None:
    lab.inference.decoder = "text-map"
    lab.view_model.set_model_source(ModelSource.LOCAL)
    lab.view_model.set_local_path("/models/text_det.onnx")
    await lab.run()
    assert window.inference_view is not None
    await choose_local(lab)
    assert window.inference_view.prompt_panel.reader.isVisible()
    bar = window.menuBar()
    assert bar is not None
    assert doubled(window, *(action.text() for action in bar.actions())) == []


async def choose_local(lab: Lab) -> None:
    """Go back to the model of this disk."""
    lab.view_model.set_model_source(ModelSource.LOCAL)
    await lab.view_model.wait()
