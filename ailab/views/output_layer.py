"""A picture that the model made, over the picture that it was made of."""

from __future__ import annotations

from PyQt6.QtCore import QLineF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPen

from ailab.services.images.picture import Picture
from ailab.views.picture_layer import PictureLayer
from ailab.views.picture_viewport import PictureViewport


class OutputLayer:
    """Draws the picture made to the right of a line, which leaves the one before to its left.

    The sides are those of the annotated copy that is saved.

    Args:
        made: covers the picture, with any number of pixels.
    """

    def __init__(self, made: Picture) -> None:
        self._layer = PictureLayer(made)
        self._share = 0.5

    def set_share(self, share: float) -> None:
        """Set where the line stands, as a share of the picture's width from its left, 0 to 1."""
        self._share = share

    def is_over(self, x: float) -> bool:
        """True where the picture made is seen, at a share of the picture's width."""
        return x >= self._share

    def draw(self, painter: QPainter, viewport: PictureViewport, ratio: float) -> None:
        """Draw the part in sight; `ratio` is device pixels per view pixel."""
        whole = viewport.target
        line = whole.left() + whole.width() * self._share
        painter.save()
        painter.setClipRect(QRectF(line, whole.top(), whole.right() - line, whole.height()))
        self._layer.draw(painter, viewport, ratio, quickly=False)
        painter.restore()
        if 0 < self._share < 1:
            # Dark around bright, so that it is seen on any picture.
            for color, width in ((QColor(0, 0, 0, 150), 4.0), (QColor(255, 255, 255), 2.0)):
                painter.setPen(QPen(color, width, cap=Qt.PenCapStyle.FlatCap))
                painter.drawLine(QLineF(line, whole.top(), line, whole.bottom()))
