"""The tasks whose models the offline catalogue fetches."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QCheckBox, QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from ailab.services.compatibility.runnable_tasks import RUNNABLE_TASKS
from ailab.services.hub.pipeline_tag import VISION_TASKS, display_name
from ailab.viewmodels.catalog import CatalogState, CatalogViewModel
from ailab.views.column_scroll_area import ColumnScrollArea
from ailab.views.task_words import TASK_WORDS
from ailab.views.theme import SPACE, make_card, set_tone

_NOTE_COLUMN = 1


class CatalogTasks(QFrame):
    """A box to tick for each vision task, and when it was last synchronised.

    Tasks that ailab runs come first.

    Attributes:
        boxes: by pipeline tag.
    """

    def __init__(self, view_model: CatalogViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view_model = view_model
        make_card(self)
        self.boxes: dict[str, QCheckBox] = {}
        self._notes: dict[str, QLabel] = {}
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, SPACE, 0)
        grid.setColumnStretch(0, 1)
        others = [task for task in VISION_TASKS if task not in RUNNABLE_TASKS]
        for row, task in enumerate((*RUNNABLE_TASKS, *others)):
            box, note = QCheckBox(display_name(task)), QLabel()
            set_tone(note, "muted")
            box.setProperty("task", task)
            box.setToolTip(TASK_WORDS.get(task, ""))
            box.clicked.connect(self._on_clicked)
            grid.addWidget(box, row, 0)
            grid.addWidget(note, row, _NOTE_COLUMN, Qt.AlignmentFlag.AlignRight)
            self.boxes[task], self._notes[task] = box, note
        grid.setRowStretch(len(self.boxes), 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, 1, SPACE)
        area = ColumnScrollArea(inside)
        for widget in (inside, area.viewport()):
            if widget is not None:  # the card's own ground shows through
                widget.setAutoFillBackground(False)
        column.addWidget(area)

    def show_state(self, new: CatalogState) -> None:
        """Show which tasks are chosen and how old each is."""
        for task, box in self.boxes.items():
            box.setChecked(task in new.tasks)
            box.setEnabled(not new.is_syncing and not new.is_clearing)
            synced = self._view_model.synced_text(task)
            note = f"fetched {synced}" if synced else ""
            if not note and task in RUNNABLE_TASKS:
                note = "ailab runs these"
            self._notes[task].setText(note)

    def _on_clicked(self, is_chosen: bool) -> None:
        sender = self.sender()
        if isinstance(sender, QCheckBox):
            self._view_model.choose(str(sender.property("task")), is_chosen=is_chosen)
