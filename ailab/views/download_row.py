"""One download in the list."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QContextMenuEvent
from PyQt6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ailab.services.downloads.download_entry import DownloadEntry, DownloadState
from ailab.services.next_step import NextStep
from ailab.viewmodels.downloads_text import entry_text, entry_title, files_text
from ailab.views.action_menu import ActionMenu
from ailab.views.download_files_list import DownloadFilesList
from ailab.views.elided_label import ElidedLabel
from ailab.views.row_action import copying, of_buttons
from ailab.views.theme import SPACE, SPACE_SMALL, Tone, make_card, set_tone
from ailab.views.wrapped_label import WrappedLabel

_STEPS = 1000
_GO_ON = {
    DownloadState.PAUSED: ("Resume", "Go on from the byte where it stopped"),
    DownloadState.FAILED: ("Retry", "Try again, from the byte where it stopped"),
}
_TONES: dict[DownloadState, Tone] = {
    DownloadState.DONE: "success",
    DownloadState.FAILED: "error",
}
_STEP_WORDS = {
    NextStep.SIGN_IN: "Sign in…",
    NextStep.OPEN_MODEL_PAGE: "Open the model's page",
}


class DownloadRow(QFrame):
    """A download's model, progress, buttons and, unfolded, its files.

    Args:
        entry: the download.
        parent: the widget around it.

    Signals:
        pause_wanted(key), resume_wanted(key), hurry_wanted(key), cancel_wanted(key),
        use_wanted(model_id, ref): a button was pressed.
        step_wanted(model_id, step): the button of a failure's next step, a `NextStep`.
    """

    pause_wanted = pyqtSignal(str)
    resume_wanted = pyqtSignal(str)
    hurry_wanted = pyqtSignal(str)
    cancel_wanted = pyqtSignal(str)
    use_wanted = pyqtSignal(str, str)
    step_wanted = pyqtSignal(str, object)

    def __init__(self, entry: DownloadEntry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        make_card(self)
        self._entry = entry
        self.title = ElidedLabel()
        set_tone(self.title, "heading")
        self.status = ElidedLabel(mode=Qt.TextElideMode.ElideRight)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, _STEPS)
        self.problem = WrappedLabel("What went wrong", "error")
        self.advice = WrappedLabel("What to do")
        self.step = QPushButton()
        self.pause = QPushButton("Pause")
        self.pause.setToolTip("Stop for now; what has arrived is kept")
        self.resume = QPushButton("Resume")
        self.hurry = QPushButton("Try now")
        self.hurry.setToolTip("Do not wait: try again at once, from the byte where it stopped")
        self.cancel = QPushButton("Cancel")
        self.cancel.setToolTip("Take it off the list and remove what has arrived")
        self.use = QPushButton("Use in Inference")
        self.use.setToolTip("Put the model into the Inference tab")
        self.unfold = QToolButton()
        self.unfold.setAutoRaise(True)
        self.unfold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.files = DownloadFilesList()
        self.files.hide()
        self.menu = ActionMenu(self)
        self._lay_out()
        self.pause.clicked.connect(self._on_pause)
        self.resume.clicked.connect(self._on_resume)
        self.hurry.clicked.connect(self._on_hurry)
        self.use.clicked.connect(self._on_use)
        self.cancel.clicked.connect(self._on_cancel)
        self.step.clicked.connect(self._on_step)
        self.unfold.clicked.connect(self._on_unfold)
        self._fold(is_unfolded=False)
        self.show_entry(entry)

    def contextMenuEvent(self, event: QContextMenuEvent | None) -> None:  # noqa: N802 - Qt's name
        """Offer what the buttons do, and copies of the model's id and of what went wrong."""
        if event is None:
            return
        event.accept()
        copies = [copying("Copy id", self._entry.model_id)]
        if (problem := self._entry.problem) is not None:
            words = "\n".join(filter(None, (problem.message, problem.advice)))
            copies.append(copying("Copy what went wrong", words))
        buttons = (self.hurry, self.pause, self.resume, self.use, self.step, self.cancel)
        self.menu.offer(event.globalPos(), copies, of_buttons(*buttons))

    def show_entry(self, entry: DownloadEntry) -> None:
        """Show how the download stands now."""
        self._entry = entry
        title = entry_title(entry)
        self.title.setText(title)
        self.setAccessibleName(f"Download of {title}")
        self.status.setText(entry.note or entry_text(entry))
        set_tone(self.status, _TONES.get(entry.state, "muted"))
        self.status.setAccessibleName(f"{title}: {entry_text(entry)}")
        self._show_bar(entry)
        self._show_problem(entry)
        self._show_buttons(entry)
        self.unfold.setText(files_text(entry))
        if self._is_unfolded:
            self.files.show_files(entry.files)

    def _show_bar(self, entry: DownloadEntry) -> None:
        self.bar.setVisible(entry.is_unfinished)
        self.bar.setAccessibleName(f"Progress of {entry.model_id}")
        if entry.total is None:
            self.bar.setRange(0, 0 if entry.state is DownloadState.RUNNING else _STEPS)
            return
        self.bar.setRange(0, _STEPS)
        # Whole steps only: a bar that does not move need not be painted.
        share = entry.done / entry.total if entry.total else 1.0
        self.bar.setValue(int(min(share, 1.0) * _STEPS))

    def _show_problem(self, entry: DownloadEntry) -> None:
        problem = entry.problem
        self.problem.setVisible(problem is not None)
        self.advice.setVisible(problem is not None and bool(problem.advice))
        step = "" if problem is None else _STEP_WORDS.get(problem.next_step, "")
        self.step.setVisible(bool(step))
        if problem is not None:
            self.problem.setText(problem.message)
            self.advice.setText(problem.advice)
            self.step.setText(step)

    def _show_buttons(self, entry: DownloadEntry) -> None:
        buttons = (self.hurry, self.pause, self.resume, self.use)
        focused = next((button for button in buttons if button.hasFocus()), None)
        self.hurry.setVisible(entry.can_hurry)
        self.use.setVisible(entry.state is DownloadState.DONE)
        self.pause.setVisible(entry.is_active)
        self.resume.setVisible(entry.state in _GO_ON)
        if entry.state in _GO_ON:
            text, explained = _GO_ON[entry.state]
            self.resume.setText(text)
            self.resume.setToolTip(explained)
        self.cancel.setVisible(entry.is_unfinished)
        if focused is not None and focused.isHidden():
            # The keyboard stays where the person left it: Pause becomes Resume and back.
            next(button for button in buttons[1:] if not button.isHidden()).setFocus()
        for button in (*buttons, self.cancel):
            button.setAccessibleName(f"{button.text()} the download of {entry.model_id}")

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(SPACE_SMALL)
        words.addWidget(self.title)
        words.addWidget(self.status)
        head = QHBoxLayout()
        head.setSpacing(SPACE)
        head.addLayout(words, 1)
        for button in (self.hurry, self.pause, self.resume, self.use, self.cancel):
            head.addWidget(button)
        foot = QHBoxLayout()
        foot.setSpacing(SPACE)
        foot.addWidget(self.unfold)
        foot.addStretch(1)
        foot.addWidget(self.step)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE + SPACE_SMALL, SPACE, SPACE + SPACE_SMALL, SPACE_SMALL)
        column.setSpacing(SPACE_SMALL)
        column.addLayout(head)
        column.addWidget(self.bar)
        column.addWidget(self.problem)
        column.addWidget(self.advice)
        column.addLayout(foot)
        column.addWidget(self.files)

    def _on_pause(self) -> None:
        self.pause_wanted.emit(self._entry.key)

    def _on_resume(self) -> None:
        self.resume_wanted.emit(self._entry.key)

    def _on_hurry(self) -> None:
        self.hurry_wanted.emit(self._entry.key)

    def _on_use(self) -> None:
        self.use_wanted.emit(self._entry.model_id, self._entry.ref)

    def _on_cancel(self) -> None:
        self.cancel_wanted.emit(self._entry.key)

    def _on_step(self) -> None:
        if self._entry.problem is not None:
            self.step_wanted.emit(self._entry.model_id, self._entry.problem.next_step)

    def _on_unfold(self) -> None:
        self._fold(is_unfolded=not self._is_unfolded)

    def _fold(self, *, is_unfolded: bool) -> None:
        self._is_unfolded = is_unfolded
        arrow = Qt.ArrowType.DownArrow if is_unfolded else Qt.ArrowType.RightArrow
        self.unfold.setArrowType(arrow)
        self.unfold.setToolTip("Hide the files" if is_unfolded else "Show the files")
        self.files.setVisible(is_unfolded)
        if is_unfolded:
            self.files.show_files(self._entry.files)
