"""Where Tab goes among widgets that are built later than those around them."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QWidget


def let_follow(before: QWidget, group: QWidget) -> None:
    """Have Tab go on from a widget, and from all in it, to those of a group.

    Without that a group that is built later comes last of all in its window.

    Args:
        before: the widget that Tab leaves.
        group: in the same window; its own order stays.
    """
    here = _reached(before)
    if not here:
        return
    last = here[-1]
    for each in _reached(group):
        QWidget.setTabOrder(last, each)
        last = each


def _reached(group: QWidget) -> list[QWidget]:
    """The widget and those in it that take the keyboard, in Tab's order."""
    found = [group]
    each = group.nextInFocusChain()
    while each is not None and each is not group:
        if group.isAncestorOf(each):
            found.append(each)
        each = each.nextInFocusChain()
    return [each for each in found if each.focusPolicy() is not Qt.FocusPolicy.NoFocus]
