"""Where a picture lies in its view: zoom and position."""

from __future__ import annotations

from PyQt6.QtCore import QPointF, QRectF, QSizeF

LARGEST_SCALE = 32.0
"""View pixels per picture pixel, at most."""

_LARGEST_FIT = 16.0
_MARGIN = 10.0


class PictureViewport:
    """Maps between a picture's own pixels and a view's logical pixels.

    A picture smaller than the view is centred; a larger one always fills it.

    Attributes:
        is_fitted: the whole picture is kept in sight as the view changes its size.
    """

    def __init__(self) -> None:
        self._picture = QSizeF(1, 1)
        self._view = QSizeF(1, 1)
        self._scale = 1.0
        self._corner = QPointF()
        self.is_fitted = True

    @property
    def scale(self) -> float:
        """View pixels per picture pixel."""
        return self._scale

    @property
    def target(self) -> QRectF:
        """Where the whole picture lies in the view."""
        return QRectF(self._corner, self._picture * self._scale)

    def set_picture_size(self, width: float, height: float) -> None:
        """Take another picture; one of the same size keeps zoom and position."""
        size = QSizeF(max(width, 1), max(height, 1))
        if size != self._picture:
            self._picture = size
            self.fit()

    def set_view_size(self, width: float, height: float) -> None:
        """Take the view's new size; what was in its middle stays there."""
        middle = self.to_picture(QPointF(self._view.width() / 2, self._view.height() / 2))
        self._view = QSizeF(max(width, 1), max(height, 1))
        if self.is_fitted:
            self.fit()
        else:
            new_middle = QPointF(self._view.width() / 2, self._view.height() / 2)
            self._corner = new_middle - middle * self._scale
            self._keep_inside()

    def fit(self) -> None:
        """Show the whole picture, as large as it goes."""
        self.is_fitted = True
        self._scale = self._fitting_scale()
        self._keep_inside()

    def zoom_to(self, scale: float, fixed: QPointF | None = None) -> None:
        """Set the scale; the picture's point under `fixed` (the middle) stays where it is."""
        if fixed is None:
            fixed = QPointF(self._view.width() / 2, self._view.height() / 2)
        point = self.to_picture(fixed)
        fitting = self._fitting_scale()
        self._scale = min(max(scale, min(fitting, 1.0)), max(LARGEST_SCALE, fitting))
        self.is_fitted = abs(self._scale - fitting) < 1e-9
        self._corner = fixed - point * self._scale
        self._keep_inside()

    def pan(self, by: QPointF) -> None:
        """Move the picture by view pixels."""
        self._corner += by
        self._keep_inside()

    def follow(self, other: PictureViewport) -> None:
        """Show the same part of the same picture as another view does, as large as there."""
        if other.is_fitted:
            self.fit()
            return
        shared = other.to_picture(QPointF(other._view.width() / 2, other._view.height() / 2))
        self._scale, self.is_fitted = other.scale, False
        self._corner = QPointF(self._view.width() / 2, self._view.height() / 2)
        self._corner -= shared * self._scale
        self._keep_inside()

    def to_picture(self, point: QPointF) -> QPointF:
        """A view's point in the picture's pixels."""
        return (point - self._corner) / self._scale

    def to_view(self, x: float, y: float) -> QPointF:
        """A picture's point in the view."""
        return QPointF(x, y) * self._scale + self._corner

    def visible(self) -> QRectF:
        """The part of the picture in sight, in its pixels."""
        corner = self.to_picture(QPointF())
        shown = QRectF(corner, self._view / self._scale)
        return shown & QRectF(QPointF(), self._picture)

    def _fitting_scale(self) -> float:
        width = max(self._view.width() - 2 * _MARGIN, 1.0) / self._picture.width()
        height = max(self._view.height() - 2 * _MARGIN, 1.0) / self._picture.height()
        return min(width, height, _LARGEST_FIT)

    def _keep_inside(self) -> None:
        self._corner = QPointF(
            _inside(self._corner.x(), self._picture.width() * self._scale, self._view.width()),
            _inside(self._corner.y(), self._picture.height() * self._scale, self._view.height()),
        )


def _inside(start: float, length: float, room: float) -> float:
    if length <= room:
        return (room - length) / 2
    return min(max(start, room - length), 0.0)
