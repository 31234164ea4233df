"""Where a card's link leads, before it is followed."""

from __future__ import annotations

from PyQt6.QtCore import QUrl
from PyQt6.QtGui import QDesktopServices
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from ailab.views.clipboard import copy_text
from ailab.views.model_details_links import is_web_page
from ailab.views.model_details_text import ModelDetailsText
from ailab.views.theme import SPACE, SPACE_SMALL, make_card, set_tone
from ailab.views.wrapped_label import WrappedLabel


class ModelCardLinkBar(QFrame):
    """The whole address of a link that was clicked, with what can be done about it.

    Attributes:
        address: the address.
        open: opens it in the web browser, or in the mail program.
        copy: copies it.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        make_card(self)
        self.address = ModelDetailsText()
        self.address.setAccessibleName("Address of the link")
        self.open = QPushButton("Open in bro&wser ↗")
        self.copy = QPushButton("Copy")
        self.copy.setAccessibleName("Copy the address")
        close = QToolButton()
        close.setText("✕")
        close.setAutoRaise(True)
        close.setAccessibleName("Put the address away")
        self._note = WrappedLabel()
        set_tone(self._note, "warning")
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(self.open)
        row.addWidget(self.copy)
        row.addStretch()
        row.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        column.setSpacing(SPACE_SMALL)
        column.addWidget(self.address)
        column.addWidget(self._note)
        column.addLayout(row)
        self.open.clicked.connect(self._on_open)
        self.copy.clicked.connect(self._on_copy)
        close.clicked.connect(self.hide)
        self.hide()

    @property
    def note(self) -> str:
        """What else there is to say about the address; may be empty."""
        return "" if self._note.isHidden() else self._note.text()

    def ask(self, address: str) -> None:
        """Show an address, and wait for what the person says."""
        can_open = is_web_page(address) or QUrl(address).scheme() == "mailto"
        self.address.set_text(address)
        self._say("" if can_open else "It is no web page that is safe to open.")
        self.open.setEnabled(can_open)
        self.show()
        self.open.setFocus()

    def _on_open(self) -> None:
        if QDesktopServices.openUrl(QUrl(self.address.text)):
            self.hide()
        else:
            self._say("No program answered. Copy it instead.")

    def _on_copy(self) -> None:
        copy_text(self.address.text)

    def _say(self, words: str) -> None:
        self._note.setText(words)
        self._note.setVisible(bool(words))
