"""A message with what to do next, which stays until it is put away."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QFrame, QGridLayout, QToolButton, QWidget

from ailab.views.theme import SPACE, BannerTone, set_banner_tone, set_tone
from ailab.views.wrapped_label import WrappedLabel


class Banner(QFrame):
    """Says what happened in its colour, and below it what to do.

    Args:
        parent: the widget around it.
        can_dismiss: True shows a button that puts it away.

    Signals:
        dismissed(): the person put it away.
    """

    dismissed = pyqtSignal()

    def __init__(self, parent: QWidget | None = None, *, can_dismiss: bool = True) -> None:
        super().__init__(parent)
        self.message = WrappedLabel("Message")
        self.advice = WrappedLabel("Advice")
        self.dismiss = QToolButton(self)  # shown below: without a parent as a window of its own
        self.dismiss.setText("✕")
        self.dismiss.setAutoRaise(True)
        self.dismiss.setAccessibleName("Dismiss the message")
        self.dismiss.setToolTip("Dismiss")
        self.dismiss.setVisible(can_dismiss)
        grid = QGridLayout(self)
        grid.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        grid.setSpacing(SPACE // 2)
        grid.setColumnStretch(0, 1)
        grid.addWidget(self.message, 0, 0)
        grid.addWidget(self.dismiss, 0, 1, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.advice, 1, 0, 1, 2)
        self.dismiss.clicked.connect(self.dismissed)
        self.hide()

    def tell(self, message: str, advice: str = "", tone: BannerTone = "error") -> None:
        """Show a message; an empty one hides the banner."""
        self.message.setText(message)
        self.advice.setText(advice)
        self.advice.setVisible(bool(advice))
        set_banner_tone(self, tone)
        set_tone(self.message, tone)
        self.setVisible(bool(message))
