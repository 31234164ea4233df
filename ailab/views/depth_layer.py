"""Depths over their picture."""

from __future__ import annotations

from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QImage, QPainter, qRgb

from ailab.services.inference.depth_levels import DepthLevels
from ailab.services.results.depth_colors import depth_colors
from ailab.views.picture_layer import placement
from ailab.views.picture_viewport import PictureViewport


class DepthLayer:
    """Draws a depth map in colours, dark for far and bright for near.

    Args:
        levels: the map, unpacked.
    """

    def __init__(self, levels: DepthLevels) -> None:
        self._levels = levels
        width, height = levels.width, levels.height
        indexed = QImage(levels.levels, width, height, width, QImage.Format.Format_Indexed8)
        indexed.setColorTable([qRgb(*color) for color in depth_colors()])
        # Colours, not levels: between them the painter may mix.
        self._image = indexed.convertToFormat(QImage.Format.Format_RGB32)
        self._opacity = 0.5

    def set_opacity(self, opacity: float) -> None:
        """Set how much of the picture is covered, 0 to 1."""
        self._opacity = opacity

    def at(self, x: float, y: float) -> tuple[float, int] | None:
        """The depth at a point and its level, 0 (farthest) to 255 (nearest).

        Args:
            x: share of the picture's width, 0 to 1.
            y: share of the picture's height, 0 to 1.
        """
        column, row = int(x * self._levels.width), int(y * self._levels.height)
        if x < 0 or y < 0 or column >= self._levels.width or row >= self._levels.height:
            return None
        place = row * self._levels.width + column
        return self._levels.depth[place], self._levels.levels[place]

    def draw(self, painter: QPainter, viewport: PictureViewport) -> None:
        """Draw the part in sight."""
        part, target = placement(viewport, self._levels.width, self._levels.height)
        if part.isEmpty():
            return
        painter.save()
        painter.setOpacity(self._opacity)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(target, self._image, QRectF(part))
        painter.restore()
