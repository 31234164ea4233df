"""The pictures of the run that resemble the one shown, nearest first."""

from __future__ import annotations

from pathlib import PurePath

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QIcon, QImage, QPainter, QPixmap
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ailab.services.images.picture import Picture
from ailab.viewmodels.neighbours import NeighboursViewModel
from ailab.viewmodels.neighbours_state import NeighboursState
from ailab.views.plain_tip import plain_tip
from ailab.views.theme import SPACE_SMALL
from ailab.views.wrapped_label import WrappedLabel

_SIDE = 48
_LEAST_ROWS = 3


class NeighboursList(QWidget):
    """Thumbnails, names and how alike they are; a click goes to that picture.

    Hidden where the picture shown has no vector.

    Args:
        neighbours: what is shown.
        parent: the widget around it.
    """

    def __init__(self, neighbours: NeighboursViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._neighbours = neighbours
        self.heading = WrappedLabel(tone="heading")
        self.heading.setText("Nearest pictures, and how similar they are")
        self.words = WrappedLabel("About the nearest pictures", "muted")
        self.list = QListWidget()
        self.list.setAccessibleName("Nearest pictures")
        self.list.setIconSize(QSize(_SIDE, _SIDE))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setUniformItemSizes(True)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_SMALL)
        column.addWidget(self.heading)
        column.addWidget(self.words)
        column.addWidget(self.list, 1)
        column.addStretch(0)
        self.list.itemClicked.connect(self._on_chosen)
        self.list.itemActivated.connect(self._on_chosen)
        neighbours.changed.connect(self._on_changed)
        self._render(neighbours.state)

    def _on_changed(self, old: NeighboursState, new: NeighboursState) -> None:
        if old.neighbours == new.neighbours and old.thumbnails != new.thumbnails:
            self._show_thumbnails(new)
        self._render(new, is_new=old.neighbours != new.neighbours)

    def _render(self, state: NeighboursState, *, is_new: bool = True) -> None:
        self.setVisible(state.is_of_vectors)
        self.words.setText(_words(state))
        self.words.setVisible(bool(self.words.text()))
        self.list.setVisible(bool(state.neighbours))
        if not is_new:
            return
        self.list.clear()
        for neighbour in state.neighbours:
            name = PurePath(neighbour.picture).name
            likeness = f"{neighbour.similarity:.3f}".replace("-", "\N{MINUS SIGN}")
            item = QListWidgetItem(f"{name}\n{likeness}")
            item.setData(Qt.ItemDataRole.UserRole, neighbour.index)
            item.setToolTip(
                plain_tip(
                    f"{neighbour.picture}\nCosine of both vectors: {neighbour.similarity:.6f}; "
                    "1 is the same direction"
                )
            )
            item.setSizeHint(QSize(_SIDE, _SIDE + 2 * SPACE_SMALL))
            self.list.addItem(item)
        self._show_thumbnails(state)
        self.list.setMinimumHeight(
            min(len(state.neighbours), _LEAST_ROWS) * (_SIDE + 2 * SPACE_SMALL) + 2
        )

    def _show_thumbnails(self, state: NeighboursState) -> None:
        for row, neighbour in enumerate(state.neighbours):
            item = self.list.item(row)
            if item is not None:
                item.setIcon(_icon(state.thumbnails.get(neighbour.picture)))

    def _on_chosen(self, item: QListWidgetItem | None) -> None:
        index = None if item is None else item.data(Qt.ItemDataRole.UserRole)
        if isinstance(index, int):
            self._neighbours.go_to(index)


def _words(state: NeighboursState) -> str:
    if state.is_looking:
        return "Comparing …"
    if state.compared == 0:
        return "Run several pictures to see which of them resemble this one."
    return "" if state.neighbours else "No other picture has a vector to compare."


def _icon(picture: Picture | None) -> QIcon:
    """A thumbnail in the middle of a square, so that all names begin at the same place."""
    square = QPixmap(2 * _SIDE, 2 * _SIDE)  # sharp on every screen
    square.fill(Qt.GlobalColor.transparent)
    if picture is None:
        return QIcon(square)
    image = QImage(
        picture.pixels,
        picture.width,
        picture.height,
        4 * picture.width,
        QImage.Format.Format_RGB32,
    )
    small = image.scaled(
        square.size(),
        Qt.AspectRatioMode.KeepAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
    painter = QPainter(square)
    left, top = square.width() - small.width(), square.height() - small.height()
    painter.drawImage(left // 2, top // 2, small)
    painter.end()
    icon = QIcon()
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):
        icon.addPixmap(square, mode)
    return icon
