"""A picture that shows what a model is for."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, QSize, Qt
from PyQt6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from ailab.services.images.picture import Picture
from ailab.views.picture_image import picture_image

_HIGHEST = 200
_RADIUS = 6.0


class ModelDetailsPreview(QWidget):
    """Draws a picture as wide as there is room, 200 pixels high at most; nothing without one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: QImage | None = None
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName("Preview of the model")
        self.hide()

    def set_picture(self, picture: Picture | None) -> None:
        """Show a picture, or none."""
        self._image = None
        if picture is not None:
            self._image = picture_image(picture).copy()
        self.setVisible(picture is not None)
        self.updateGeometry()
        self.update()

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """As high as the picture is at a width; never larger than itself."""
        return self._size(width).height()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Layouts ask for the height at their width."""
        return self._size(max(self.width(), 200))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """It can be small."""
        return QSize(60, 0)

    def paintEvent(self, _event: QPaintEvent | None) -> None:  # noqa: N802 - Qt's name
        """Draw the picture with round corners."""
        if self._image is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        room = QRectF(0, 0, self._size(self.width()).width(), self._size(self.width()).height())
        path = QPainterPath()
        path.addRoundedRect(room, _RADIUS, _RADIUS)
        painter.setClipPath(path)
        painter.drawImage(room, self._image)

    def _size(self, width: int) -> QSize:
        if self._image is None:
            return QSize(0, 0)
        most = QSize(min(width, self._image.width()), min(_HIGHEST, self._image.height()))
        return self._image.size().scaled(most, Qt.AspectRatioMode.KeepAspectRatio)
