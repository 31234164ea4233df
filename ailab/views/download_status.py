"""All downloads together, in the window's status bar."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QShowEvent
from PyQt6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QToolButton, QWidget

from ailab.viewmodels.downloads import DownloadsViewModel
from ailab.viewmodels.downloads_state import DownloadsState
from ailab.viewmodels.downloads_text import overall_text
from ailab.views.theme import SPACE

_STEPS = 200
_BAR_WIDTH = 90


class DownloadStatus(QWidget):
    """Says how far the downloads are; a click leads to them. Hidden where there is none.

    Args:
        downloads: what is shown.
        parent: the widget around it.

    Signals:
        clicked(): the person wants to see the downloads.
    """

    clicked = pyqtSignal()

    def __init__(self, downloads: DownloadsViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._downloads = downloads
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(_BAR_WIDTH)
        self.bar.setAccessibleName("Progress of all downloads")
        self.button = QToolButton()
        self.button.setAutoRaise(True)
        self.button.setCursor(Qt.CursorShape.PointingHandCursor)
        self.button.setToolTip("Show the downloads")
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, SPACE, 0)
        row.setSpacing(SPACE)
        row.addWidget(self.bar)
        row.addWidget(self.button)
        self.button.clicked.connect(self.clicked)
        downloads.changed.connect(self._on_changed)
        self._render(downloads.state)

    def showEvent(self, event: QShowEvent | None) -> None:  # noqa: N802 - Qt's name
        """A status bar shows what is put into it: hide again where there is nothing to say."""
        super().showEvent(event)
        self._render(self._downloads.state)

    def _on_changed(self, _old: DownloadsState, new: DownloadsState) -> None:
        self._render(new)

    def _render(self, state: DownloadsState) -> None:
        text = overall_text(state)
        self.setVisible(bool(text))
        if not text:
            return
        self.button.setText(text)
        self.button.setAccessibleName(f"Downloads: {text}")
        self.bar.setVisible(bool(state.active))
        total = state.total
        self.bar.setRange(0, 0 if total is None else _STEPS)
        if total is not None:
            self.bar.setValue(int(state.done / total * _STEPS) if total else _STEPS)
