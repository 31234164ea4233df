"""The list of models: one column of equally high rows."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QModelIndex, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QMouseEvent
from PyQt6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from ailab.views.model_list_delegate import ModelListDelegate, is_on_star, row_height
from ailab.views.model_list_model import ModelListModel

_NEAR = 2
"""Further rows are wanted once fewer than this many screens of rows are left below."""

_ENDS = (Qt.Key.Key_Home, Qt.Key.Key_End)


class ModelListView(QTableView):
    """A one-column table, since Qt's list and tree views take seconds for many rows.

    Attributes:
        models: what the rows show.

    Signals:
        chosen(): Enter or a double-click on a row.
        left_upwards(): the Up key on the first row.
        favourite_toggled(index): the star of a row was clicked, or F pressed on it.
    """

    chosen = pyqtSignal()
    favourite_toggled = pyqtSignal(QModelIndex)
    left_upwards = pyqtSignal()

    def __init__(self, models: ModelListModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Models")
        self.setAccessibleDescription(
            "Arrow keys move, Enter selects the model, F marks it as a favourite."
        )
        self.models = models
        self.setModel(models)
        self._delegate = ModelListDelegate(self)
        self.setItemDelegate(self._delegate)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        columns, rows = self.horizontalHeader(), self.verticalHeader()
        if columns is not None and rows is not None:
            columns.hide()
            columns.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
            rows.hide()
            rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._set_row_height()
        self.doubleClicked.connect(self._on_double_clicked)

    @property
    def is_dimmed(self) -> bool:
        """The rows are drawn faint."""
        return self._delegate.is_dimmed

    def set_dimmed(self, is_dimmed: bool) -> None:
        """Draw the rows faint: others are on their way."""
        if is_dimmed != self._delegate.is_dimmed:
            self._delegate.is_dimmed = is_dimmed
            self._repaint()

    def is_near_end(self) -> bool:
        """Few rows are left below the ones in sight; never while the list is not shown."""
        bar, rows, viewport = self.verticalScrollBar(), self.verticalHeader(), self.viewport()
        models = self.model()
        if bar is None or rows is None or viewport is None or models is None:
            return False
        # Counted from the rows themselves: the bar learns of new ones only at the next layout.
        height = models.rowCount() * rows.defaultSectionSize()
        below = height - bar.value() - viewport.height()
        return self.isVisible() and below < _NEAR * viewport.height()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802 - Qt's name
        """Enter chooses; Up on the first row leaves the list."""
        if event is None:
            return
        index = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
            if index.isValid():
                self.selectRow(index.row())
                self.chosen.emit()
        elif event.key() == Qt.Key.Key_F and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            event.accept()
            if index.isValid():
                self.favourite_toggled.emit(index)
        elif event.key() == Qt.Key.Key_Down and index.isValid() and not self._is_selected(index):
            # The list was entered by Tab, which points at its first row and selects none.
            event.accept()
            self.selectRow(index.row())
        elif event.key() in _ENDS and self._row_count():
            # A table would go to the first or last column, of which there is one.
            event.accept()
            last = self._row_count() - 1
            self.selectRow(0 if event.key() == Qt.Key.Key_Home else last)
        elif event.key() == Qt.Key.Key_Up and index.row() <= 0:
            event.accept()
            self.left_upwards.emit()
        else:
            super().keyPressEvent(event)

    def _row_count(self) -> int:
        models = self.model()
        return 0 if models is None else models.rowCount()

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        """A click on the star marks the row and selects nothing."""
        if event is not None and event.button() == Qt.MouseButton.LeftButton:
            place = event.position().toPoint()
            index = self.indexAt(place)
            if index.isValid() and is_on_star(self.visualRect(index), place):
                event.accept()
                self.favourite_toggled.emit(index)
                return
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        """Two clicks on the star are no choice of the model."""
        if event is not None:
            place = event.position().toPoint()
            index = self.indexAt(place)
            if index.isValid() and is_on_star(self.visualRect(index), place):
                self.mousePressEvent(event)
                return
        super().mouseDoubleClickEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        """Selecting by dragging over the rows would run through every model on the way."""
        if event is not None and event.buttons() == Qt.MouseButton.NoButton:
            super().mouseMoveEvent(event)

    def changeEvent(self, event: QEvent | None) -> None:  # noqa: N802 - Qt's name
        """Follow another font."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.FontChange:
            self._set_row_height()

    @property
    def selected_index(self) -> QModelIndex:
        """The row selected; invalid where none is."""
        selection = self.selectionModel()
        rows = selection.selectedRows() if selection is not None else []
        return rows[0] if rows else QModelIndex()

    def _is_selected(self, index: QModelIndex) -> bool:
        return index.row() == self.selected_index.row()

    def _set_row_height(self) -> None:
        rows = self.verticalHeader()
        if rows is not None:
            height = row_height(self.font())
            rows.setMinimumSectionSize(height)
            rows.setDefaultSectionSize(height)

    def _repaint(self) -> None:
        viewport = self.viewport()
        if viewport is not None:
            viewport.update()

    def _on_double_clicked(self, index: QModelIndex) -> None:
        if index.isValid():
            self.chosen.emit()
