"""Whether the selected model runs here, or why that is not known."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from ailab.viewmodels.model_browser_state import ModelBrowserState
from ailab.views.model_busy_bar import ModelBusyBar
from ailab.views.theme import SPACE, SPACE_SMALL, BannerTone, set_banner_tone, set_tone


class ModelDetailsVerdict(QWidget):
    """A banner: it runs, it won't and why, or the details could not be read, with a Retry.

    Attributes:
        retry: shown where the details failed.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pending = _wrapping_label()
        set_tone(self._pending, "muted")
        self._busy = ModelBusyBar()
        self._banner = QFrame()
        self._summary = _wrapping_label()
        self._advice = _wrapping_label()
        self.retry = QPushButton("Retr&y")
        self.retry.setAccessibleName("Retry to read the model's details")
        words = QVBoxLayout(self._banner)
        words.setContentsMargins(10, SPACE, 10, SPACE)
        words.setSpacing(SPACE_SMALL)
        words.addWidget(self._summary)
        words.addWidget(self._advice)
        words.addWidget(self.retry, 0, Qt.AlignmentFlag.AlignLeft)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_SMALL)
        for widget in (self._pending, self._busy, self._banner):
            column.addWidget(widget)

    @property
    def words(self) -> str:
        """All that it says."""
        if self._banner.isHidden():
            return self._pending.text()
        return f"{self._summary.text()}\n{self._advice.text()}".strip()

    def show_state(self, new: ModelBrowserState) -> None:
        """Say what holds now."""
        problem, verdict = new.details_problem, new.verdict
        if problem is not None:
            self._say("error", problem.message, problem.advice)
        elif verdict is not None and verdict.runs:
            self._say("success", f"✓  {verdict.summary}", verdict.advice)
        elif verdict is not None:
            self._say("warning", f"✕  {verdict.summary}", verdict.advice)
        is_pending = problem is None and verdict is None
        self._pending.setText("Checking whether it runs here…")
        self._pending.setVisible(is_pending)
        self._busy.setVisible(is_pending)
        self._busy.set_busy(is_pending or new.is_loading_details)
        self._banner.setVisible(not is_pending)
        self.retry.setVisible(problem is not None)

    def _say(self, tone: BannerTone, summary: str, advice: str) -> None:
        self._summary.setText(summary)
        self._advice.setText(advice)
        self._advice.setVisible(bool(advice))
        set_tone(self._summary, tone)
        set_banner_tone(self._banner, tone)


def _wrapping_label() -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label
