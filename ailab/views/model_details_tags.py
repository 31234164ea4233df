"""A model's tags as a flow of chips."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QRect, QSize, Qt
from PyQt6.QtGui import QColor, QFontMetrics, QHelpEvent, QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ailab.views.theme_colors import colors_for

_PADDING_X = 8
_PADDING_Y = 3
_GAP = 6


class ModelDetailsTags(QWidget):
    """Draws chips in as many lines as they need: hundreds of tags as widgets would be slow."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._tags: tuple[str, ...] = ()

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags shown."""
        return self._tags

    def set_tags(self, tags: tuple[str, ...]) -> None:
        """Show other tags."""
        if tags != self._tags:
            self._tags = tags
            self.setAccessibleName(f"Tags: {', '.join(tags)}")
            self.updateGeometry()
            self.update()

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """The height of all lines."""
        places = self._places(width)
        return places[-1].bottom() + 1 if places else 0

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Layouts ask for the height at their width."""
        return QSize(200, self.heightForWidth(max(self.width(), 200)))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A chip may be narrow: its text is elided."""
        return QSize(60, 0)

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802 - Qt's name
        """Draw the chips in sight."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colors = colors_for(self.palette())
        metrics = QFontMetrics(self.font())
        seen = event.rect() if event is not None else self.rect()
        for tag, place in zip(self._tags, self._places(self.width()), strict=True):
            if not place.intersects(seen):
                continue
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colors.hover))
            painter.drawRoundedRect(place, place.height() / 2, place.height() / 2)
            painter.setPen(QColor(colors.text))
            room = place.width() - 2 * _PADDING_X
            text = metrics.elidedText(tag, Qt.TextElideMode.ElideMiddle, room)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)

    def event(self, event: QEvent | None) -> bool:
        """Tell a tag in full where it was elided."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            places = zip(self._tags, self._places(self.width()), strict=True)
            tag = next((tag for tag, place in places if place.contains(event.pos())), "")
            QToolTip.showText(event.globalPos(), tag, self)
            return True
        return super().event(event)

    def _places(self, width: int) -> list[QRect]:
        metrics = QFontMetrics(self.font())
        height = metrics.height() + 2 * _PADDING_Y
        x = y = 0
        places = []
        for tag in self._tags:
            chip = min(metrics.horizontalAdvance(tag) + 2 * _PADDING_X + 1, width)
            if x and x + chip > width:
                x, y = 0, y + height + _GAP
            places.append(QRect(x, y, chip, height))
            x += chip + _GAP
        return places
