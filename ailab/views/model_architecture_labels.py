"""A model's classes, or answers, with a search: some models know 21,843."""

from __future__ import annotations

from typing import Any

from PyQt6.QtCore import QAbstractListModel, QModelIndex, Qt
from PyQt6.QtWidgets import QFrame, QLabel, QLineEdit, QListView, QVBoxLayout, QWidget

from ailab.services.inference.label_nouns import CLASS_NOUNS
from ailab.viewmodels.prediction_text import counted
from ailab.views.plain_tip import plain_tip
from ailab.views.row_action import RowAction, copying
from ailab.views.row_menu import RowMenu
from ailab.views.theme import SPACE_SMALL, set_tone

_NOWHERE = QModelIndex()
_ROWS_SEEN = 7


class LabelListModel(QAbstractListModel):
    """The classes whose number or name a search finds."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._all: tuple[tuple[int, str], ...] = ()
        self._found: list[tuple[int, str]] = []
        self._nouns = CLASS_NOUNS

    def show_labels(
        self, labels: tuple[tuple[int, str], ...], search: str, nouns: tuple[str, str]
    ) -> None:
        """Show the classes whose names hold a text, or whose number it is."""
        self._nouns = nouns
        wanted = search.strip().casefold()
        self.beginResetModel()
        self._all = labels
        self._found = [
            (number, name)
            for number, name in labels
            if wanted in name.casefold() or wanted == str(number)
        ]
        self.endResetModel()

    @property
    def words(self) -> str:
        """How many classes there are, and how many are found."""
        count = counted(len(self._all), *self._nouns)
        is_all = len(self._found) == len(self._all)
        return count if is_all else f"{len(self._found):,} of {count}"

    def cells(self, index: QModelIndex) -> tuple[str, str]:
        """A class's number and name, each by itself."""
        number, name = self._found[index.row()]
        return str(number), name

    def rowCount(self, parent: QModelIndex = _NOWHERE) -> int:  # noqa: N802 - Qt's name
        """How many are found."""
        return 0 if parent.isValid() else len(self._found)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A class's number and name."""
        if not index.isValid():
            return None
        number, name = self._found[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{number}   {name}"
        return plain_tip(f"{number}   {name}") if role == Qt.ItemDataRole.ToolTipRole else None


class ModelArchitectureLabels(QWidget):
    """The classes, and a search field above them.

    Attributes:
        search: what is sought.
        list: the classes found.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._labels: tuple[tuple[int, str], ...] = ()
        self._nouns = CLASS_NOUNS
        self._model = LabelListModel(self)
        self._count = QLabel()
        set_tone(self._count, "muted")
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        self.list = QListView()
        self.list.setModel(self._model)
        self.list.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.menu = RowMenu(
            self.list, self._model.cells, heads=("number", "name"), copies=self._name
        )
        self.list.setUniformItemSizes(True)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_SMALL)
        column.addWidget(self._count)
        column.addWidget(self.search)
        column.addWidget(self.list)
        self.search.textChanged.connect(self._on_searched)
        self._name_them()

    @property
    def words(self) -> str:
        """How many there are."""
        return self._count.text()

    def show_labels(
        self, labels: tuple[tuple[int, str], ...], nouns: tuple[str, str] = CLASS_NOUNS
    ) -> None:
        """Show a model's classes.

        Args:
            labels: number and name each.
            nouns: what one and what several of them are called.
        """
        self.setVisible(bool(labels))
        if labels is self._labels:
            return
        self._labels, self._nouns = labels, nouns
        self._name_them()
        self.search.clear()
        self._find()
        row = max(self.list.sizeHintForRow(0), 16)
        self.list.setFixedHeight(min(len(labels), _ROWS_SEEN) * row + 4)
        self.search.setVisible(len(labels) > _ROWS_SEEN)

    def _on_searched(self, _text: str) -> None:
        self._find()

    def _name_them(self) -> None:
        many = self._nouns[1]
        self.search.setPlaceholderText(f"Search the {many}")
        self.search.setAccessibleName(f"Search the {many}")
        self.list.setAccessibleName(f"{many.capitalize()} of the model")

    def _name(self, index: QModelIndex) -> tuple[RowAction, ...]:
        return (copying("Copy name", self._model.cells(index)[1]),)

    def _find(self) -> None:
        self._model.show_labels(self._labels, self.search.text(), self._nouns)
        self._count.setText(self._model.words)
