"""Text of several lines, each of which may lead somewhere."""

from __future__ import annotations

from PyQt6.QtCore import QPoint, Qt, pyqtSignal
from PyQt6.QtGui import QMouseEvent, QPalette, QTextCharFormat, QTextCursor
from PyQt6.QtWidgets import QWidget

from ailab.views.model_details_text import ModelDetailsText

Line = tuple[str, str]
"""Words, and the address that they lead to; empty for none."""


class ModelDetailsLinkText(ModelDetailsText):
    """Plain text whose lines can be links; nothing in it is read as markup.

    Signals:
        link_chosen(address): the person clicked a link.
    """

    link_chosen = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[Line, ...] = ()
        self.setMouseTracking(True)

    @property
    def links(self) -> tuple[str, ...]:
        """Where its lines lead."""
        return tuple(address for _, address in self._lines if address)

    def set_text(self, text: str, *, is_muted: bool = False) -> None:
        """Say something that leads nowhere."""
        if self._lines:
            self._lines = ()
            self.clear()
            self.setCurrentCharFormat(QTextCharFormat())
        super().set_text(text, is_muted=is_muted)

    def set_lines(self, lines: tuple[Line, ...]) -> None:
        """Say lines, some of which lead somewhere."""
        if lines == self._lines:
            return
        super().set_text("")
        self._lines = lines
        self._write()

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        """Show that a line leads somewhere."""
        super().mouseMoveEvent(event)
        viewport = self.viewport()
        if event is None or viewport is None:
            return
        is_link = bool(self._address_at(event.pos()))
        shape = Qt.CursorShape.PointingHandCursor if is_link else Qt.CursorShape.IBeamCursor
        viewport.setCursor(shape)

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        """Follow a link, unless text was marked."""
        super().mouseReleaseEvent(event)
        if event is None or event.button() != Qt.MouseButton.LeftButton:
            return
        address = self._address_at(event.pos())
        if address and not self.textCursor().hasSelection():
            self.link_chosen.emit(address)

    def _address_at(self, place: QPoint) -> str:
        return self.anchorAt(place) if self._lines else ""

    def _colour(self) -> None:
        super()._colour()
        if getattr(self, "_lines", ()):
            self._write()

    def _write(self) -> None:
        self.clear()
        cursor = QTextCursor(self.document())
        link = self.palette().color(QPalette.ColorRole.Link)
        for number, (words, address) in enumerate(self._lines):
            form = QTextCharFormat()
            if address:
                form.setAnchor(True)
                form.setAnchorHref(address)
                form.setForeground(link)
            cursor.insertText("\n" if number else "", QTextCharFormat())
            cursor.insertText(words, form)
        self.updateGeometry()
