"""The Downloads tab."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QShowEvent
from PyQt6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from ailab.viewmodels.downloads import DownloadsViewModel
from ailab.viewmodels.downloads_state import DownloadsState
from ailab.viewmodels.downloads_text import overall_text
from ailab.views.download_row import DownloadRow
from ailab.views.elided_label import ElidedLabel
from ailab.views.model_message import ModelMessage
from ailab.views.theme import SPACE, SPACE_LARGE, set_tone

_WIDEST = 900


class DownloadsView(QWidget):
    """All downloads, each with its progress and what can be done about it.

    Args:
        downloads: what the tab shows and changes.
        parent: the widget around it.

    Signals:
        step_wanted(model_id, step): the button of a failure's next step, a `NextStep`.
        model_chosen(reference): the person wants to run a model that is there now.
    """

    step_wanted = pyqtSignal(str, object)
    model_chosen = pyqtSignal(str)

    def __init__(self, downloads: DownloadsViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._downloads = downloads
        self._rows: dict[str, DownloadRow] = {}
        self.summary = ElidedLabel(mode=Qt.TextElideMode.ElideRight)
        set_tone(self.summary, "muted")
        self.pause_all = QPushButton("Pause all")
        self.resume_all = QPushButton("Resume all")
        self.clear = QPushButton("Clear finished")
        self.clear.setToolTip("Take what is done off the list; the files stay on the disk")
        self.empty = ModelMessage()
        self._lay_out()
        self.pause_all.clicked.connect(self._on_pause_all)
        self.resume_all.clicked.connect(self._on_resume_all)
        self.clear.clicked.connect(self._on_clear)
        downloads.changed.connect(self._on_changed)
        self._render(downloads.state)

    @property
    def rows(self) -> list[DownloadRow]:
        """The rows, from top to bottom."""
        return list(self._rows.values())

    def showEvent(self, event: QShowEvent | None) -> None:  # noqa: N802 - Qt's name
        """Look whether what was downloaded is still there."""
        super().showEvent(event)
        self._downloads.look_again()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACE)
        head.setContentsMargins(0, 0, SPACE, 0)
        head.addWidget(self.summary, 1)
        for button in (self.pause_all, self.resume_all, self.clear):
            head.addWidget(button)
        self._column = QVBoxLayout()
        self._column.setContentsMargins(0, 0, SPACE, 0)
        self._column.setSpacing(SPACE)
        self._column.addStretch(1)
        rows = QWidget()
        rows.setLayout(self._column)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(rows)
        listed = QWidget()
        listed.setMaximumWidth(_WIDEST)
        column = QVBoxLayout(listed)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addLayout(head)
        column.addWidget(scroll, 1)
        centred = QWidget()
        row = QHBoxLayout(centred)
        row.setContentsMargins(SPACE_LARGE, SPACE_LARGE, SPACE_LARGE, SPACE_LARGE)
        row.addStretch(1)
        row.addWidget(listed, 1000)
        row.addStretch(1)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(centred)

    def _on_changed(self, _old: DownloadsState, new: DownloadsState) -> None:
        self._render(new)

    def _render(self, state: DownloadsState) -> None:
        if not state.entries:
            self.empty.say(
                "No downloads",
                "Models that you download are listed here while they arrive: they can be paused, "
                "go on where they stopped, and outlive the lab.",
            )
        self._stack.setCurrentIndex(1 if state.entries else 0)
        self.summary.setText(overall_text(state) or "Nothing is on its way.")
        self.pause_all.setVisible(len(state.active) > 1)
        self.resume_all.setVisible(state.can_resume and len(state.entries) > 1)
        self.clear.setEnabled(state.can_clear)
        keys = {entry.key for entry in state.entries}
        for key in [key for key in self._rows if key not in keys]:
            row = self._rows.pop(key)
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        for entry in state.entries:
            if entry.key in self._rows:
                self._rows[entry.key].show_entry(entry)
                continue
            row = DownloadRow(entry)
            row.pause_wanted.connect(self._downloads.pause)
            row.resume_wanted.connect(self._downloads.resume)
            row.hurry_wanted.connect(self._downloads.hurry)
            row.use_wanted.connect(self._on_use)
            row.cancel_wanted.connect(self._downloads.cancel)
            row.step_wanted.connect(self.step_wanted)
            self._rows[entry.key] = row
            self._column.insertWidget(self._column.count() - 1, row)

    def _on_use(self, model_id: str, ref: str) -> None:
        self.model_chosen.emit(model_id if ref == "main" else f"{model_id}@{ref}")

    def _on_pause_all(self) -> None:
        self._downloads.pause_all()

    def _on_resume_all(self) -> None:
        self._downloads.resume_all()

    def _on_clear(self) -> None:
        self._downloads.clear_finished()
