"""A list of what was found in a picture."""

from __future__ import annotations

from PyQt6.QtCore import QItemSelection, QSize, Qt, pyqtSignal
from PyQt6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget

from ailab.views.found_list_model import FoundListModel
from ailab.views.found_row_delegate import FoundRowDelegate
from ailab.views.found_rows import FoundRow

_LEAST_ROWS = 3


class FoundList(QListView):
    """Shows found rows; no higher than they need.

    Args:
        name: what screen readers call the list.
        parent: the widget around it.
        is_checkable: each row has a box that shows and hides its label.
        is_selectable: a row can be selected.

    Signals:
        label_toggled(label, is_shown): the person switched a label on or off.
        object_selected(number): the person selected an object; None for none.
    """

    label_toggled = pyqtSignal(str, bool)
    object_selected = pyqtSignal(object)

    def __init__(
        self,
        name: str,
        parent: QWidget | None = None,
        *,
        is_checkable: bool = False,
        is_selectable: bool = False,
    ) -> None:
        super().__init__(parent)
        self.rows = FoundListModel(self, is_checkable=is_checkable)
        self.setModel(self.rows)
        self.setItemDelegate(FoundRowDelegate(self))
        self.setAccessibleName(name)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        if not is_selectable:
            self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.rows.label_toggled.connect(self.label_toggled)

    def set_rows(self, rows: tuple[FoundRow, ...], hidden: frozenset[str] = frozenset()) -> None:
        """Show other rows; the object selected stays selected where it is still there."""
        number = self.selected_number()
        self.rows.set_rows(rows, hidden)
        self.setVisible(bool(rows))
        height = self.sizeHintForRow(0) if rows else 0
        self.setMinimumHeight(min(len(rows), _LEAST_ROWS) * height + 2)
        self.setMaximumHeight(len(rows) * height + 2)
        if number is not None and self.selected_number() is None:
            self.select_object(number)
            if self.selected_number() is None:
                self.object_selected.emit(None)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As low as it may be; the layout gives it the room that is left."""
        return QSize(super().sizeHint().width(), self.minimumHeight())

    def selected_number(self) -> int | None:
        """The number of the object selected."""
        indexes = self.selectedIndexes()
        return self.rows.rows[indexes[0].row()].number if indexes else None

    def select_object(self, number: int | None) -> None:
        """Select an object by its number, or none."""
        row = None if number is None else self.rows.row_of(number)
        if row is None:
            self.clearSelection()
        else:
            self.setCurrentIndex(self.rows.index(row))

    def selectionChanged(  # noqa: N802 - Qt's name
        self, selected: QItemSelection, deselected: QItemSelection
    ) -> None:
        """Tell which object is selected."""
        super().selectionChanged(selected, deselected)
        self.object_selected.emit(self.selected_number())
