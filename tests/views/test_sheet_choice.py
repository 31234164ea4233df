"""A drop-down of the sheet editor."""

from __future__ import annotations

import pytest
from PyQt6.QtWidgets import QApplication, QStyleOptionComboBox
from pytestqt.qtbot import QtBot

from ailab.views.sheet_choice import SheetChoice

WORDS = "Foreground: one channel, 0 to 1 or logits"


@pytest.mark.parametrize(("width", "is_whole"), [(160, False), (500, True)])
def test_that_words_without_room_end_in_an_ellipsis(
    dressed: QApplication, qtbot: QtBot, width: int, is_whole: bool
) -> None:
    choice = SheetChoice("Output", {"matte": WORDS})
    qtbot.addWidget(choice)
    choice.show_value("matte")
    choice.resize(width, 30)
    option = QStyleOptionComboBox()
    choice.initStyleOption(option)
    assert option.currentText is not None
    assert (option.currentText == WORDS) is is_whole
    assert option.currentText.endswith("…") is not is_whole
    assert WORDS in choice.toolTip()
    assert choice.currentText() == WORDS
