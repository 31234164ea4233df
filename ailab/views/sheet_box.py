"""A group of fields of a sheet."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QWidget

from ailab.views.theme import SPACE, SPACE_SMALL, set_tone


class SheetBox(QWidget):
    """A heading, and rows of a name and its field below.

    Args:
        title: the heading.
        parent: the widget around it.
    """

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        heading = QLabel(title)
        set_tone(heading, "heading")
        self._labels: dict[QWidget, QLabel] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(SPACE)
        self._grid.setVerticalSpacing(SPACE)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnMinimumWidth(0, 84)
        self._grid.addWidget(heading, 0, 0, 1, 2)

    def add_row(self, name: str, field: QWidget) -> None:
        """Add a field with its name before it."""
        label = QLabel(name)
        label.setBuddy(field)
        row = self._grid.rowCount()
        self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(field, row, 1)
        self._labels[field] = label

    def add_whole_row(self, field: QWidget) -> None:
        """Add a field across both columns."""
        self._grid.addWidget(field, self._grid.rowCount(), 0, 1, 2)

    def show_row(self, field: QWidget, *, is_shown: bool) -> None:
        """Show or hide a field with its name."""
        self._labels[field].setVisible(is_shown)
        field.setVisible(is_shown)


def beside(*widgets: QWidget) -> QWidget:
    """Widgets side by side, as one field."""
    field = QWidget()
    row = QHBoxLayout(field)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(SPACE_SMALL)
    for widget in widgets:
        row.addWidget(widget)
        if isinstance(widget, QLabel):
            widget.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
    field.setFocusProxy(widgets[0])
    return field
