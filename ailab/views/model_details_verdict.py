"""Whether the selected model runs here, or why that is not known."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from ailab.viewmodels.model_browser_state import ModelBrowserState
from ailab.views.banner import Banner
from ailab.views.model_busy_bar import ModelBusyBar
from ailab.views.theme import SPACE_SMALL, set_tone


class ModelDetailsVerdict(QWidget):
    """A banner: it runs, it won't and why, or the details could not be read, with a Retry.

    Attributes:
        retry: shown where the details failed.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pending = QLabel("Checking whether it runs here…")
        self._pending.setWordWrap(True)
        set_tone(self._pending, "muted")
        self._busy = ModelBusyBar()
        self._banner = Banner(can_dismiss=False)
        self.retry = QPushButton("Retr&y")
        self.retry.setAccessibleName("Retry to read the model's details")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_SMALL)
        for widget in (self._pending, self._busy, self._banner):
            column.addWidget(widget)
        column.addSpacing(SPACE_SMALL)
        column.addWidget(self.retry, 0, Qt.AlignmentFlag.AlignLeft)

    @property
    def words(self) -> str:
        """All that it says."""
        if self._banner.isHidden():
            return self._pending.text()
        return f"{self._banner.message.text()}\n{self._banner.advice.text()}".strip()

    def show_state(self, new: ModelBrowserState) -> None:
        """Say what holds now."""
        problem, verdict = new.details_problem, new.verdict
        if problem is not None:
            self._banner.tell(problem.message, problem.advice, "error")
        elif verdict is not None and verdict.runs:
            self._banner.tell(f"✓  {verdict.summary}", verdict.advice, "success")
        elif verdict is not None:
            self._banner.tell(f"✕  {verdict.summary}", verdict.advice, "warning")
        is_pending = problem is None and verdict is None
        self._pending.setVisible(is_pending)
        self._busy.setVisible(is_pending)
        self._busy.set_busy(is_pending or new.is_loading_details)
        self._banner.setVisible(not is_pending)
        self.retry.setVisible(problem is not None)
