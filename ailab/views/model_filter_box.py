"""A drop-down of values under headings."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QStandardItem, QStandardItemModel
from PyQt6.QtWidgets import QComboBox, QStyle, QWidget

_EDGES = 12
_VALUE_ROLE = Qt.ItemDataRole.UserRole


class ModelFilterBox(QComboBox):
    """Holds a value for each row; headings are passed over by the keyboard.

    Args:
        name: what is chosen, for those who can't see it.
        parent: the widget around it.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setMaxVisibleItems(20)
        self._items = QStandardItemModel(self)
        self.setModel(self._items)
        # As wide as asked for, not as the longest name.
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    @property
    def value(self) -> object:
        """The value of the row chosen."""
        return self.currentData(_VALUE_ROLE)

    def add_heading(self, text: str) -> None:
        """Add a line that can't be chosen."""
        item = self._add(text, None)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        font = item.font()
        font.setBold(True)
        item.setFont(font)

    def add_choice(self, text: str, value: object, tip: str = "") -> None:
        """Add a value, and what it means."""
        self._add(text, value).setToolTip(tip)

    def show_value(self, value: object, text: str = "") -> None:
        """Choose a value; one that is not there is added under a text of its own."""
        rows = range(self._items.rowCount())
        row = next((row for row in rows if self._holds(row, value)), None)
        if row is None:
            self.add_choice(text, value)
            row = self._items.rowCount() - 1
        self.setCurrentIndex(row)

    def showPopup(self) -> None:  # noqa: N802 - Qt's name
        """Show each name in full, however narrow the box is."""
        rows = self.view()
        style = self.style()
        if rows is not None and style is not None:
            bar = style.pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
            rows.setMinimumWidth(rows.sizeHintForColumn(0) + bar + _EDGES)
        super().showPopup()

    def _holds(self, row: int, value: object) -> bool:
        item = self._items.item(row)
        if item is None or not item.isEnabled():
            return False
        held: object = item.data(_VALUE_ROLE)
        return held == value

    def _add(self, text: str, value: object) -> QStandardItem:
        item = QStandardItem(text)
        item.setData(value, _VALUE_ROLE)
        self._items.appendRow(item)
        return item
