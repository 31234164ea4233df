"""Where Tab goes on the Inference tab, whatever is built first."""

from __future__ import annotations

from typing import Any

import pytest
from held_runs import CAT, SAVED, boxes, save, show
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ailab.views.inference_view import InferenceView
from inference_lab import Lab

GESTURES: Any = QTest  # PyQt6's stubs ask for an instance of it
FOLDER = ("a.png", "b.png", "c.png")


@pytest.fixture
def window(lab: Lab, qtbot: QtBot) -> QWidget:
    """The tab in a window with a button below it, as that of the account is."""
    window = QWidget()
    column = QVBoxLayout(window)
    column.addWidget(InferenceView(lab.view_model, lab.filmstrip))
    column.addWidget(QPushButton("Account"))
    qtbot.addWidget(window)
    window.resize(1280, 760)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


@pytest.fixture
def view(window: QWidget) -> InferenceView:
    view = window.findChild(InferenceView)
    assert view is not None
    return view


def tabbed(view: InferenceView) -> list[QWidget]:
    """What Tab leads to from the picture on, up to the button below."""
    assert view.filmstrip is not None
    view.filmstrip.show()  # Qt does so at its loop's next turn
    view.picture.canvas.setFocus()
    found: list[QWidget] = []
    for _ in range(60):
        GESTURES.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        widget = QApplication.focusWidget()
        assert widget is not None
        found.append(widget)
        if isinstance(widget, QPushButton) and widget.text() == "Account":
            return found
    raise AssertionError("Tab never leaves the picture's surroundings")


async def test_that_tab_goes_from_the_picture_to_the_filmstrip(
    lab: Lab, view: InferenceView
) -> None:
    await lab.choose("folder")
    *found, _ = tabbed(view)
    strip = view.filmstrip
    assert strip is not None
    assert found == [strip.next, strip.strip], "there is no picture before the first"
    await lab.close()


@pytest.mark.parametrize("is_strip_first", [True, False])
async def test_that_tab_goes_through_the_results_to_the_filmstrip(
    lab: Lab, view: InferenceView, is_strip_first: bool
) -> None:
    if is_strip_first:
        await lab.choose("folder")
        assert view.results_panel is None
    await lab.run("a.png")
    assert (view.filmstrip is not None) is is_strip_first
    await lab.run("folder")
    strip, results = view.filmstrip, view.results_panel
    assert strip is not None
    assert results is not None
    *found, _ = tabbed(view)
    assert found[-2:] == [strip.next, strip.strip]
    assert results.threshold in found[:-2]
    assert all(results.isAncestorOf(each) for each in found[:-2])
    await lab.close()


async def test_that_tab_goes_from_the_picture_to_the_one_beside_it(
    lab: Lab, view: InferenceView
) -> None:
    results = lab.view_model.results
    show(results, boxes(CAT), boxes(CAT))
    save(lab.runs, boxes(CAT), boxes(CAT))
    await results.wait()
    results.beside.hold(SAVED)
    await results.wait()
    beside = view.picture.beside
    assert beside is not None
    QApplication.sendPostedEvents()
    first, second, *others = tabbed(view)
    assert {first, second} == {beside.close_run, beside.canvas}
    assert view.results_panel is not None
    assert view.results_panel.threshold in others
    await lab.close()
