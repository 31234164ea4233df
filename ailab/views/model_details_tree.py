"""Rows within rows, for the files and the layers of a model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from PyQt6.QtCore import QAbstractItemModel, QModelIndex, Qt
from PyQt6.QtGui import QColor, QPalette
from PyQt6.QtWidgets import QFrame, QHeaderView, QTreeView, QWidget

from ailab.views.plain_tip import plain_tip
from ailab.views.row_action import RowAction, copying
from ailab.views.row_menu import RowMenu

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_NOWHERE = QModelIndex()
_Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TreeRow:
    """A row and the rows within it.

    Attributes:
        texts: one per column.
        rows: what is within it.
        make_rows: makes what is within it once that is shown, instead of `rows`; never nothing.
        name: its whole name, such as a file's path, where its first text is the end of that.
        tip: more about it; empty for its first text.
        is_muted: it matters less than others.
    """

    texts: tuple[str, ...]
    rows: tuple[TreeRow, ...] = ()
    tip: str = ""
    is_muted: bool = False
    make_rows: Callable[[], tuple[TreeRow, ...]] | None = None
    name: str = ""


class TreeRowsModel(QAbstractItemModel):
    """Shows tree rows; only those in sight are asked for.

    Args:
        titles: of the columns.
        parent: the owner; its palette's muted colour is used.
    """

    def __init__(self, titles: tuple[str, ...], parent: QWidget) -> None:
        super().__init__(parent)
        self._titles = titles
        self._widget = parent
        self._rows: tuple[TreeRow, ...] = ()
        # Each node holds its row, the number of its parent and its place there. Those within a
        # row are made when they are asked for.
        self._nodes: list[tuple[TreeRow, int, int]] = []
        self._children: dict[int, list[int]] = {}

    def row_at(self, index: QModelIndex) -> TreeRow:
        """The row of a valid index."""
        return self._nodes[index.internalId()][0]

    @property
    def rows(self) -> tuple[TreeRow, ...]:
        """The outermost rows."""
        return self._rows

    def set_rows(self, rows: tuple[TreeRow, ...]) -> None:
        """Show other rows."""
        if rows == self._rows:
            return
        self.beginResetModel()
        self._rows = rows
        self._nodes = []
        self._children = {}
        self.endResetModel()

    def index(self, row: int, column: int, parent: QModelIndex = _NOWHERE) -> QModelIndex:
        """The place of a row within another."""
        children = self._children_of(parent)
        if not 0 <= row < len(children) or not 0 <= column < len(self._titles):
            return QModelIndex()
        return self.createIndex(row, column, children[row])

    def parent(self, child: QModelIndex) -> QModelIndex:  # type: ignore[override]  # QObject's too
        """The row around another."""
        if not child.isValid():
            return QModelIndex()
        parent = self._nodes[child.internalId()][1]
        return QModelIndex() if parent < 0 else self.createIndex(self._nodes[parent][2], 0, parent)

    def rowCount(self, parent: QModelIndex = _NOWHERE) -> int:  # noqa: N802 - Qt's name
        """How many rows are within another."""
        return len(self._children_of(parent)) if parent.column() <= 0 else 0

    def hasChildren(self, parent: QModelIndex = _NOWHERE) -> bool:  # noqa: N802 - Qt's name
        """Whether there are rows within another; makes none."""
        if not parent.isValid():
            return bool(self._rows)
        row = self._nodes[parent.internalId()][0]
        return parent.column() == 0 and (row.make_rows is not None or bool(row.rows))

    def columnCount(self, parent: QModelIndex = _NOWHERE) -> int:  # noqa: N802 - Qt's name
        """How many columns there are."""
        return len(self._titles)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell's text, tip, alignment or colour."""
        if not index.isValid():
            return None
        row = self.row_at(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return row.texts[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(row.tip or row.texts[index.column()])
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column():
            return _RIGHT
        if role == Qt.ItemDataRole.ForegroundRole and row.is_muted:
            return QColor(self._widget.palette().color(QPalette.ColorRole.PlaceholderText))
        return None

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """A column's title."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._titles[section]
        if role == Qt.ItemDataRole.TextAlignmentRole and section:
            return _RIGHT
        return None

    def _children_of(self, parent: QModelIndex) -> list[int]:
        around = parent.internalId() if parent.isValid() else -1
        if around not in self._children:
            rows = self._rows if around < 0 else _rows_in(self._nodes[around][0])
            first = len(self._nodes)
            self._nodes += [(row, around, place) for place, row in enumerate(rows)]
            self._children[around] = list(range(first, len(self._nodes)))
        return self._children[around]


def _rows_in(row: TreeRow) -> tuple[TreeRow, ...]:
    return row.rows if row.make_rows is None else row.make_rows()


class ModelDetailsTree(QTreeView):
    """A calm tree: the first column takes the room that the others leave.

    Args:
        name: what screen readers call it.
        titles: of the columns.
        noun: what the whole name of a row is called.
        parent: the widget around it.

    Attributes:
        rows: what it shows.
    """

    def __init__(
        self, name: str, titles: tuple[str, ...], noun: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.rows = TreeRowsModel(titles, self)
        self.setModel(self.rows)
        self.setSelectionMode(QTreeView.SelectionMode.ExtendedSelection)
        self._noun = noun
        self.menu = RowMenu(self, self._cells, copies=self._copies)
        self.setAccessibleName(name)
        self.setUniformRowHeights(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setIndentation(14)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.header()
        if header is not None:
            header.setStretchLastSection(False)
            header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
            header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
            header.setMinimumSectionSize(40)
            header.setSectionsMovable(False)

    def show_rows(self, rows: tuple[TreeRow, ...], depth: int) -> None:
        """Show other rows, opened down to a depth; -1 opens all."""
        if rows == self.rows.rows:
            return
        self.rows.set_rows(rows)
        if depth < 0:
            self.expandAll()
        elif depth > 0:
            self.expandToDepth(depth - 1)

    def update_rows(self, rows: tuple[TreeRow, ...]) -> None:
        """Show other rows in the place of similar ones: what is open stays so."""
        opened = set(self._opened(QModelIndex(), ()))
        bar = self.verticalScrollBar()
        place = bar.value() if bar is not None else 0
        self.rows.set_rows(rows)
        self._open(QModelIndex(), (), opened)
        if bar is not None:
            bar.setValue(place)

    def _cells(self, index: QModelIndex) -> tuple[str, ...]:
        row = self.rows.row_at(index)
        return (row.name or row.texts[0], *row.texts[1:])

    def _copies(self, index: QModelIndex) -> tuple[RowAction, ...]:
        name = self.rows.row_at(index).name
        return (copying(f"Copy {self._noun}", name),) if name else ()

    def _opened(self, parent: QModelIndex, path: _Path) -> Iterator[_Path]:
        for place in range(self.rows.rowCount(parent)):
            index = self.rows.index(place, 0, parent)
            if self.isExpanded(index):
                inner = (*path, index.data())
                yield inner
                yield from self._opened(index, inner)

    def _open(self, parent: QModelIndex, path: _Path, opened: set[_Path]) -> None:
        for place in range(self.rows.rowCount(parent) if opened else 0):
            index = self.rows.index(place, 0, parent)
            inner = (*path, index.data())
            if inner in opened:
                self.expand(index)
                self._open(index, inner, opened)
