"""Text of several lines, as it is."""

from __future__ import annotations

import re

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel, QWidget

from ailab.views.theme import Tone, set_tone

_WORD = re.compile(r"[^\s/-]+")  # Qt itself breaks lines after / and -
_LONG_WORD = 40
"""Letters."""
_BETWEEN_PARTS = re.compile(r"(?<=[\\._])(?=\w)")
_PART = re.compile(r".{8}(?=.)", re.DOTALL)
_BREAK = "\N{ZERO WIDTH SPACE}"
_LONGEST = 20_000
"""Letters; laying out millions would keep the window still."""
_BEFORE_UNIT = re.compile(r"(?<=\d) (?=(?:[kMGT]?B|bytes|m?s|%)(?![\w/.]*\w))")


class WrappedLabel(QLabel):
    """Shows text that may come from anywhere: wrapped, never taken for markup, selectable.

    A figure and its unit stay on one line. A word of many letters goes on in the next one, or all
    around it would be as wide as the word.

    Args:
        name: what screen readers call it; empty where its text says enough.
        tone: what its colour says.
        parent: the widget around it.
        longest_part: letters of what stays together of a path or a name with dots; 0 to break
            words of 40 letters or more alone, so that others can be copied as they are.
    """

    def __init__(
        self,
        name: str = "",
        tone: Tone = "",
        parent: QWidget | None = None,
        *,
        longest_part: int = 0,
    ) -> None:
        super().__init__(parent)
        self._longest_part = longest_part
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setAccessibleName(name)
        set_tone(self, tone)

    def setText(self, text: str | None) -> None:  # noqa: N802 - Qt's name
        """Show a text."""
        text = text or ""
        if len(text) > _LONGEST:
            text = f"{text[:_LONGEST]}…"
        text = _WORD.sub(self._with_breaks, text)
        super().setText(_BEFORE_UNIT.sub("\N{NO-BREAK SPACE}", text))

    def text(self) -> str:
        """The text, as it was given."""
        return super().text().replace("\N{NO-BREAK SPACE}", " ").replace(_BREAK, "")

    def _with_breaks(self, word: re.Match[str]) -> str:
        longest = self._longest_part
        if not longest:
            return _in_pieces(word[0], _LONG_WORD)
        if len(word[0]) < longest:
            return word[0]
        return _BREAK.join(_in_pieces(part, longest) for part in _BETWEEN_PARTS.split(word[0]))


def _in_pieces(word: str, length: int) -> str:
    """A word that can be broken every few letters, where it has so many."""
    return word if len(word) < length else _PART.sub(rf"\g<0>{_BREAK}", word)
