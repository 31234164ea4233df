"""The table of the models on this disk."""

from __future__ import annotations

from PyQt6.QtCore import QItemSelection, QModelIndex, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QResizeEvent
from PyQt6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from ailab.viewmodels.library_state import LibrarySort
from ailab.views.library_list_model import SORTS, LibraryListModel

_PADDING = 10
_SAMPLES = ("100.0 MB", "10 months ago", "damaged")
_STATE = 4
_LEAST_WIDTHS = {2: 600, 3: 480, _STATE: 340}
"""Pixels that the table must have for a column to be shown; the details tell the same."""


class LibraryTable(QTableView):
    """Shows one model a row; a press on a column's name orders the list by it.

    Signals:
        model_selected(model_id): the person selected a row; None for none.
        model_chosen(model_id): Enter or a double-click on a row.
        sort_wanted(sort, is_descending): a column's name was pressed.
    """

    model_selected = pyqtSignal(object)
    model_chosen = pyqtSignal(str)
    sort_wanted = pyqtSignal(object, bool)

    def __init__(self, models: LibraryListModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models = models
        self.setModel(models)
        self.setAccessibleName("Models on this disk")
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        columns, rows = self.horizontalHeader(), self.verticalHeader()
        if columns is not None and rows is not None:
            columns.setHighlightSections(False)
            columns.setSectionsClickable(True)
            columns.setSortIndicatorShown(True)
            columns.setMinimumSectionSize(48)
            columns.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
            for section, sample in enumerate(_SAMPLES, 1):
                width = self.fontMetrics().horizontalAdvance(sample)
                self.setColumnWidth(section, width + 2 * _PADDING)
            # Most models have no state to tell, and names are long.
            columns.setSectionResizeMode(_STATE, QHeaderView.ResizeMode.ResizeToContents)
            columns.sectionClicked.connect(self._on_section)
            rows.hide()
            rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            rows.setDefaultSectionSize(self.fontMetrics().height() + _PADDING)
        self.doubleClicked.connect(self._on_double_clicked)

    def show_sort(self, sort: LibrarySort, *, is_descending: bool) -> None:
        """Mark the column that the list is ordered by."""
        columns, order = self.horizontalHeader(), Qt.SortOrder
        if columns is not None:
            way = order.DescendingOrder if is_descending else order.AscendingOrder
            columns.setSortIndicator(SORTS.index(sort), way)

    def show_selected(self, model_id: str | None) -> None:
        """Select a model's row without telling of it; a row that is there already stays."""
        row = self._models.row_of(model_id)
        selection = self.selectionModel()
        if selection is None or row == self._selected_row():
            return
        selection.blockSignals(True)
        if row < 0:
            self.clearSelection()
        else:
            self.selectRow(row)
        selection.blockSignals(False)
        viewport = self.viewport()
        if viewport is not None:
            viewport.update()

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802 - Qt's name
        """Leave out columns where room is short, rather than the models' names."""
        for column, width in _LEAST_WIDTHS.items():
            self.setColumnHidden(column, self.width() < width)
        super().resizeEvent(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802 - Qt's name
        """Enter chooses the row."""
        if event is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
            self._choose(self.currentIndex())
            return
        super().keyPressEvent(event)

    def selectionChanged(  # noqa: N802 - Qt's name
        self, selected: QItemSelection, deselected: QItemSelection
    ) -> None:
        """Tell which model is selected."""
        super().selectionChanged(selected, deselected)
        row = self._selected_row()
        self.model_selected.emit(self._models.repos[row].id if row >= 0 else None)

    def _selected_row(self) -> int:
        selection = self.selectionModel()
        rows = [] if selection is None else selection.selectedRows()
        return rows[0].row() if rows else -1

    def _choose(self, index: QModelIndex) -> None:
        if index.isValid():
            self.model_chosen.emit(self._models.repos[index.row()].id)

    def _on_double_clicked(self, index: QModelIndex) -> None:
        self._choose(index)

    def _on_section(self, section: int) -> None:
        sort, columns = SORTS[section], self.horizontalHeader()
        if columns is None:
            return
        # Qt has turned the mark already; the view model says where it belongs.
        is_descending = columns.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder
        if sort is not None:
            self.sort_wanted.emit(sort, is_descending)
