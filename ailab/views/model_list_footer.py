"""The strip below the list: whether more rows follow."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from ailab.viewmodels.model_browser_state import ModelBrowserState
from ailab.views.model_list_words import footer_words
from ailab.views.theme import SPACE, SPACE_SMALL, Tone, set_tone


class ModelListFooter(QWidget):
    """Says how far the list goes; it stands outside of the rows, so that they never jump.

    Signals:
        retry_requested(): read further rows, after a failure or a pause.
    """

    retry_requested = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = QLabel()
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setWordWrap(True)
        self.retry = QPushButton("R&etry")
        self.retry.setToolTip("Load more models")
        self.retry.clicked.connect(self._on_retry_clicked)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, SPACE_SMALL, SPACE, SPACE_SMALL)
        row.addWidget(self._label, 1)
        row.addWidget(self.retry)
        self.setMinimumHeight(self.retry.sizeHint().height() + 2 * SPACE_SMALL)
        self.retry.hide()

    @property
    def words(self) -> str:
        """What it says."""
        return self._label.text()

    def show_state(self, new: ModelBrowserState) -> None:
        """Say what holds now."""
        has_failed = new.more_problem is not None and not new.is_searching
        self._label.setText(footer_words(new))
        tone: Tone = "warning" if new.wait_seconds else "error" if has_failed else "muted"
        set_tone(self._label, tone)
        self.retry.setText("R&etry" if has_failed else "Load &more")
        self.retry.setVisible(has_failed or new.has_paused)

    def _on_retry_clicked(self) -> None:
        self.retry_requested.emit()
