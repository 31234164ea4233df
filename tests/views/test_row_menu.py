"""Menus over lists and copied rows, whatever the list."""

from __future__ import annotations

from typing import Any

import pytest
from menu_driver import choose, copied, menus, press_menu_key, right_click
from PyQt6.QtCore import QModelIndex, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QPushButton, QTableWidget, QTableWidgetItem
from pytestqt.qtbot import QtBot

from ailab.views.clipboard import copy_text
from ailab.views.row_action import RowAction, of_buttons
from ailab.views.row_menu import RowMenu

GESTURES: Any = QTest  # PyQt6's stubs ask for an instance of it
pytestmark = menus
CELLS = (("cat", "98%"), ("dog", "=1+2"), ("a\tb\nc", "7%"))
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def table(dressed: QApplication, qtbot: QtBot) -> QTableWidget:
    made = QTableWidget(len(CELLS), 2)
    for row, cells in enumerate(CELLS):
        for column, text in enumerate(cells):
            made.setItem(row, column, QTableWidgetItem(text))
    made.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
    qtbot.addWidget(made)
    made.resize(300, 300)
    made.show()
    copy_text("")
    return made


def at(table: QTableWidget, row: int) -> QModelIndex:
    model = table.model()
    assert model is not None
    return model.index(row, 1)


def press_copy(table: QTableWidget) -> None:
    GESTURES.keyClick(table, Qt.Key.Key_C, CTRL)


def test_that_ctrl_c_copies_the_rows_chosen_from_top_to_bottom(table: QTableWidget) -> None:
    RowMenu(table)
    table.setCurrentIndex(at(table, 1))
    press_copy(table)
    assert copied() == "dog\t'=1+2"
    GESTURES.mouseClick(
        table.viewport(), Qt.MouseButton.LeftButton, CTRL, table.visualRect(at(table, 0)).center()
    )
    press_copy(table)
    assert copied() == "cat\t98%\ndog\t'=1+2"


def test_that_a_right_click_is_about_the_row_under_it(table: QTableWidget) -> None:
    menu = RowMenu(table, heads=("label", "score")).menu
    table.selectRow(0)
    right_click(table, at(table, 2))
    assert menu.isVisible()
    assert menu.texts == ["Copy row", "Copy all rows"]
    assert table.currentRow() == 2
    choose(menu, "Copy row")
    assert copied() == "a b c\t7%"
    choose(menu, "Copy all rows")
    assert copied() == "label\tscore\ncat\t98%\ndog\t'=1+2\na b c\t7%"


def test_that_a_right_click_on_one_of_several_chosen_is_about_all_of_them(
    table: QTableWidget,
) -> None:
    menu = RowMenu(table).menu
    table.selectAll()
    right_click(table, at(table, 1))
    assert menu.texts[0] == "Copy 3 rows"
    choose(menu, "Copy 3 rows")
    assert len(copied().splitlines()) == 3


def test_that_the_menu_key_is_about_the_row_of_the_keyboard(table: QTableWidget) -> None:
    menu = RowMenu(table, name=("id", "ids", lambda index: index.siblingAtColumn(0).data())).menu
    table.setCurrentIndex(at(table, 1))
    press_menu_key(table)
    assert menu.texts == ["Copy id", "Copy row", "Copy all rows"]
    shown = menu.pos() - table.mapToGlobal(table.rect().topLeft())
    assert table.rect().contains(shown)
    choose(menu, "Copy id")
    assert copied() == "dog"
    press_copy(table)
    assert copied() == "dog"


def test_that_beside_the_rows_all_of_them_can_be_copied_and_of_none_nothing(
    table: QTableWidget,
) -> None:
    menu = RowMenu(table, actions=lambda _: (RowAction("Never", str),)).menu
    right_click(table, QModelIndex())
    assert menu.texts == ["Copy all rows"]
    menu.hide()
    table.setRowCount(0)
    right_click(table, QModelIndex())
    assert not menu.isVisible()


def test_that_copied_is_what_stood_there_when_the_menu_opened(table: QTableWidget) -> None:
    menu = RowMenu(table).menu
    right_click(table, at(table, 0))
    table.setItem(0, 0, QTableWidgetItem("fox"))
    choose(menu, "Copy row")
    assert copied() == "cat\t98%"


def test_that_a_button_that_cannot_be_pressed_is_not_offered(qtbot: QtBot) -> None:
    pressed: list[bool] = []
    able, unable, unseen = (QPushButton(f"&{name}…") for name in ("Able", "Unable", "Unseen"))
    for button in (able, unable, unseen):
        qtbot.addWidget(button)
        button.show()
        button.clicked.connect(pressed.append)
    unable.setEnabled(False)
    unseen.hide()
    (only,) = of_buttons(able, unable, unseen)
    assert only.text == "Able…"
    only.act()
    assert pressed == [False]
