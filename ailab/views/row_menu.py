"""What a list offers of its rows: by a right click, by the menu key and by Ctrl+C."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TypeAlias

from PyQt6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QObject, QPoint
from PyQt6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence
from PyQt6.QtWidgets import QAbstractItemView, QTreeView

from ailab.services.results.plain_cell import plain_cell
from ailab.views.action_menu import ActionMenu
from ailab.views.clipboard import copy_text
from ailab.views.row_action import RowAction

_MODE = QAbstractItemView.SelectionMode
_COPY = QKeySequence.StandardKey.Copy

Cells: TypeAlias = Callable[[QModelIndex], Sequence[str]]
Actions: TypeAlias = Callable[[QModelIndex], Sequence[RowAction]]
Name: TypeAlias = tuple[str, str, Callable[[QModelIndex], str]]
"""What names a row: what one and several are called, and what it is."""


def shown_cells(index: QModelIndex) -> tuple[str, ...]:
    """What stands in a row, column by column."""
    model = index.model()
    count = 0 if model is None else model.columnCount(index.parent())
    return tuple(str(index.siblingAtColumn(column).data() or "") for column in range(count))


def _nothing(_index: QModelIndex) -> tuple[RowAction, ...]:
    return ()


class RowMenu(QObject):
    """Copies rows as spreadsheets take them, and opens a menu over a list, table or tree.

    Where several rows are chosen these are copied; all else is offered of the row under the mouse,
    or of the one where the keyboard is.

    Args:
        view: whose rows they are; owns the menu.
        cells: what is copied of a row.
        heads: of these cells; they are copied with all rows, not with a few.
        name: what Ctrl+C copies in place of the row, where people want that most.
        copies: further things to be copied of a row.
        actions: what else can be done with it, now.
    """

    def __init__(
        self,
        view: QAbstractItemView,
        cells: Cells = shown_cells,
        *,
        heads: Sequence[str] | Callable[[], Sequence[str]] = (),
        name: Name | None = None,
        copies: Actions = _nothing,
        actions: Actions = _nothing,
    ) -> None:
        super().__init__(view)
        self._view = view
        self._cells = cells
        self._heads = heads if callable(heads) else partial(tuple, heads)
        self._name = name
        self._copies = copies
        self._actions = actions
        self.menu = ActionMenu(view)
        view.installEventFilter(self)
        viewport = view.viewport()
        if viewport is not None:
            viewport.installEventFilter(self)

    def eventFilter(  # noqa: N802 - Qt's name
        self, watched: QObject | None, event: QEvent | None
    ) -> bool:
        """Take what opens the menu, and Ctrl+C, by which Qt's views copy a single cell."""
        if isinstance(event, QContextMenuEvent):
            event.accept()
            self._open(event)
            return True
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.matches(_COPY)
        ):
            if chosen := self._chosen(self._view.currentIndex()):
                copy_text(self._named(chosen) if self._name else self._text(chosen))
            return True
        return super().eventFilter(watched, event)

    def _open(self, event: QContextMenuEvent) -> None:
        view, viewport = self._view, self._view.viewport()
        if viewport is None:
            return
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            index = view.currentIndex()
            place = view.visualRect(index).center() if index.isValid() else QPoint()
            at = viewport.mapToGlobal(_within(place, viewport.width(), viewport.height()))
        else:
            at = event.globalPos()
            index = view.indexAt(viewport.mapFromGlobal(at))
        is_row = index.isValid()
        if is_row and index not in view.selectedIndexes():
            self._select(index)
        copies = [*self._copying(index), *self._copying_all()]
        self.menu.offer(at, copies, self._actions(index) if is_row else ())

    def _select(self, index: QModelIndex) -> None:
        """Select the row asked about alone; in a list where nothing is selected, just go there."""
        selection, flag = self._view.selectionModel(), QItemSelectionModel.SelectionFlag
        if selection is not None:
            is_selected = self._view.selectionMode() is not _MODE.NoSelection
            how = flag.ClearAndSelect | flag.Rows if is_selected else flag.NoUpdate
            selection.setCurrentIndex(index, how)

    def _copying(self, index: QModelIndex) -> list[RowAction]:
        """Copy the rows chosen, and what names them; their text is made at once.

        What is shown may be another picture's by the time that it is copied.
        """
        chosen = self._chosen(index)
        if not chosen:
            return []
        text = f"Copy {_counted(len(chosen), 'row', 'rows')}"
        row = RowAction(text, partial(copy_text, self._text(chosen)), _COPY)
        if self._name is None:
            return [row, *self._copies(index)]
        text = f"Copy {_counted(len(chosen), *self._name[:2])}"
        name = RowAction(text, partial(copy_text, self._named(chosen)), _COPY)
        return [name, *self._copies(index), RowAction(row.text, row.act)]

    def _copying_all(self) -> list[RowAction]:
        """Copy all rows; not of a tree, whose rows within others would be left out."""
        if isinstance(self._view, QTreeView) or len(self._every()) < 2:
            return []
        return [RowAction("Copy all rows", self._copy_all)]

    def _copy_all(self) -> None:
        copy_text(self._text(self._every(), self._heads()))

    def _every(self) -> list[QModelIndex]:
        model = self._view.model()
        return [] if model is None else [model.index(row, 0) for row in range(model.rowCount())]

    def _chosen(self, index: QModelIndex) -> list[QModelIndex]:
        """The rows selected where the one asked about is among them, else that one."""
        if not index.isValid():
            return []
        selection = self._view.selectionModel()
        rows = [] if selection is None else selection.selectedRows()
        first = index.siblingAtColumn(0)
        return sorted(rows, key=_place) if first in rows else [first]

    def _named(self, rows: Iterable[QModelIndex]) -> str:
        return "" if self._name is None else "\n".join(map(self._name[2], rows))

    def _text(self, rows: Iterable[QModelIndex], heads: Sequence[str] = ()) -> str:
        lines = [self._cells(index) for index in rows]
        return "\n".join(map(_line, (heads, *lines) if heads else lines))


def _counted(number: int, one: str, many: str) -> str:
    return one if number == 1 else f"{number:,} {many}"


def _place(index: QModelIndex) -> tuple[int, ...]:
    """Where a row stands, from the outermost one around it on."""
    return (*_place(index.parent()), index.row()) if index.isValid() else ()


def _line(cells: Sequence[str]) -> str:
    """Cells with tabs between them; one that is alone is no table, and stays as it is."""
    if len(cells) == 1:
        return cells[0]
    return "\t".join(str(plain_cell(" ".join(cell.split()))) for cell in cells)


def _within(place: QPoint, width: int, height: int) -> QPoint:
    return QPoint(min(max(place.x(), 0), width - 1), min(max(place.y(), 0), height - 1))
