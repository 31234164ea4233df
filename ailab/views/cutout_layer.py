"""What a matte cuts out of its picture, on a checkerboard."""

from __future__ import annotations

from PyQt6.QtCore import QPointF, QRect, QSize, Qt
from PyQt6.QtGui import QColor, QImage, QPainter

from ailab.services.inference.segment_maps import SegmentMaps
from ailab.views.picture_layer import device_size, placement
from ailab.views.picture_viewport import PictureViewport

_BRIGHT, _DARK = QColor(255, 255, 255), QColor(204, 204, 204)
_CELL = 9
"""Side of a square of the board, in view pixels."""


class CutoutLayer:
    """Covers the background by a checkerboard, as much as it is background.

    Args:
        maps: whose confidence says how much of each pixel is foreground.
    """

    def __init__(self, maps: SegmentMaps) -> None:
        self._maps = maps
        self._matte = QImage(
            maps.confidence, maps.width, maps.height, maps.width, QImage.Format.Format_Grayscale8
        )
        self._drawn: tuple[QRect, QSize, QImage] | None = None

    def foreground_at(self, x: float, y: float) -> float | None:
        """How much of a pixel is foreground, 0 to 1; None beside the picture.

        Args:
            x: share of the picture's width, 0 to 1.
            y: share of the picture's height, 0 to 1.
        """
        column, row = int(x * self._maps.width), int(y * self._maps.height)
        if not (0 <= column < self._maps.width and 0 <= row < self._maps.height) or x < 0 or y < 0:
            return None
        return self._maps.confidence[row * self._maps.width + column] / 255

    def draw(self, painter: QPainter, viewport: PictureViewport, ratio: float) -> None:
        """Draw the part in sight; `ratio` is device pixels per view pixel."""
        part, target = placement(viewport, self._maps.width, self._maps.height)
        if part.isEmpty():
            return
        size = device_size(target, ratio)
        if self._drawn is None or self._drawn[:2] != (part, size):
            self._drawn = (part, size, self._board(part, size, ratio))
        painter.drawImage(target, self._drawn[2])

    def _board(self, part: QRect, size: QSize, ratio: float) -> QImage:
        background = self._matte.copy(part).scaled(
            size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        background = background.convertToFormat(QImage.Format.Format_Grayscale8)
        background.invertPixels()
        background.reinterpretAsFormat(QImage.Format.Format_Alpha8)
        board = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
        painter = QPainter(board)
        cell = max(2, round(_CELL * ratio))
        for top in range(0, size.height(), cell):
            for left in range(0, size.width(), cell):
                is_dark = (top // cell + left // cell) % 2
                painter.fillRect(left, top, cell, cell, _DARK if is_dark else _BRIGHT)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationIn)
        painter.drawImage(QPointF(), background)
        painter.end()
        return board
