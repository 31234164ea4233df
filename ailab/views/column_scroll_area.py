"""A column that scrolls up and down where the window is too low for it."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QSize, Qt
from PyQt6.QtWidgets import QFrame, QScrollArea, QWidget


class ColumnScrollArea(QScrollArea):
    """Never scrolls sideways: it is at least as wide as its content needs.

    Args:
        content: the column; owned.
        parent: the widget around it.
    """

    def __init__(self, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._content = content
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def event(self, event: QEvent | None) -> bool:
        """Ask for the width that other contents need."""
        is_done = super().event(event)
        if event is not None and event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return is_done

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for the content's width, its scroll bar included."""
        bar = self.verticalScrollBar()
        beside = 0 if bar is None else bar.sizeHint().width()
        needed = max(self._content.minimumSizeHint().width(), self._content.minimumWidth())
        return QSize(needed + beside, 80)

    def show_whole(self, widget: QWidget) -> None:
        """Bring a part of the content into sight, also one that has just been shown."""
        layout = self._content.layout()
        if layout is not None:
            layout.activate()  # it has not been given its place yet
        width = self._content.width()
        height = self._content.sizeHint().height()
        if self._content.hasHeightForWidth():  # words take more lines where it is narrow
            height = max(height, self._content.heightForWidth(width))
        self._content.resize(width, height)
        self.ensureWidgetVisible(widget, 0, 0)
