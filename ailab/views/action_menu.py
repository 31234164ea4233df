"""A menu that opens where it was asked for."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QPoint
from PyQt6.QtGui import QAction, QKeySequence
from PyQt6.QtWidgets import QMenu, QWidget

from ailab.views.row_action import RowAction


class ActionMenu(QMenu):
    """Filled anew each time that it opens, with what can be done then.

    Args:
        parent: whose menu it is.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.triggered.connect(self._on_triggered)

    def offer(self, at: QPoint, *groups: Sequence[RowAction]) -> None:
        """Open with groups of actions, a line between them; not at all where there are none.

        Args:
            at: of the screen.
            groups: empty ones are left out.
        """
        self.clear()
        for group in filter(None, groups):
            if self.actions():
                self.addSeparator()
            for each in group:
                action = QAction(each.text, self)
                action.setData(each)
                if each.keys is not None:
                    action.setShortcut(QKeySequence(each.keys))
                    action.setShortcutVisibleInContextMenu(True)
                self.addAction(action)
        if self.actions():
            # Not executed, which would start an event loop within that of the lab.
            self.popup(at)

    @property
    def texts(self) -> list[str]:
        """What it offers, from top to bottom."""
        return [action.text() for action in self.actions() if not action.isSeparator()]

    def _on_triggered(self, action: QAction) -> None:
        chosen = action.data()
        if isinstance(chosen, RowAction):
            chosen.act()
