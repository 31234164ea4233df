"""Words that are found on a page."""

from __future__ import annotations

from typing import Any

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QDialog, QDialogButtonBox, QTextEdit, QVBoxLayout
from pytestqt.qtbot import QtBot

from ailab.views.find_bar import FindBar

GESTURES: Any = QTest  # PyQt6's stubs ask for an instance of it


class Page:
    """A dialog with a page, a bar over it and a button that Enter would press."""

    def __init__(self, qtbot: QtBot) -> None:
        self.dialog, self.text = QDialog(), QTextEdit("<p>A mask, a box, a Mask again</p>")
        self.bar = FindBar(self.text)
        column = QVBoxLayout(self.dialog)
        for widget in (self.bar, self.text):
            column.addWidget(widget)
        column.addWidget(QDialogButtonBox(QDialogButtonBox.StandardButton.Ok))
        qtbot.addWidget(self.dialog)
        self.dialog.show()
        self.dialog.activateWindow()
        qtbot.waitUntil(self.dialog.isActiveWindow)

    def place(self) -> tuple[str, int]:
        cursor = self.text.textCursor()
        return cursor.selectedText(), cursor.selectionStart()

    def press(self, key: Qt.Key, *, shift: bool = False) -> tuple[str, int]:
        held = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
        GESTURES.keyClick(self.bar.words, key, held)
        return self.place()


@pytest.fixture
def page(qtbot: QtBot) -> Page:
    return Page(qtbot)


def test_that_words_are_found_while_they_are_typed_and_again_by_enter(page: Page) -> None:
    GESTURES.keyClick(page.text, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert page.bar.words.hasFocus()
    GESTURES.keyClicks(page.bar.words, "mask")
    assert page.place() == ("mask", 2)
    assert page.press(Qt.Key.Key_Return) == ("Mask", 17)
    assert page.press(Qt.Key.Key_F3) == ("mask", 2)  # behind the last comes the first
    assert page.press(Qt.Key.Key_Return, shift=True) == ("Mask", 17)
    assert page.dialog.isVisible()


def test_that_words_which_are_not_there_are_told_of(page: Page) -> None:
    GESTURES.keyClicks(page.bar.words, "box")
    assert not page.bar.absent.isVisible()
    GESTURES.keyClicks(page.bar.words, "es")
    assert page.bar.absent.isVisible()
    page.text.setPlainText("Two boxes")
    page.bar.look_again()
    assert page.place() == ("boxes", 4)
    assert not page.bar.absent.isVisible()
    page.bar.words.clear()
    assert not page.bar.absent.isVisible()
