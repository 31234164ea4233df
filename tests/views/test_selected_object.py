"""The object that stands out, and how it is let go."""

from __future__ import annotations

from typing import Any

from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ailab.views.inference_view import InferenceView
from ailab.views.results_panel import ResultsPanel
from inference_lab import Lab

GESTURES: Any = QTest  # PyQt6's stubs ask for an instance of it


async def test_that_no_object_of_the_next_picture_is_selected_for_one_of_the_last(
    lab: Lab, panel: ResultsPanel
) -> None:
    await lab.run("a.png", "b.png")
    selected: list[object] = []
    panel.object_selected.connect(selected.append)
    panel.select_object(0)
    lab.view_model.results.go_on()
    await lab.view_model.wait()
    assert [row.label for row in panel.objects.rows.rows] == ["nucleus"]
    assert panel.objects.selected_number() is None
    assert selected == [0, None]


async def test_that_escape_lets_the_selected_object_go(lab: Lab, qtbot: QtBot) -> None:
    view = InferenceView(lab.view_model, lab.filmstrip)
    qtbot.addWidget(view)
    view.show()
    await lab.run()
    panel = view.results_panel
    assert panel is not None
    panel.select_object(0)
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    panel.objects.setFocus()
    GESTURES.keyClick(panel.objects, Qt.Key.Key_Escape)
    assert panel.objects.selected_number() is None
    await lab.close()
