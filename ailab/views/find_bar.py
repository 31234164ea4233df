"""Finds words in a page of text."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QKeySequence, QShortcut, QTextCursor, QTextDocument
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QTextEdit, QWidget

from ailab.views.theme import SPACE, set_tone

_KEYS = QKeySequence.StandardKey


class FindBar(QWidget):
    """A field for words; those found are selected in the page, one after the other.

    Ctrl+F leads there from anywhere in the window, Enter and F3 to the next place, Shift with them
    to the one before; behind the last place comes the first.

    Args:
        page: where they are looked for.
        parent: the widget around it.

    Attributes:
        words: what is looked for.
        absent: that it is not on the page.

    Signals:
        left_downwards(): the Down key.
    """

    left_downwards = pyqtSignal()

    def __init__(self, page: QTextEdit, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page = page
        self.words = QLineEdit()
        self.words.setPlaceholderText("Find in the documentation (Ctrl+F)")
        self.words.setAccessibleName("Find in the documentation")
        self.words.setClearButtonEnabled(True)
        self.absent = QLabel("Not on this page")
        set_tone(self.absent, "muted")
        self.absent.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(self.words, 1)
        row.addWidget(self.absent)
        for keys, slot in (
            (_KEYS.Find, self._begin),
            (_KEYS.FindNext, self.find_next),
            (_KEYS.FindPrevious, self.find_before),
        ):
            shortcut = QShortcut(keys, self)
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            shortcut.activated.connect(slot)
        self.words.textChanged.connect(self.look_again)

    def find_next(self) -> None:
        """Go to the next place."""
        self._find(QTextDocument.FindFlag(0), QTextCursor.MoveOperation.Start)

    def find_before(self) -> None:
        """Go to the place before."""
        self._find(QTextDocument.FindFlag.FindBackward, QTextCursor.MoveOperation.End)

    def look_again(self) -> None:
        """Look for other words, or on another page, from the place shown on."""
        cursor = self._page.textCursor()
        cursor.setPosition(cursor.selectionStart())
        self._page.setTextCursor(cursor)
        self.find_next()

    def go_to(self, place: int) -> None:
        """Go to one of the places, from 0 for the first on the page."""
        document, words = self._page.document(), self.words.text()
        if document is None or not words:
            return
        found = document.find(words)
        for _ in range(place):
            following = document.find(words, found)
            if following.isNull():
                break
            found = following
        if not found.isNull():
            self._page.setTextCursor(found)
            self._bring_up()
        self.absent.setVisible(found.isNull())

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802 - Qt's name
        """Enter finds the next place; it closes no dialog. Down leaves the field."""
        if event is not None and event.key() == Qt.Key.Key_Down:
            self.left_downwards.emit()
        elif event is None or event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.find_before()
        else:
            self.find_next()

    def _begin(self) -> None:
        self.words.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.words.selectAll()

    def _bring_up(self) -> None:
        """Have the place chosen a third below the top, with what is said before and after it."""
        bar, viewport = self._page.verticalScrollBar(), self._page.viewport()
        if bar is not None and viewport is not None:
            top = self._page.cursorRect().top()
            bar.setValue(bar.value() + top - viewport.height() // 3)

    def _find(self, way: QTextDocument.FindFlag, start: QTextCursor.MoveOperation) -> None:
        words = self.words.text()
        is_there = not words or self._page.find(words, way)
        if not is_there:  # behind the last place: from the other end once more
            before = self._page.textCursor()
            self._page.moveCursor(start)
            is_there = self._page.find(words, way)
            if not is_there:
                self._page.setTextCursor(before)
        self.absent.setVisible(not is_there)
