"""A picture as a small square icon."""

from __future__ import annotations

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QIcon, QPainter, QPixmap

from ailab.services.images.picture import Picture
from ailab.views.picture_image import picture_image


def thumbnail_icon(picture: Picture | None, side: int) -> QIcon:
    """A thumbnail in the middle of a square, so that all names beside such begin at one place.

    Args:
        picture: what is shown; None for an empty square.
        side: of the square, in pixels of the screen's own scale.
    """
    square = QPixmap(QSize(2 * side, 2 * side))  # sharp on every screen
    square.fill(Qt.GlobalColor.transparent)
    if picture is None:
        return QIcon(square)
    image = picture_image(picture)
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
