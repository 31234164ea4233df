"""How the browser dialog is answered, and the keyboard's ways through it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtGui import QFocusEvent, QGuiApplication
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ailab.viewmodels.model_browser_state import Shelf
from ailab.views.model_browser_picker import ModelBrowserPicker
from browser_lab import a_browser
from fakes import FakeHub, a_model, details_of, until
from model_browser_driver import (
    MakeDialog,
    click_row,
    many,
    opened,
    press,
    scroll_by,
    titles,
    view_model_of,
)


async def test_that_select_is_enabled_with_a_selection_only(make_dialog: MakeDialog) -> None:
    hub = FakeHub(a_model("acme/a"), a_model("acme/b"))
    dialog = await opened(make_dialog(hub))
    assert not dialog.select_button.isEnabled()
    click_row(dialog, 1)
    assert dialog.select_button.isEnabled()
    dialog.search.setText("/a")
    await view_model_of(dialog).wait()
    assert not dialog.select_button.isEnabled()
    assert not dialog.details.is_showing_details


async def test_that_double_click_enter_and_the_button_answer(make_dialog: MakeDialog) -> None:
    dialog = make_dialog(FakeHub(a_model("acme/a"), a_model("acme/b")))
    for row, answer in enumerate(("double-click", "enter")):
        asking = asyncio.create_task(dialog.pick())
        await until(dialog.isVisible)
        await view_model_of(dialog).wait()
        if answer == "double-click":
            click_row(dialog, row, twice=True)
        else:
            click_row(dialog, row)
            press(dialog.models.list_view, Qt.Key.Key_Return)
        assert await asking == f"acme/{'ab'[row]}"
        assert not dialog.isVisible()
    asking = asyncio.create_task(dialog.pick())
    await until(dialog.isVisible)
    dialog.select_button.click()
    assert await asking == "acme/b", "the selection of the time before stands"


async def test_that_escape_and_the_frame_cancel(make_dialog: MakeDialog) -> None:
    dialog = make_dialog(FakeHub())
    for is_closed_by_frame in (False, True):
        asking = asyncio.create_task(dialog.pick())
        await until(dialog.isVisible)
        await view_model_of(dialog).wait()
        click_row(dialog, 0)
        if is_closed_by_frame:
            dialog.close()
        else:
            press(dialog.search, Qt.Key.Key_Escape)
        assert await asking is None
        assert not dialog.isVisible()


async def test_that_enter_in_a_drop_down_answers_nothing(make_dialog: MakeDialog) -> None:
    dialog = await opened(make_dialog(FakeHub()))
    click_row(dialog, 0)
    press(dialog.filters.sort, Qt.Key.Key_Return)
    assert dialog.isVisible()


async def test_that_a_cancelled_question_closes_the_dialog(make_dialog: MakeDialog) -> None:
    dialog = make_dialog(FakeHub())
    asking = asyncio.create_task(dialog.pick())
    await until(dialog.isVisible)
    asking.cancel()
    await asyncio.wait([asking])
    assert asking.cancelled()
    assert not dialog.isVisible()


async def test_that_a_second_question_ends_the_first(make_dialog: MakeDialog) -> None:
    dialog = make_dialog(FakeHub())
    first = asyncio.create_task(dialog.pick())
    await until(dialog.isVisible)
    second = asyncio.create_task(dialog.pick())
    assert await first is None
    assert dialog.isVisible()
    await view_model_of(dialog).wait()
    click_row(dialog, 0, twice=True)
    assert await second == "acme/nuclei"


async def test_that_closing_stops_what_is_under_way_and_opening_goes_on(
    make_dialog: MakeDialog,
) -> None:
    hub = FakeHub()
    dialog = await opened(make_dialog(hub))
    hub.gate.shut()
    click_row(dialog, 0)
    await until(lambda: hub.gate.waiting == 1)
    dialog.reject()
    await view_model_of(dialog).wait()
    assert hub.gate.waiting == 0
    hub.gate.open()
    await opened(dialog)
    assert dialog.details.verdict.words.startswith("✓")


async def test_that_closing_at_the_end_of_the_list_asks_for_no_more(
    make_dialog: MakeDialog,
) -> None:
    hub = many(60)
    dialog = make_dialog(hub)
    dialog.resize(800, 480)
    await opened(dialog)
    hub.gate.shut()
    scroll_by(dialog, 10_000)
    await until(lambda: hub.gate.waiting == 1)
    dialog.reject()
    await view_model_of(dialog).wait()
    assert not view_model_of(dialog).state.is_loading_more
    hub.gate.open()
    await opened(dialog)
    await until(lambda: len(titles(dialog)) == 60)


async def test_that_arrow_keys_go_from_the_search_to_the_list_and_back(
    make_dialog: MakeDialog,
) -> None:
    dialog = await opened(make_dialog(FakeHub(a_model("acme/a"), a_model("acme/b"))))
    rows = dialog.models.list_view
    press(dialog.search, Qt.Key.Key_Down)
    assert dialog.focusWidget() is rows
    assert rows.currentIndex().row() == 0
    press(rows, Qt.Key.Key_Down)
    await view_model_of(dialog).wait()
    assert dialog.details.model_id.text == "acme/b"
    for _ in range(2):
        press(rows, Qt.Key.Key_Up)
    assert dialog.focusWidget() is dialog.search


async def test_that_tab_into_the_list_points_at_a_row_and_selects_none(
    make_dialog: MakeDialog,
) -> None:
    dialog = await opened(make_dialog(FakeHub(a_model("acme/a"), a_model("acme/b"))))
    rows = dialog.models.list_view
    QApplication.sendEvent(rows, QFocusEvent(QEvent.Type.FocusIn, Qt.FocusReason.TabFocusReason))
    assert rows.currentIndex().row() == 0
    assert view_model_of(dialog).state.selection is None
    press(rows, Qt.Key.Key_Down)
    assert view_model_of(dialog).state.selected_id == "acme/a"
    assert rows.selected_index.row() == 0
    press(rows, Qt.Key.Key_Down)
    assert view_model_of(dialog).state.selected_id == "acme/b"


async def test_that_enter_on_a_row_reached_by_tab_answers_with_it(make_dialog: MakeDialog) -> None:
    dialog = make_dialog(FakeHub(a_model("acme/a"), a_model("acme/b")))
    asking = asyncio.create_task(dialog.pick())
    await until(dialog.isVisible)
    await view_model_of(dialog).wait()
    rows = dialog.models.list_view
    QApplication.sendEvent(rows, QFocusEvent(QEvent.Type.FocusIn, Qt.FocusReason.TabFocusReason))
    press(rows, Qt.Key.Key_Return)
    assert await asking == "acme/a"


async def test_that_tab_visits_the_controls_in_reading_order(make_dialog: MakeDialog) -> None:
    dialog = await opened(make_dialog(FakeHub()))
    click_row(dialog, 0)
    await view_model_of(dialog).wait()
    dialog.search.setFocus()
    visited = [dialog.focusWidget()]
    for _ in range(10):
        dialog.focusNextChild()
        visited.append(dialog.focusWidget())
    filters = dialog.filters
    assert visited == [
        *(dialog.search, dialog.saved, dialog.offline),
        *(filters.task, filters.sort, filters.more, filters.refresh),
        *(dialog.models.shelves.buttons[shelf] for shelf in Shelf),
        dialog.models.list_view,
    ]


async def test_that_the_picker_asks_with_one_dialog(dressed: QApplication, qtbot: QtBot) -> None:
    picker = ModelBrowserPicker(a_browser(FakeHub()))
    assert picker.dialog is None
    asking = asyncio.create_task(picker())
    await until(lambda: picker.dialog is not None and picker.dialog.isVisible())
    dialog = picker.dialog
    assert dialog is not None
    qtbot.addWidget(dialog)
    await view_model_of(dialog).wait()
    click_row(dialog, 0, twice=True)
    assert await asking == "acme/nuclei"
    asking = asyncio.create_task(picker())
    await until(dialog.isVisible)
    dialog.reject()
    assert await asking is None
    assert picker.dialog is dialog


async def test_that_a_renamed_model_is_answered_by_its_present_id(make_dialog: MakeDialog) -> None:
    old = a_model("acme/old")
    hub = FakeHub(old)
    hub.details["acme/old"] = details_of(replace(old, id="acme/new"))
    dialog = make_dialog(hub)
    asking = asyncio.create_task(dialog.pick())
    await until(dialog.isVisible)
    await view_model_of(dialog).wait()
    click_row(dialog, 0)
    await view_model_of(dialog).wait()
    dialog.select_button.click()
    assert await asking == "acme/new"
    clipboard = QGuiApplication.clipboard()
    assert clipboard is not None
    dialog.details.links.copy.click()
    assert clipboard.text() == "acme/new"
