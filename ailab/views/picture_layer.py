"""The picture itself, scaled once for what is in sight."""

from __future__ import annotations

import math

from PyQt6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PyQt6.QtGui import QImage, QPainter

from ailab.services.images.picture import Picture
from ailab.views.picture_image import picture_image
from ailab.views.picture_viewport import PictureViewport


class PictureLayer:
    """Draws a picture; keeps the scaled part in sight, so that overlays repaint at once.

    Args:
        picture: what is drawn.
    """

    def __init__(self, picture: Picture) -> None:
        self.picture = picture
        self._image = picture_image(picture)
        self._scaled: tuple[QRect, QSize, QImage] | None = None

    def draw(
        self, painter: QPainter, viewport: PictureViewport, ratio: float, *, quickly: bool
    ) -> None:
        """Draw the part in sight.

        Args:
            painter: of the view.
            viewport: where the picture lies.
            ratio: device pixels per view pixel.
            quickly: while zoom or position change: rougher, without keeping anything.
        """
        part, target = placement(viewport, self.picture.width, self.picture.height)
        if part.isEmpty():
            return
        if quickly:
            painter.drawImage(target, self._image, QRectF(part))
            return
        size = device_size(target, ratio)
        if self._scaled is None or self._scaled[:2] != (part, size):
            magnifies = size.width() >= 2 * part.width()
            how = Qt.TransformationMode
            scaled = self._image.copy(part).scaled(
                size,
                Qt.AspectRatioMode.IgnoreAspectRatio,
                how.FastTransformation if magnifies else how.SmoothTransformation,
            )
            self._scaled = (part, size, scaled)
        painter.drawImage(target, self._scaled[2])


def placement(viewport: PictureViewport, width: int, height: int) -> tuple[QRect, QRectF]:
    """The part of an image in sight, in whole pixels of it, and where it lies in the view.

    Args:
        viewport: where the picture lies.
        width: of the image, which covers the picture but may have fewer pixels.
        height: of the image.
    """
    whole = viewport.target
    across, down = width / whole.width(), height / whole.height()
    visible = viewport.visible()
    corner = viewport.to_view(visible.left(), visible.top()) - whole.topLeft()
    extent = visible.size() * viewport.scale
    left = max(math.floor(corner.x() * across), 0)
    top = max(math.floor(corner.y() * down), 0)
    right = min(math.ceil((corner.x() + extent.width()) * across), width)
    bottom = min(math.ceil((corner.y() + extent.height()) * down), height)
    part = QRect(left, top, right - left, bottom - top)
    target = QRectF(
        whole.topLeft() + QPointF(left / across, top / down),
        whole.topLeft() + QPointF(right / across, bottom / down),
    )
    return part, target


def device_size(target: QRectF, ratio: float) -> QSize:
    """The size of a target in whole device pixels."""
    return QSize(
        max(round(target.width() * ratio), 1),
        max(round(target.height() * ratio), 1),
    )
