"""Room for words that come and go."""

from __future__ import annotations

from PyQt6.QtWidgets import QDialog


def fit_height(dialog: QDialog) -> None:
    """Keep a dialog at least as high as its words are at its width.

    Qt gives wrapped text its height when a dialog is first shown. A message that comes later
    would be squeezed into the room there was, and squeeze what is beside it.
    """
    layout = dialog.layout()
    if layout is not None and layout.hasHeightForWidth():
        layout.activate()
        dialog.setMinimumHeight(layout.totalHeightForWidth(dialog.width()))
