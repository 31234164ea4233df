"""The column that fills a dialog."""

from __future__ import annotations

from PyQt6.QtWidgets import QDialog, QVBoxLayout

from ailab.views.theme import SPACE, SPACE_LARGE


class DialogColumn(QVBoxLayout):
    """Keeps all dialogs' contents as far from their edges, and from each other.

    Args:
        dialog: the one that it fills.
    """

    def __init__(self, dialog: QDialog) -> None:
        super().__init__(dialog)
        self.setContentsMargins(SPACE_LARGE, SPACE_LARGE, SPACE_LARGE, SPACE_LARGE)
        self.setSpacing(SPACE)
