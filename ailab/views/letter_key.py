"""Keys that are meant for a mnemonic."""

from __future__ import annotations

import sys

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QKeyEvent

_MODIFIERS = Qt.KeyboardModifier


def is_mnemonic(event: QKeyEvent) -> bool:
    """True for Alt with a letter, which presses a button, where that is enabled.

    Where it is not, a field of text would take the letter itself. On a Mac, Option with a letter
    writes another letter; with AltGr, which comes as Control and Alt, other systems do so.
    """
    modifiers = event.modifiers() & ~(_MODIFIERS.ShiftModifier | _MODIFIERS.KeypadModifier)
    return (
        sys.platform != "darwin"
        and modifiers == _MODIFIERS.AltModifier
        and event.text().isprintable()
        and bool(event.text())
    )
