"""Whether the selected model runs here, or why that is not known."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ailab.services.compatibility.verdict import Fit, Verdict
from ailab.viewmodels.model_browser_state import ModelBrowserState
from ailab.views.banner import Banner
from ailab.views.model_busy_bar import ModelBusyBar
from ailab.views.model_details_command import ModelDetailsCommand
from ailab.views.model_details_step import ModelDetailsStep
from ailab.views.theme import SPACE, SPACE_SMALL, BannerTone, set_tone

_LOOKS: dict[Fit, tuple[str, BannerTone]] = {
    Fit.RUNS: ("✓", "success"),
    Fit.NEEDS_EXTRA: ("+", "warning"),
    Fit.NEEDS_SHEET: ("✎", "warning"),
    Fit.NEEDS_ACCESS: ("!", "warning"),
    Fit.WONT_RUN: ("✕", "warning"),
    Fit.UNKNOWN: ("?", "warning"),
}


class ModelDetailsVerdict(QWidget):
    """A banner: it runs, it won't and why, or the details could not be read, with a Retry.

    Attributes:
        retry: shown where the details failed.
        step: another way out of that failure.
        command: what to type to install what is missing.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pending = QLabel("Checking whether it runs here…")
        self._pending.setWordWrap(True)
        set_tone(self._pending, "muted")
        self._busy = ModelBusyBar()
        self._banner = Banner(can_dismiss=False)
        self.command = ModelDetailsCommand()
        self.retry = QPushButton("&Retry")
        self.retry.setAccessibleName("Retry to read the model's details")
        self.step = ModelDetailsStep()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_SMALL)
        for widget in (self._pending, self._busy, self._banner, self.command):
            column.addWidget(widget)
        column.addSpacing(SPACE_SMALL)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(self.retry)
        row.addWidget(self.step)
        row.addStretch()
        column.addLayout(row)
        column.setAlignment(row, Qt.AlignmentFlag.AlignLeft)

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
        elif verdict is not None:
            self._tell(verdict)
        is_pending = problem is None and verdict is None
        has_verdict = problem is None and verdict is not None
        self.command.set_command(verdict.command if has_verdict and verdict is not None else "")
        self._pending.setVisible(is_pending)
        self._busy.setVisible(is_pending)
        self._busy.set_busy(is_pending or new.is_loading_details)
        self._banner.setVisible(not is_pending)
        self.retry.setVisible(problem is not None)
        self.step.offer(problem)

    def _tell(self, verdict: Verdict) -> None:
        mark, tone = _LOOKS[verdict.fit]
        self._banner.tell(f"{mark}  {verdict.summary}", verdict.advice, tone)
