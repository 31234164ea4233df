"""What can be done with the selected model's name: copy it, open its page."""

from __future__ import annotations

from ipaddress import ip_address

from PyQt6.QtCore import Qt, QTimer, QUrl
from PyQt6.QtGui import QDesktopServices
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ailab.views.clipboard import copy_text
from ailab.views.theme import SPACE, SPACE_SMALL, set_tone

_COPY = "&Copy id"
_COPIED = "Copied ✓"
_COPIED_MS = 1500


class ModelDetailsLinks(QWidget):
    """Two buttons, and words where no web browser answers.

    Attributes:
        copy: copies the model's id.
        open_page: opens the model's page in the web browser.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model_id = ""
        self._url = ""
        self.copy = QPushButton(_COPY)
        # As wide as its longer text, so that nothing moves when it changes.
        self.copy.setMinimumWidth(self.copy.sizeHint().width() + SPACE)
        self.open_page = QPushButton("Open model &page ↗")
        self._note = QLabel()
        self._note.setTextFormat(Qt.TextFormat.PlainText)
        self._note.setWordWrap(True)
        self._note.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        set_tone(self._note, "warning")
        self._note.hide()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_COPIED_MS)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(self.copy)
        row.addWidget(self.open_page)
        row.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_SMALL)
        column.addLayout(row)
        column.addWidget(self._note)
        self.copy.clicked.connect(self._on_copy)
        self.open_page.clicked.connect(self._on_open_page)
        self._timer.timeout.connect(self._on_copied_long_ago)

    @property
    def note(self) -> str:
        """Why the page did not open; empty where it did."""
        return "" if self._note.isHidden() else self._note.text()

    def set_target(self, model_id: str, url: str) -> None:
        """Name the model and its page; the address is empty while it is not known."""
        if (model_id, url) != (self._model_id, self._url):
            self._model_id, self._url = model_id, url
            self._note.hide()
            self._on_copied_long_ago()
        can_open = is_web_page(url)
        self.open_page.setEnabled(can_open)
        self.open_page.setToolTip(url if can_open else "The address of its page is not known.")

    def _on_copy(self) -> None:
        copy_text(self._model_id)
        self.copy.setText(_COPIED)
        self._timer.start()

    def _on_copied_long_ago(self) -> None:
        self._timer.stop()
        self.copy.setText(_COPY)

    def _on_open_page(self) -> None:
        is_opened = is_web_page(self._url) and QDesktopServices.openUrl(QUrl(self._url))
        self._note.setText(f"No web browser answered. The address is {self._url}")
        self._note.setVisible(not is_opened)


def is_web_page(url: str) -> bool:
    """The address may be handed to the web browser: https, or http on this machine alone."""
    parsed = QUrl(url, QUrl.ParsingMode.StrictMode)
    if not parsed.isValid() or not parsed.host() or parsed.userInfo():
        return False
    return parsed.scheme() == "https" or (parsed.scheme() == "http" and _is_loopback(parsed.host()))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
