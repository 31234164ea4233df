"""A decoded picture as Qt has pictures."""

from __future__ import annotations

from PyQt6.QtGui import QImage

from ailab.services.images.picture import Picture


def picture_image(picture: Picture) -> QImage:
    """The same pixels, which stay the picture's: it has to live as long, or the image is copied."""
    return QImage(
        picture.pixels,
        picture.width,
        picture.height,
        4 * picture.width,
        QImage.Format.Format_RGB32,
    )
