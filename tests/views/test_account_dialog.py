"""The account's dialog and button over a fake account."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import Qt, QUrl
from PyQt6.QtGui import QDesktopServices
from PyQt6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QPushButton,
)
from pytestqt.qtbot import QtBot

from ailab.services.account.accounts import AccountFacts
from ailab.services.account.token_origin import TokenOrigin, TokenPlace
from ailab.services.hub.hub_errors import InvalidTokenError
from ailab.viewmodels.account import AccountViewModel
from ailab.views.account_button import AccountButton
from ailab.views.account_dialog import AccountDialog
from ailab.views.keyboard_place import KeyboardPlace
from fake_accounts import FakeAccounts
from fakes import until
from model_browser_driver import press, type_text

SESSION = TokenPlace.SESSION


async def _dialog(qtbot: QtBot, accounts: FakeAccounts) -> tuple[AccountDialog, AccountViewModel]:
    view_model = AccountViewModel(accounts)
    view_model.open()
    await view_model.wait()
    dialog = AccountDialog(view_model)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog, view_model


async def test_that_a_pasted_token_signs_in_and_is_nowhere_to_be_read(
    dressed: QApplication, qtbot: QtBot
) -> None:
    accounts = FakeAccounts()
    dialog, view_model = await _dialog(qtbot, accounts)
    button = AccountButton(view_model)
    qtbot.addWidget(button)
    assert (button.text(), dialog.sign_in.isEnabled()) == ("Not signed in", False)
    assert dialog.token.echoMode() is QLineEdit.EchoMode.Password
    dialog.token.setText("hf_good")
    dialog.sign_in.click()
    await view_model.wait()
    assert dialog.headline.text() == button.text() == "Signed in as ada"
    assert dialog.token.text() == ""
    assert not dialog.token.isVisible()
    assert dialog.sign_out.isVisible()
    dialog.sign_out.click()
    await view_model.wait()
    assert dialog.token.isVisible()


async def test_that_a_refusal_is_shown_and_the_token_can_be_mended(
    dressed: QApplication, qtbot: QtBot
) -> None:
    dialog, view_model = await _dialog(qtbot, FakeAccounts())
    dialog.token.setText("hf_bad")
    dialog.sign_in.click()
    await view_model.wait()
    assert "does not accept" in dialog.banner.message.text()
    assert "Get a token…" in dialog.banner.advice.text()
    assert dialog.token.text() == "hf_bad"
    dialog.banner.dismiss.click()
    assert not dialog.banner.isVisible()


async def test_that_a_long_refusal_squeezes_nothing(dressed: QApplication, qtbot: QtBot) -> None:
    accounts = FakeAccounts()
    dialog, view_model = await _dialog(qtbot, accounts)
    dialog.resize(dialog.minimumSize())
    accounts.failure = InvalidTokenError("The Hub does not accept it. " * 12, "Give another. " * 12)
    dialog.token.setText("hf_bad")
    dialog.sign_in.click()
    await view_model.wait()
    QApplication.sendPostedEvents()
    labels = [label for label in dialog.findChildren(QLabel) if label.isVisible()]
    assert len(labels) > 5
    for label in labels:
        needed = label.heightForWidth(label.width()) if label.wordWrap() else 1
        assert label.height() >= needed, label.text()


async def test_that_the_keyboard_stays_in_the_field_while_a_token_is_checked(
    dressed: QApplication, qtbot: QtBot
) -> None:
    accounts = FakeAccounts()
    dialog, view_model = await _dialog(qtbot, accounts)
    KeyboardPlace(dialog)
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    accounts.gate.shut()
    type_text(dialog.token, "hf_bad")
    press(dialog.token, Qt.Key.Key_Return)
    await until(lambda: accounts.gate.waiting == 1)
    assert not isinstance(dialog.focusWidget(), QAbstractButton)
    accounts.gate.open()
    await view_model.wait()
    assert dialog.focusWidget() is dialog.token


async def test_that_who_signs_out_can_type_another_token(
    dressed: QApplication, qtbot: QtBot
) -> None:
    dialog, view_model = await _dialog(qtbot, FakeAccounts(AccountFacts(TokenOrigin(SESSION))))
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    dialog.sign_out.setFocus()
    press(dialog.sign_out, Qt.Key.Key_Return)
    await view_model.wait()
    assert dialog.focusWidget() is dialog.token


async def test_that_enter_presses_the_button_that_has_the_keyboard(
    dressed: QApplication, qtbot: QtBot
) -> None:
    dialog, _ = await _dialog(qtbot, FakeAccounts())
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    closes = next(each for each in dialog.findChildren(QPushButton) if "Close" in each.text())
    closes.setFocus()
    press(closes, Qt.Key.Key_Return)
    assert not dialog.isVisible()


async def test_that_the_place_is_chosen_and_the_file_can_be_removed(
    dressed: QApplication, qtbot: QtBot
) -> None:
    places = (TokenPlace.KEY_RING, TokenPlace.FILE, TokenPlace.SESSION)
    accounts = FakeAccounts(AccountFacts(TokenOrigin(TokenPlace.FILE, "/t"), places, "/t"))
    dialog, view_model = await _dialog(qtbot, accounts)
    assert dialog.remove_file.isVisible()
    dialog.sign_out.click()
    await view_model.wait()
    dialog.place.setCurrentIndex(1)
    dialog.place.activated.emit(1)
    assert view_model.state.place is TokenPlace.FILE


async def test_that_a_place_that_is_the_only_one_is_told_rather_than_offered(
    dressed: QApplication, qtbot: QtBot
) -> None:
    dialog, _ = await _dialog(qtbot, FakeAccounts(AccountFacts(places=(TokenPlace.SESSION,))))
    assert not dialog.place.isVisible()
    assert dialog.only_place.isVisible()
    assert "for this session only" in dialog.only_place.text()
    dialog, _ = await _dialog(qtbot, FakeAccounts())
    assert dialog.place.isVisible()
    assert not dialog.only_place.isVisible()


async def test_that_closing_leaves_no_token_in_the_field(
    dressed: QApplication, qtbot: QtBot
) -> None:
    dialog, _ = await _dialog(qtbot, FakeAccounts())
    dialog.token.setText("hf_half")
    dialog.done(QDialog.DialogCode.Rejected.value)
    assert dialog.token.text() == ""


async def test_that_the_page_of_tokens_is_opened(
    dressed: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    dialog, _ = await _dialog(qtbot, FakeAccounts())
    dialog.get_token.click()
    assert [url.toString() for url in opened] == ["https://hub.example/settings/tokens"]


async def test_that_enter_signs_in(dressed: QApplication, qtbot: QtBot) -> None:
    accounts = FakeAccounts()
    dialog, view_model = await _dialog(qtbot, accounts)
    type_text(dialog.token, "hf_good")
    press(dialog.token, Qt.Key.Key_Return)
    await view_model.wait()
    assert accounts.kept == [("hf_good", TokenPlace.KEY_RING)]
    assert dialog.isVisible()
