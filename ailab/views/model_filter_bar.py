"""The task to keep and the order of the models."""

from __future__ import annotations

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QKeySequence, QStandardItem, QStandardItemModel
from PyQt6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStyledItemDelegate,
    QWidget,
)

from ailab.services.compatibility.runnable_tasks import RUNNABLE_TASKS
from ailab.services.hub.model_query import ModelSort
from ailab.services.hub.pipeline_tag import VISION_TASKS, display_name
from ailab.viewmodels.model_browser import ModelBrowserViewModel
from ailab.viewmodels.model_browser_state import ModelBrowserState
from ailab.views.theme import SPACE, SPACE_LARGE, SPACE_SMALL

_SORTS = {
    ModelSort.TRENDING: "Trending",
    ModelSort.DOWNLOADS: "Most downloads",
    ModelSort.LIKES: "Most likes",
    ModelSort.UPDATED: "Recently updated",
}
_ALL_TASKS = "All tasks"
_ROW_HEIGHT = 26
_VALUE_ROLE = Qt.ItemDataRole.UserRole


class ModelFilterBar(QWidget):
    """Drop-downs for task and order, and a button that asks the Hub anew.

    Attributes:
        task: all tasks, those that ailab runs, then the Hub's other vision tasks.
        sort: the orders.
        refresh: asks anew, by F5 too.
    """

    def __init__(self, view_model: ModelBrowserViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view_model = view_model
        self.task = QComboBox()
        self.sort = QComboBox()
        self.refresh = QPushButton("Refresh")
        self.refresh.setShortcut(QKeySequence(Qt.Key.Key_F5))
        self.refresh.setToolTip("Ask the Hub anew (F5)")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        for text, box in (("&Task", self.task), ("S&ort by", self.sort)):
            label = QLabel(text)
            label.setBuddy(box)
            # The underlined letter makes the text a little wider than Qt counts.
            label.setMinimumWidth(label.sizeHint().width() + SPACE_SMALL)
            box.setAccessibleName(text.replace("&", ""))
            box.setMaxVisibleItems(30)
            row.addWidget(label)
            row.addWidget(box)
            row.addSpacing(SPACE_LARGE - SPACE)
        row.addStretch()
        row.addWidget(self.refresh)
        self._fill_tasks()
        for sort, text in _SORTS.items():
            self.sort.addItem(text, sort)
        _give_room(self.task)
        _give_room(self.sort)
        self.show_state(None, view_model.state)
        self.task.currentIndexChanged.connect(self._on_task_changed)
        self.sort.currentIndexChanged.connect(self._on_sort_changed)
        self.refresh.clicked.connect(self._on_refresh)

    def show_state(self, old: ModelBrowserState | None, new: ModelBrowserState) -> None:
        """Show the task and the order that hold."""
        if old is None or old.task != new.task:
            row = self.task.findData(new.task, _VALUE_ROLE) if new.task else 0
            if row < 0:
                self.task.addItem(display_name(new.task or ""), new.task)
                row = self.task.count() - 1
            self.task.setCurrentIndex(row)
        if old is None or old.sort != new.sort:
            self.sort.setCurrentIndex(list(_SORTS).index(new.sort))

    def _fill_tasks(self) -> None:
        items = QStandardItemModel(self.task)
        items.appendRow(_choice(_ALL_TASKS, None))
        items.appendRow(_heading("Run in ailab"))
        for tag in RUNNABLE_TASKS:
            items.appendRow(_choice(display_name(tag), tag))
        items.appendRow(_heading("Other vision tasks"))
        for tag, name in VISION_TASKS.items():
            if tag not in RUNNABLE_TASKS:
                items.appendRow(_choice(name, tag))
        self.task.setModel(items)

    def _on_task_changed(self) -> None:
        task = self.task.currentData(_VALUE_ROLE)
        self._view_model.set_task(task if isinstance(task, str) else None)

    def _on_sort_changed(self) -> None:
        sort = self.sort.currentData(_VALUE_ROLE)
        if isinstance(sort, ModelSort):
            self._view_model.set_sort(sort)

    def _on_refresh(self) -> None:
        self._view_model.refresh()


def _give_room(box: QComboBox) -> None:
    """Rows as high as in other lists, drawn plainly.

    Qt's own drawing of these rows, as of a menu's, leaves the chosen one white on white where a
    style sheet colours the selection.
    """
    box.setItemDelegate(QStyledItemDelegate(box))
    for row in range(box.count()):
        box.setItemData(row, QSize(0, _ROW_HEIGHT), Qt.ItemDataRole.SizeHintRole)


def _choice(text: str, value: str | None) -> QStandardItem:
    item = QStandardItem(text)
    item.setData(value, _VALUE_ROLE)
    return item


def _heading(text: str) -> QStandardItem:
    """A line that can't be chosen; the keyboard passes it over."""
    item = QStandardItem(text)
    item.setFlags(Qt.ItemFlag.NoItemFlags)
    font = item.font()
    font.setBold(True)
    item.setFont(font)
    return item
