"""What view tests share: the Inference tab's view models over fakes, and pictures to look at."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PyQt6.QtCore import QPoint, QUrl
from PyQt6.QtGui import QColor, QDesktopServices
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ailab.services.images.picture import Picture
from ailab.services.inference.predictions import Segment, Segmentation
from ailab.views import file_manager
from ailab.views.model_browser_dialog import ModelBrowserDialog
from ailab.views.results_panel import ResultsPanel
from ailab.views.theme import Theme, apply_theme
from fakes import FakeHub
from inference_lab import Lab
from model_browser_driver import MakeDialog, a_dialog


@pytest.fixture
def dressed(qapp: QApplication) -> QApplication:
    """The application in its light theme, whatever the test before left."""
    apply_theme(qapp, Theme.LIGHT)
    return qapp


@pytest.fixture
def lab(dressed: QApplication) -> Lab:
    """View models over fakes, for widgets that are made in the test."""
    return Lab()


@pytest.fixture
def panel(lab: Lab, qtbot: QtBot) -> ResultsPanel:
    """The results beside a picture, as wide as in a small window."""
    made = ResultsPanel(lab.view_model.results)
    qtbot.addWidget(made)
    made.resize(280, 600)
    made.show()
    return made


@pytest.fixture
def make_dialog(dressed: QApplication, qtbot: QtBot) -> MakeDialog:
    """Makes model browser dialogs, which end with the test."""

    def make(hub: FakeHub, *, debounce: float = 0.0) -> ModelBrowserDialog:
        dialog = a_dialog(hub, debounce=debounce)
        qtbot.addWidget(dialog)
        return dialog

    return make


@pytest.fixture
def opened_folders(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The folders that the system was asked to open, in order; none is, nor any file shown."""
    opened: list[str] = []

    def open_url(url: QUrl) -> bool:
        opened.append(url.toLocalFile())
        return True

    def reveal(_path: str, otherwise: Callable[[], None]) -> None:
        otherwise()

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    monkeypatch.setattr(file_manager, "reveal", reveal)
    return opened


@pytest.fixture
def look() -> Callable[[QWidget, float, float], str]:
    """Gives the colour of a widget's pixel, as it is painted."""

    def pixel(widget: QWidget, x: float, y: float) -> str:
        image = widget.grab().toImage()
        ratio = image.devicePixelRatio()
        return QColor(image.pixel(QPoint(round(x * ratio), round(y * ratio)))).name()

    return pixel


@pytest.fixture
def grey_picture() -> Picture:
    """200 × 100 grey pixels."""
    return Picture(200, 100, bytes((128, 128, 128, 255)) * 20_000, 200, 100)


@pytest.fixture
def halves() -> Segmentation:
    """Left half sure of nucleus, right half unsure of mitosis; an upper strip is nothing."""
    width, height = 200, 100
    row = bytes((1,)) * 100 + bytes((2,)) * 100
    sure = bytes((230,)) * 100 + bytes((140,)) * 100
    return Segmentation.pack(
        width,
        height,
        bytes(width * 10) + row * 90,
        bytes(width * 10) + sure * 90,
        (Segment(1, 0, "nucleus", 0.9, 0.45), Segment(2, 1, "mitosis", 0.55, 0.45)),
    )
