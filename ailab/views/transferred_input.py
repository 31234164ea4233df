"""Pictures that are dropped or pasted."""

from __future__ import annotations

from PyQt6.QtCore import QMimeData
from PyQt6.QtGui import QImage


def local_paths(data: QMimeData | None) -> list[str]:
    """Paths of the files and folders dropped or copied; those elsewhere are left out."""
    if data is None or not data.hasUrls():
        return []
    return [url.toLocalFile() for url in data.urls() if url.isLocalFile()]


def picture_in(data: QMimeData | None) -> tuple[int, int, bytes] | None:
    """Width, height and pixels (4 bytes each: B, G, R, X) of a copied picture."""
    image = data.imageData() if data is not None and data.hasImage() else None
    if not isinstance(image, QImage) or image.isNull():
        return None
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    bits = image.constBits()
    if bits is None:
        return None
    # Rows of 32-bit pixels are never padded.
    return image.width(), image.height(), bits.asstring(image.sizeInBytes())
