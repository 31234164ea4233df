"""One thing that a menu offers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PyQt6.QtGui import QKeySequence
from PyQt6.QtWidgets import QAbstractButton

from ailab.views.clipboard import copy_text


@dataclass(frozen=True, slots=True)
class RowAction:
    """What can be done with a row, now: what can't be done is not offered.

    Attributes:
        text: what it is called; ours, never a stranger's.
        act: does it.
        keys: what does the same from the keyboard; told beside the text.
    """

    text: str
    act: Callable[[], object]
    keys: QKeySequence.StandardKey | str | None = None


def copying(text: str, what: str) -> RowAction:
    """Copies something.

    Args:
        text: of the action.
        what: is put on the clipboard.
    """
    return RowAction(text, partial(copy_text, what))


def of_buttons(*buttons: QAbstractButton) -> tuple[RowAction, ...]:
    """The same as pressing them, of those that can be pressed."""
    return tuple(
        RowAction(each.text().replace("&", ""), each.click)
        for each in buttons
        if each.isEnabled() and not each.isHidden()
    )
