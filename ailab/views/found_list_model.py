"""Rows of what was found, for a list view."""

from __future__ import annotations

from typing import Any

from PyQt6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt, pyqtSignal

from ailab.views.found_row import FoundRow
from ailab.views.plain_tip import plain_tip

ROW_ROLE = Qt.ItemDataRole.UserRole
_ROOT = QModelIndex()


class FoundListModel(QAbstractListModel):
    """Adapts found rows.

    Args:
        parent: owns the model.
        is_checkable: each row has a box that shows and hides its label.

    Signals:
        label_toggled(label, is_shown): the person switched a label on or off.
    """

    label_toggled = pyqtSignal(str, bool)

    def __init__(self, parent: QObject | None = None, *, is_checkable: bool = False) -> None:
        super().__init__(parent)
        self._rows: tuple[FoundRow, ...] = ()
        self._hidden: frozenset[str] = frozenset()
        self._is_checkable = is_checkable

    @property
    def rows(self) -> tuple[FoundRow, ...]:
        """The rows shown."""
        return self._rows

    def set_rows(self, rows: tuple[FoundRow, ...], hidden: frozenset[str]) -> None:
        """Show other rows; where they tell of the same things, they are changed in place."""
        if (rows, hidden) == (self._rows, self._hidden):
            return
        before = [(row.label, row.number) for row in self._rows]
        if before == [(row.label, row.number) for row in rows]:
            self._rows, self._hidden = rows, hidden
            self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self._rows, self._hidden = rows, hidden
        self.endResetModel()

    def row_of(self, number: int) -> int | None:
        """Where an object stands."""
        return next((at for at, row in enumerate(self._rows) if row.number == number), None)

    def rowCount(self, parent: QModelIndex = _ROOT) -> int:  # noqa: N802 - Qt's name
        """How many rows there are."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """One row's text, tip, state or the row itself."""
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.label
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(row.tip)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row.tip or f"{row.label}: {row.value}"
        if role == Qt.ItemDataRole.CheckStateRole and self._is_checkable:
            state = Qt.CheckState
            return state.Unchecked if row.label in self._hidden else state.Checked
        return row if role == ROW_ROLE else None

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:
        """What can be done with a row."""
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsUserCheckable if self._is_checkable else flags

    def setData(  # noqa: N802 - Qt's name
        self, index: QModelIndex, value: Any, role: int = Qt.ItemDataRole.EditRole
    ) -> bool:
        """Switch a label on or off."""
        if role != Qt.ItemDataRole.CheckStateRole or not index.isValid():
            return False
        is_shown = Qt.CheckState(value) is Qt.CheckState.Checked
        self.label_toggled.emit(self._rows[index.row()].label, is_shown)
        return True
