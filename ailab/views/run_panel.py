"""The third step: run, and how it goes."""

from __future__ import annotations

from PyQt6.QtWidgets import (
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ailab.viewmodels.inference import InferenceViewModel
from ailab.viewmodels.inference_state import InferenceState
from ailab.viewmodels.progress_text import progress_share, progress_text
from ailab.viewmodels.results_state import ResultsState
from ailab.viewmodels.resuming import ResumingState
from ailab.viewmodels.run_place_state import RunPlaceState
from ailab.viewmodels.run_progress import RunProgress
from ailab.viewmodels.time_left import TimeLeft
from ailab.views.banner import Banner
from ailab.views.elided_label import ElidedLabel
from ailab.views.file_dialogs import choose_folder
from ailab.views.file_manager import open_folder
from ailab.views.plain_tip import plain_tip
from ailab.views.resume_box import ResumeBox
from ailab.views.single_click_button import SingleClickButton
from ailab.views.theme import SPACE, SPACE_SMALL, make_primary
from ailab.views.wrapped_label import WrappedLabel

_STEPS = 1000


class RunPanel(QWidget):
    """Starts and cancels a run, shows its progress and what it came to.

    Args:
        inference: what the panel shows and changes.
        parent: the widget around it.
    """

    def __init__(self, inference: InferenceViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._inference = inference
        self._time_left = TimeLeft()
        self.banner = Banner()
        self.notice = WrappedLabel("What the run came to")
        self.resume = ResumeBox(inference.resuming)
        self.stage = ElidedLabel()
        self.amount = WrappedLabel(tone="muted")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress of the run")
        self.why_not = WrappedLabel("What is missing before a run", "muted")
        self.run = SingleClickButton("&Run")
        self.run.setMinimumHeight(34)
        make_primary(self.run)
        self.cancel = SingleClickButton("Cancel")
        self.cancel.setMinimumHeight(34)
        self.cancel.setToolTip("Stop; what is done stays (Esc)")
        self.load = QPushButton("&Load results…")
        self.load.setToolTip("Show the results of an earlier run, from its folder (Ctrl+L)")
        self.open_folder = QPushButton("Open folder")
        self.open_folder.setToolTip("Open the folder of this run")
        self._lay_out()
        self.run.clicked.connect(self._on_run)
        self.cancel.clicked.connect(self._on_cancel)
        self.load.clicked.connect(self.ask_for_results)
        self.open_folder.clicked.connect(self._on_open_folder)
        self.banner.dismissed.connect(inference.dismiss_problem)
        self.resume.appeared.connect(self._on_asked)
        self.resume.vanished.connect(self._on_answered)
        inference.resuming.changed.connect(self._on_resuming)
        inference.changed.connect(self._on_changed)
        inference.place.changed.connect(self._on_place)
        inference.results.changed.connect(self._on_results_changed)
        self._render(inference.state)
        self._render_folder(inference.results.state)

    def ask_for_results(self) -> None:
        """Open the dialog for the folder of an earlier run."""
        choose_folder(
            self,
            "Choose the folder of an earlier run",
            self._inference.state.save_to,
            self._inference.load_results,
        )

    def _lay_out(self) -> None:
        later = QHBoxLayout()
        later.setSpacing(SPACE)
        later.addWidget(self.load, 1)
        later.addWidget(self.open_folder, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(self.banner)
        column.addWidget(self.notice)
        column.addWidget(self.resume)
        progress = QVBoxLayout()
        progress.setSpacing(SPACE_SMALL)
        progress.addWidget(self.stage)
        progress.addWidget(self.bar)
        progress.addWidget(self.amount)
        column.addLayout(progress)
        column.addWidget(self.why_not)
        column.addWidget(self.run)
        column.addWidget(self.cancel)
        column.addLayout(later)

    def _on_changed(self, _old: InferenceState, new: InferenceState) -> None:
        self._render(new)

    def _on_place(self, _old: RunPlaceState, _new: RunPlaceState) -> None:
        self._render(self._inference.state)

    def _on_resuming(self, _old: ResumingState, _new: ResumingState) -> None:
        self._render(self._inference.state)

    def _on_asked(self) -> None:
        # Who pressed Run goes on by the keyboard.
        if self.cancel.hasFocus():
            self.resume.go_on.setFocus()

    def _on_answered(self) -> None:
        # By a button, or by Esc: the keyboard stays in this panel.
        (self.run if self.cancel.isHidden() else self.cancel).setFocus()

    @property
    def _is_asking(self) -> bool:
        return self._inference.resuming.state.offer is not None

    def _on_results_changed(self, old: ResultsState, new: ResultsState) -> None:
        if old.folder != new.folder:
            self._render_folder(new)

    def _render_folder(self, state: ResultsState) -> None:
        self.open_folder.setVisible(bool(state.folder))

    def _render(self, state: InferenceState) -> None:
        had_focus = self.run.hasFocus() or self.cancel.hasFocus()
        self.run.setVisible(not state.can_cancel)
        self.cancel.setVisible(state.can_cancel)
        lack = self._inference.place.state.problem  # which the choice of the place tells
        self.run.setEnabled(state.can_run and lack is None)
        self.load.setEnabled(not state.is_running)
        why_not = state.why_not_run or (lack.message if lack is not None else "")
        self.run.setToolTip(plain_tip(why_not) or "Run the model on the pictures (Ctrl+R)")
        self.why_not.setText(state.why_not_run)
        self.why_not.setVisible(bool(state.why_not_run))
        if had_focus and not self._is_asking:
            # The keyboard stays where the person left it: Run becomes Cancel and back.
            (self.cancel if state.can_cancel else self.run).setFocus()
        problem = state.problem
        self.banner.tell(*(("", "") if problem is None else (problem.message, problem.advice)))
        self.notice.setText(state.notice)
        self.notice.setVisible(bool(state.notice))
        for widget in (self.stage, self.amount, self.bar):
            widget.setVisible(state.can_cancel and not self._is_asking)
        if self._is_asking:
            return
        if state.progress is not None:
            self._render_progress(state.progress)
        elif state.awaits_input:
            self.stage.setText("Runs once the pictures are found …")
            self.amount.hide()
            self.bar.setRange(0, 0)

    def _render_progress(self, progress: RunProgress) -> None:
        stage, amount = progress_text(progress)
        amount = " · ".join(filter(None, (amount, self._time_left.text(progress))))
        self.stage.setText(stage)
        self.amount.setText(amount)
        self.amount.setVisible(bool(amount))
        share = progress_share(progress)
        self.bar.setRange(0, 0 if share is None else _STEPS)
        if share is not None:
            self.bar.setValue(round(share * _STEPS))

    def _on_run(self) -> None:
        self._inference.run()

    def _on_cancel(self) -> None:
        self._inference.cancel()

    def _on_open_folder(self) -> None:
        folder = self._inference.results.state.folder
        open_folder(folder)
