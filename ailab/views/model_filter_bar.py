"""The task to keep, the order of the models, and the way to further conditions."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QKeySequence
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from ailab.services.compatibility.runnable_tasks import RUNNABLE_TASKS
from ailab.services.hub.model_query import ModelSort
from ailab.services.hub.pipeline_tag import VISION_TASKS, display_name
from ailab.viewmodels.model_browser import ModelBrowserViewModel
from ailab.viewmodels.model_browser_state import ModelBrowserState
from ailab.views.model_filter_box import ModelFilterBox
from ailab.views.model_filter_panel import ModelFilterPanel
from ailab.views.task_words import TASK_WORDS
from ailab.views.theme import SPACE, SPACE_SMALL

_SORTS = {
    ModelSort.TRENDING: "Trending",
    ModelSort.DOWNLOADS: "Most downloads",
    ModelSort.LIKES: "Most likes",
    ModelSort.CREATED: "Newest",
    ModelSort.UPDATED: "Recently updated",
    ModelSort.PARAMETERS: "Most parameters",
}
_ALL_TASKS = "All tasks"
_WITH_TEXT = (
    "image-text-to-text",
    "image-text-to-image",
    "image-text-to-video",
    "visual-question-answering",
    "document-question-answering",
    "video-text-to-text",
    "visual-document-retrieval",
    "any-to-any",
)


class ModelFilterBar(QWidget):
    """Drop-downs for task and order, and buttons for further filters and for asking anew.

    Attributes:
        task: all tasks, those that ailab runs, then the Hub's other tasks that see pictures.
        sort: the orders.
        more: shows the panel.
        panel: further conditions.
        refresh: asks anew, by F5 too.
    """

    def __init__(self, view_model: ModelBrowserViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view_model = view_model
        self.task = ModelFilterBox("Task")
        self.sort = ModelFilterBox("Sort by")
        self.more = QPushButton("&Filters…")
        self.more.setToolTip("Licence, library, author, size and more")
        self.panel = ModelFilterPanel(view_model, self)
        self.refresh = QPushButton("Refresh")
        self.refresh.setShortcut(QKeySequence(Qt.Key.Key_F5))
        self.refresh.setToolTip("Ask the Hub anew (F5)")
        self._fill()
        self._lay_out()
        self.show_state(None, view_model.state)
        self.task.currentIndexChanged.connect(self._on_task_changed)
        self.sort.currentIndexChanged.connect(self._on_sort_changed)
        self.more.clicked.connect(self._on_more)
        self.refresh.clicked.connect(self._on_refresh)

    def show_state(self, old: ModelBrowserState | None, new: ModelBrowserState) -> None:
        """Show the task, the order and the conditions that hold."""
        if old is None or old.task != new.task:
            self.task.show_value(new.task, display_name(new.task or ""))
            self.task.setToolTip(TASK_WORDS.get(new.task or "", ""))
        if old is None or old.sort != new.sort:
            self.sort.show_value(new.sort)
        if old is None or old.filter != new.filter:
            self.panel.show_state(new)

    def _fill(self) -> None:
        self.task.add_choice(_ALL_TASKS, None)
        self.task.add_heading("Run in ailab")
        for tag in RUNNABLE_TASKS:
            self.task.add_choice(display_name(tag), tag, TASK_WORDS[tag])
        self.task.add_heading("Other vision tasks")
        for tag, name in VISION_TASKS.items():
            if tag not in RUNNABLE_TASKS:
                self.task.add_choice(name, tag)
        self.task.add_heading("Pictures and text")
        for tag in _WITH_TEXT:
            if tag not in RUNNABLE_TASKS:
                self.task.add_choice(display_name(tag), tag)
        for sort, text in _SORTS.items():
            self.sort.add_choice(text, sort)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        for text, box, letters in (("&Task", self.task, 18), ("Sort &by", self.sort, 14)):
            label = QLabel(text)
            label.setBuddy(box)
            # The underlined letter makes the text a little wider than Qt counts.
            label.setMinimumWidth(label.sizeHint().width() + SPACE_SMALL)
            box.setMinimumContentsLength(letters)
            row.addWidget(label)
            row.addWidget(box)
        row.addWidget(self.more)
        row.addStretch()
        row.addWidget(self.refresh)

    def _on_task_changed(self) -> None:
        task = self.task.value
        self._view_model.set_task(task if isinstance(task, str) else None)

    def _on_sort_changed(self) -> None:
        sort = self.sort.value
        if isinstance(sort, ModelSort):
            self._view_model.set_sort(sort)

    def _on_more(self) -> None:
        self.panel.pop_up(self.more)

    def _on_refresh(self) -> None:
        self._view_model.refresh()
