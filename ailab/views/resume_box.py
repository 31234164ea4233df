"""The question whether a run goes on with one that broke off, in its place instead of a dialog."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ailab.viewmodels.resuming import ResumeRule, ResumingState, ResumingViewModel
from ailab.viewmodels.resuming_text import begin_anew_tip, go_on_tip, offer_text
from ailab.views.plain_tip import plain_tip
from ailab.views.theme import SPACE, make_primary, set_banner_tone
from ailab.views.wrapped_label import WrappedLabel


class ResumeBox(QFrame):
    """Seen while a run waits for the answer. All else goes on meanwhile, and Cancel ends the run.

    Args:
        resuming: what is asked; asks from now on.
        parent: the widget around it.

    Signals:
        appeared(): something is asked.
        vanished(): it is no more, and the keyboard was here.
    """

    appeared = pyqtSignal()
    vanished = pyqtSignal()

    def __init__(self, resuming: ResumingViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.what = WrappedLabel("A run that broke off")
        self.how = WrappedLabel("How it is gone on with", "muted")
        self.go_on = QPushButton("&Go on with it")
        make_primary(self.go_on)
        self.begin_anew = QPushButton("Begin ane&w")
        set_banner_tone(self, "warning")
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE)
        buttons.addWidget(self.go_on, 1)
        buttons.addWidget(self.begin_anew, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        column.setSpacing(SPACE)
        column.addWidget(self.what)
        column.addWidget(self.how)
        column.addLayout(buttons)
        self.go_on.clicked.connect(resuming.go_on)
        self.begin_anew.clicked.connect(resuming.begin_anew)
        resuming.changed.connect(self._on_changed)
        resuming.follow(ResumeRule.ASK)
        self._render(resuming.state)

    def _on_changed(self, old: ResumingState, new: ResumingState) -> None:
        self._render(new)
        if old.offer is None and new.offer is not None:
            self.appeared.emit()

    def _render(self, state: ResumingState) -> None:
        offer = state.offer
        if offer is not None:
            what, how = offer_text(offer)
            self.what.setText(what)
            self.how.setText(how)
            self.how.setVisible(bool(how))
            self.go_on.setToolTip(plain_tip(go_on_tip(offer)))
            self.begin_anew.setToolTip(plain_tip(begin_anew_tip(offer)))
        had_focus = self.go_on.hasFocus() or self.begin_anew.hasFocus()
        self.setVisible(offer is not None)
        if had_focus and offer is None:
            self.vanished.emit()
