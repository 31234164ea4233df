"""From how many pixels the pieces of regions are counted."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QSpinBox, QWidget

from ailab.services.inference.pieces_from import MOST_PIECES_FROM
from ailab.viewmodels.piece_counts import PieceCountsViewModel
from ailab.viewmodels.piece_counts_state import PieceCountsState
from ailab.views.theme import SPACE

_STEP = 10
_LEAST_WIDTH = 60
"""Of the number: thousands can be read, and a narrow panel has room."""


class PiecesBox(QWidget):
    """A number of pixels; to be seen where there are pieces, or may be some.

    Args:
        pieces: what is shown and changed.
        parent: the widget around it.
    """

    def __init__(self, pieces: PieceCountsViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pieces = pieces
        name = QLabel("Pieces from")
        name.setToolTip(
            "A piece is what hangs together in a region. Smaller ones are specks, which are not "
            "counted; nothing is run again"
        )
        self.pixels = QSpinBox()
        self.pixels.setRange(0, MOST_PIECES_FROM)
        self.pixels.setSingleStep(_STEP)
        self.pixels.setSuffix(" px")
        self.pixels.setMinimumWidth(_LEAST_WIDTH)
        self.pixels.setGroupSeparatorShown(True)
        self.pixels.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self.pixels.setAccessibleName("Pixels from which a piece is counted")
        self.pixels.setToolTip("0 counts all pieces")
        name.setBuddy(self.pixels)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(name, 1)
        row.addWidget(self.pixels, 0, Qt.AlignmentFlag.AlignRight)
        self.pixels.valueChanged.connect(self._on_pixels)
        pieces.changed.connect(self._on_changed)
        self._render(pieces.state)

    def _on_pixels(self, pixels: int) -> None:
        self._pieces.set_pieces_from(pixels)

    def _on_changed(self, _old: PieceCountsState, new: PieceCountsState) -> None:
        self._render(new)

    def _render(self, state: PieceCountsState) -> None:
        self.setVisible(state.is_offered)
        self.pixels.blockSignals(True)
        self.pixels.setValue(state.pieces_from)
        self.pixels.blockSignals(False)
