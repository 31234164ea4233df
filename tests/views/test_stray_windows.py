"""Nothing is shown as a window of its own while it is on its way into the window."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PyQt6.QtCore import QEvent, QObject
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ailab.views.banner import Banner
from ailab.views.inference_view import InferenceView
from inference_lab import Lab


class Windows(QObject):
    """Notes what is shown as a window."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []

    def eventFilter(self, seen: QObject | None, event: QEvent | None) -> bool:  # noqa: N802
        is_show = event is not None and event.type() == QEvent.Type.Show
        if is_show and isinstance(seen, QWidget) and seen.isWindow():
            self.shown.append(type(seen).__name__)
        return False


@pytest.fixture
def windows(qtbot: QtBot) -> Iterator[Windows]:
    app = QApplication.instance()
    assert app is not None
    windows = Windows()
    app.installEventFilter(windows)
    yield windows
    app.removeEventFilter(windows)


async def test_that_the_first_run_of_a_folder_opens_no_window(
    lab: Lab, qtbot: QtBot, windows: Windows
) -> None:
    view = InferenceView(lab.view_model, lab.filmstrip)
    qtbot.addWidget(view)
    view.show()
    await lab.run("folder")
    assert view.filmstrip is not None
    assert view.results_panel is not None
    assert windows.shown == ["InferenceView"]
    await lab.close()


def test_that_a_banner_is_made_without_a_window(qtbot: QtBot, windows: Windows) -> None:
    qtbot.addWidget(Banner())
    assert windows.shown == []
