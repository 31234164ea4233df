"""Drives the model browser's real widgets, as a person would."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QWidget

from ailab.viewmodels.model_browser import ModelBrowserViewModel
from ailab.views.model_browser_dialog import ModelBrowserDialog
from browser_lab import a_browser
from fakes import FakeHub, a_model

# PyQt6's stubs take these static methods for methods of an instance.
_TEST: Any = QTest

MakeDialog = Callable[..., ModelBrowserDialog]
"""Makes a dialog over a `FakeHub`, with `debounce` in seconds where a test needs one."""


def press(widget: QWidget, key: Qt.Key) -> None:
    """Press a key."""
    _TEST.keyClick(widget, key)


def type_text(widget: QWidget, text: str) -> None:
    """Type letter by letter."""
    _TEST.keyClicks(widget, text)


def many(count: int, page_size: int = 30) -> FakeHub:
    """A Hub with this many models."""
    names = (f"acme/model-{number:03}" for number in range(count))
    return FakeHub(*map(a_model, names), page_size=page_size)


def a_dialog(hub: FakeHub, *, debounce: float = 0.0) -> ModelBrowserDialog:
    """The dialog over a real view model."""
    return ModelBrowserDialog(a_browser(hub, debounce=debounce))


def view_model_of(dialog: ModelBrowserDialog) -> ModelBrowserViewModel:
    """What the dialog shows."""
    return dialog._view_model


async def opened(dialog: ModelBrowserDialog) -> ModelBrowserDialog:
    """Open the dialog and wait for its rows."""
    dialog.open()
    await view_model_of(dialog).wait()
    QApplication.sendPostedEvents()
    return dialog


def titles(dialog: ModelBrowserDialog) -> list[str]:
    """The ids in the list."""
    rows = dialog.models.list_view.model()
    assert rows is not None
    return [rows.index(row, 0).data() for row in range(rows.rowCount())]


def click_row(dialog: ModelBrowserDialog, row: int, *, twice: bool = False) -> None:
    """Click a row by the mouse."""
    rows = dialog.models.list_view
    model, viewport = rows.model(), rows.viewport()
    assert model is not None
    assert viewport is not None
    place = rows.visualRect(model.index(row, 0)).topLeft() + QPoint(30, 10)
    _TEST.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=place)
    if twice:
        _TEST.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=place)


def click_at(dialog: ModelBrowserDialog, place: QPoint, *, twice: bool = False) -> None:
    """Click a place in the list by the mouse."""
    viewport = dialog.models.list_view.viewport()
    assert viewport is not None
    click = _TEST.mouseDClick if twice else _TEST.mouseClick
    click(viewport, Qt.MouseButton.LeftButton, pos=place)


def scroll_by(dialog: ModelBrowserDialog, pixels: int) -> int:
    """Scroll the list; returns where it stands then."""
    bar = dialog.models.list_view.verticalScrollBar()
    assert bar is not None
    bar.setValue(bar.value() + pixels)
    return bar.value()
