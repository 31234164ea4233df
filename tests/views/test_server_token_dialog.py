"""The dialog for a server's access token, over a fake server."""

from __future__ import annotations

from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from ailab.services.account.accounts import AccountFacts
from ailab.services.account.token_origin import TokenOrigin, TokenPlace
from ailab.viewmodels.inference_state import ModelSource
from ailab.viewmodels.server_token import ServerTokenViewModel
from ailab.views.main_window import MainWindow
from ailab.views.server_token_dialog import ServerTokenDialog
from fake_servers import FakeServers
from inference_lab import Lab
from model_browser_driver import press, type_text
from window_lab import WindowLab

SECRET = "never-shown-1"
SERVER = "https://host:8443"
BOTH = (TokenPlace.KEY_RING, TokenPlace.SESSION)


async def _dialog(
    qtbot: QtBot, servers: FakeServers, server: str = SERVER
) -> tuple[ServerTokenDialog, ServerTokenViewModel]:
    view_model = ServerTokenViewModel(servers)
    view_model.open(server)
    await view_model.wait()
    dialog = ServerTokenDialog(view_model)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog, view_model


async def test_that_a_pasted_token_is_kept_and_nowhere_to_be_read(
    dressed: QApplication, qtbot: QtBot
) -> None:
    servers = FakeServers()
    dialog, view_model = await _dialog(qtbot, servers)
    assert dialog.form.token.echoMode() is QLineEdit.EchoMode.Password
    assert not dialog.form.give.isEnabled()
    assert not dialog.remove.isVisible()
    type_text(dialog.form.token, SECRET)
    press(dialog.form.token, Qt.Key.Key_Return)
    await view_model.wait()
    assert servers.given == [(SERVER, SECRET, TokenPlace.KEY_RING)]
    assert dialog.headline.text() == "A token is kept"
    assert dialog.form.token.text() == ""
    assert dialog.form.give.text() == "&Use it instead"
    assert all(SECRET not in label.text() for label in dialog.findChildren(QLabel))
    dialog.remove.click()
    await view_model.wait()
    assert dialog.headline.text() == "No token is kept"
    assert "removed" in dialog.banner.message.text()
    assert not dialog.remove.isVisible()


async def test_that_the_place_is_chosen(dressed: QApplication, qtbot: QtBot) -> None:
    servers = FakeServers()
    dialog, view_model = await _dialog(qtbot, servers)
    dialog.form.place.setCurrentIndex(1)
    dialog.form.place.activated.emit(1)
    dialog.form.token.setText(SECRET)
    dialog.form.give.click()
    await view_model.wait()
    assert servers.given == [(SERVER, SECRET, TokenPlace.SESSION)]


async def test_that_a_refused_token_stays_to_be_mended_until_the_dialog_closes(
    dressed: QApplication, qtbot: QtBot
) -> None:
    servers = FakeServers()
    servers.wants = "the-right-one"
    dialog, view_model = await _dialog(qtbot, servers)
    dialog.form.token.setText(SECRET)
    dialog.form.give.click()
    await view_model.wait()
    assert "does not accept" in dialog.banner.message.text()
    assert dialog.form.token.text() == SECRET
    dialog.reject()
    assert dialog.form.token.text() == ""


async def test_that_there_is_no_field_for_a_server_of_plain_http(
    dressed: QApplication, qtbot: QtBot
) -> None:
    dialog, _ = await _dialog(qtbot, FakeServers(), "http://host:8000")
    assert not dialog.form.isVisible()
    assert "in clear" in dialog.explanation.text()


async def test_that_what_a_demonstration_cannot_keep_is_told(
    dressed: QApplication, qtbot: QtBot
) -> None:
    servers = FakeServers()
    servers.facts = AccountFacts(TokenOrigin(TokenPlace.SESSION), (TokenPlace.SESSION,))
    dialog, _ = await _dialog(qtbot, servers)
    assert dialog.headline.text() == "A token is used"
    assert not dialog.form.place.isVisible()
    assert "keeps no token" in dialog.form.only_place.text()


@pytest.mark.parametrize(("typed", "can_open"), [("", False), ("http://", False), (SERVER, True)])
async def test_that_the_button_opens_it_for_the_server_that_is_typed(
    lab: Lab, qtbot: QtBot, tmp_path: Path, typed: str, can_open: bool
) -> None:
    window = MainWindow()
    window.show_lab(WindowLab(lab, tmp_path))
    qtbot.addWidget(window)
    window.show()
    lab.view_model.set_model_source(ModelSource.SERVER)
    lab.view_model.servers.set_address(typed)
    box = window.findChild(type(window.tabs.inference_view.model_panel.server))
    assert box is not None
    assert box.token_button.isEnabled() is can_open
    box.token_button.click()
    await lab.view_model.wait()
    dialogs = window.findChildren(ServerTokenDialog)
    assert len(dialogs) == can_open
    for dialog in dialogs:
        assert dialog.isVisible()
        assert lab.view_model.servers.token.state.server == SERVER
        dialog.reject()
