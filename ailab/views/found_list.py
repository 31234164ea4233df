"""A list of what was found in a picture."""

from __future__ import annotations

from PyQt6.QtCore import QItemSelection, QRect, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyleOptionViewItem,
    QWidget,
)

from ailab.views.found_list_model import FoundListModel
from ailab.views.found_row import FoundRow
from ailab.views.found_row_delegate import FoundRowDelegate

_LEAST_ROWS = 3
_LEGIBLE = "x" * 14
"""As much of a label as tells most classes apart."""


class FoundList(QListView):
    """Shows found rows; no higher than they need.

    Where labels have no room beside their values, all values stand below the labels.

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
        self._delegate = FoundRowDelegate(self)
        self.setItemDelegate(self._delegate)
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
        self._give_room()
        if number is not None and self.selected_number() is None:
            self.select_object(number)
            if self.selected_number() is None:
                self.object_selected.emit(None)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As low as it may be; the layout gives it the room that is left."""
        return QSize(super().sizeHint().width(), self.minimumHeight())

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802 - Qt's name
        """Place the values anew where there is more or less room."""
        super().resizeEvent(event)
        self._give_room()

    def _give_room(self) -> None:
        """Let labels be read, and the list be as high as its rows need."""
        has_value_below = not self._fits()
        if has_value_below is not self._delegate.has_value_below:
            self._delegate.has_value_below = has_value_below
            self.scheduleDelayedItemsLayout()
        count = len(self.rows.rows)
        height = self.sizeHintForRow(0) if count else 0
        self.setMinimumHeight(min(count, _LEAST_ROWS) * height + 2)
        self.setMaximumHeight(count * height + 2)

    def _fits(self) -> bool:
        """True where labels can be read beside values."""
        rows, viewport = self.rows.rows, self.viewport()
        if not rows or viewport is None:
            return True
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        option.rect = QRect(0, 0, viewport.width(), option.fontMetrics.height())
        room = self._delegate.room_for_words(option, self.rows.index(0))
        # Each word once: there may be a thousand objects of few classes.
        width = option.fontMetrics.horizontalAdvance
        room -= max(map(width, {row.value for row in rows}))
        if not rows[0].has_second_line and room >= width(_LEGIBLE):
            return True  # a line more for each would leave room for fewer of them
        return max(map(width, {row.label for row in rows})) <= room

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
