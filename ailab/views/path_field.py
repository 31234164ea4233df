"""A field for a path or a name."""

from __future__ import annotations

from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QLineEdit, QWidget

from ailab.views.letter_key import is_mnemonic


class PathField(QLineEdit):
    """Takes a path, a name or an address.

    Args:
        name: what screen readers call it.
        placeholder: what may stand in it.
        shows_end: of a text too long for the field the end is shown, as suits a path; else
            the beginning.
        parent: the widget around it.
    """

    def __init__(
        self,
        name: str,
        placeholder: str,
        *,
        shows_end: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._shows_end = shows_end
        self.setAccessibleName(name)
        self.setPlaceholderText(placeholder)
        # Dropped files are for the tab as a whole, not text for the field.
        self.setAcceptDrops(False)
        self.setMinimumWidth(80)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802 - Qt's name
        """Leave mnemonics alone."""
        if event is not None and is_mnemonic(event):
            event.ignore()
            return
        super().keyPressEvent(event)

    def show_text(self, text: str, *, shows_end: bool | None = None) -> None:
        """Show a text; the cursor stays where it is the same.

        Args:
            text: the text.
            shows_end: of a text too long, the end; None as the field does.
        """
        if self.text() != text:
            self.setText(text)
            if not (self._shows_end if shows_end is None else shows_end):
                self.setCursorPosition(0)
