"""The Library tab: the models on this disk."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QKeySequence, QShortcut, QShowEvent
from PyQt6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ailab.services.byte_size import format_bytes
from ailab.services.hub.hub_endpoint import DEFAULT_ENDPOINT
from ailab.viewmodels.conversion import ConversionViewModel
from ailab.viewmodels.library import LibraryViewModel
from ailab.viewmodels.library_state import LibrarySort, LibraryState
from ailab.views.banner import Banner
from ailab.views.elided_label import ElidedLabel
from ailab.views.file_manager import open_folder
from ailab.views.library_details import LibraryDetails
from ailab.views.library_list_model import LibraryListModel
from ailab.views.library_menus import LibraryMenus
from ailab.views.library_orphans import LibraryOrphans
from ailab.views.library_table import LibraryTable
from ailab.views.library_words import place_text
from ailab.views.model_message import ModelMessage
from ailab.views.theme import SPACE, SPACE_LARGE, SPACE_SMALL, set_tone

_STEPS = 1000
_TABLE_WIDTH, _DETAILS_WIDTH = 660, 320


class LibraryView(QWidget):
    """Lists what is in the cache, whoever brought it there.

    Args:
        library: what is shown, and done.
        endpoint: origin of the Hub, for the models' pages.
        conversion: turns models into ONNX; None where nobody does.
        parent: the widget around it.

    Signals:
        model_chosen(reference): the person wants to run a model; `owner/name`, or
            `owner/name@commit` for a revision other than the main branch's.
        browse_wanted(): the person wants to look for models on the Hub.
    """

    model_chosen = pyqtSignal(str)
    browse_wanted = pyqtSignal()

    def __init__(
        self,
        library: LibraryViewModel,
        endpoint: str = DEFAULT_ENDPOINT,
        conversion: ConversionViewModel | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._library = library
        self.folder = ElidedLabel()
        self.facts = ElidedLabel(mode=Qt.TextElideMode.ElideRight)
        set_tone(self.facts, "muted")
        self.open_folder = QPushButton("Open folder")
        self.open_folder.setToolTip("Open the folder of all downloaded models")
        self.refresh = QPushButton("Refresh")
        self.refresh.setToolTip("Read the folder anew")
        self.verify_all = QPushButton("Verify all")
        self.verify_all.setToolTip("Read every file of the listed models and compare its checksum")
        self.ask = QPushButton("Check for updates")
        self.ask.setToolTip("Ask the Hub which models have a newer version")
        self.banner = Banner()
        self.progress = ElidedLabel()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, _STEPS)
        self.bar.setAccessibleName("Progress")
        self.stop = QPushButton("Stop")
        self.filter = QLineEdit()
        self.filter.setPlaceholderText("Filter by name")
        self.filter.setAccessibleName("Filter by name")
        self.filter.setClearButtonEnabled(True)
        self.models = LibraryListModel(self)
        self.table = LibraryTable(self.models)
        self.details = LibraryDetails(library, endpoint, conversion)
        self.menus = LibraryMenus(library, self.table, self.details)
        self.orphans = LibraryOrphans(conversion, library) if conversion is not None else None
        self.message = ModelMessage()
        self.browse = self.message.add_button("Browse models")
        self.retry = self.message.add_button("Try again")
        self._lay_out()
        self._connect()
        self._render(library.state)

    def showEvent(self, event: QShowEvent | None) -> None:  # noqa: N802 - Qt's name
        """Read the cache whenever the tab comes into sight."""
        super().showEvent(event)
        self._library.open()

    def _connect(self) -> None:
        library = self._library
        self.open_folder.clicked.connect(self._on_open_folder)
        self.refresh.clicked.connect(library.refresh)
        self.retry.clicked.connect(library.refresh)
        self.verify_all.clicked.connect(self._on_verify_all)
        self.ask.clicked.connect(library.ask_for_updates)
        self.stop.clicked.connect(self._on_stop)
        self.browse.clicked.connect(self.browse_wanted)
        self.filter.textChanged.connect(library.set_filter)
        self.table.model_selected.connect(library.select)
        self.table.model_chosen.connect(self.model_chosen)
        self.table.sort_wanted.connect(self._on_sort)
        self.details.model_chosen.connect(self.model_chosen)
        self.banner.dismissed.connect(library.dismiss)
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self.details.keep)
        library.changed.connect(self._on_changed)

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(SPACE_SMALL)
        words.addWidget(self.folder)
        words.addWidget(self.facts)
        top = QHBoxLayout()
        top.setSpacing(SPACE)
        top.addLayout(words, 1)
        top.addWidget(self.open_folder)
        top.addWidget(self.refresh)
        tools = QHBoxLayout()
        tools.setSpacing(SPACE)
        tools.addWidget(self.filter, 1)
        tools.addWidget(self.verify_all)
        tools.addWidget(self.ask)
        self._busy = QWidget()
        busy = QHBoxLayout(self._busy)
        busy.setContentsMargins(0, 0, 0, 0)
        busy.setSpacing(SPACE)
        busy.addWidget(self.progress, 2)
        busy.addWidget(self.bar, 1)
        busy.addWidget(self.stop)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(self.table)
        splitter.addWidget(self.details)
        splitter.setStretchFactor(0, 1)
        splitter.setSizes([_TABLE_WIDTH, _DETAILS_WIDTH])
        splitter.setChildrenCollapsible(False)
        self.stack = QStackedWidget()
        self.stack.addWidget(splitter)
        self.stack.addWidget(self.message)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_LARGE, SPACE_LARGE, SPACE_LARGE, SPACE)
        column.setSpacing(SPACE)
        column.addLayout(top)
        column.addWidget(self.banner)
        column.addLayout(tools)
        column.addWidget(self._busy)
        column.addWidget(self.stack, 1)
        if self.orphans is not None:
            column.addWidget(self.orphans)

    def _on_changed(self, _old: LibraryState, new: LibraryState) -> None:
        self._render(new)

    def _render(self, state: LibraryState) -> None:
        self.folder.setText(str(state.place.folder) if state.place is not None else "")
        self.facts.setText(place_text(state) if state.place is not None else "")
        self.open_folder.setEnabled(state.place is not None and state.place.is_there)
        is_busy = state.is_checking or state.is_asking_updates
        self.refresh.setEnabled(not state.is_reading)
        self.verify_all.setEnabled(bool(state.shown) and not is_busy)
        self.ask.setEnabled(bool(state.models) and not is_busy)
        self._render_banner(state)
        self._render_progress(state)
        self._render_message(state)
        if state.shown is not self.models.repos or state.updates is not self.models.updates:
            self.models.set_repos(state.shown, state.updates)
        self.table.show_sort(state.sort, is_descending=state.is_descending)
        self.table.show_selected(state.selected_id)

    def _render_banner(self, state: LibraryState) -> None:
        problem = state.action_problem or (state.problem if state.models else None)
        if problem is not None:
            self.banner.tell(problem.message, problem.advice, "error")
        else:
            self.banner.tell(state.notice, "", "success")

    def _render_progress(self, state: LibraryState) -> None:
        self._busy.setVisible(state.is_checking or state.is_asking_updates)
        if (now := state.checking) is not None:
            share = now.done / now.total if now.total else 0.0
            amount = (
                f" · {format_bytes(now.done)} of {format_bytes(now.total)}" if now.total else ""
            )
            file = f": {now.file}" if now.file else ""
            self.progress.setText(f"Verifying {now.repo_id}{file}{amount}")
            self.bar.setValue(round(share * _STEPS))
        elif state.is_asking_updates:
            total = sum(repo.main_commit is not None for repo in state.models)
            self.progress.setText(f"Asking the Hub: {state.asked_updates} of {total}")
            self.bar.setValue(round(state.asked_updates / max(total, 1) * _STEPS))

    def _render_message(self, state: LibraryState) -> None:
        self.browse.setVisible(state.has_read and not state.models and state.problem is None)
        self.retry.setVisible(state.problem is not None)
        if state.shown:
            self.stack.setCurrentIndex(0)
            return
        self.stack.setCurrentIndex(1)
        if state.problem is not None:
            self.message.say(state.problem.message, state.problem.advice)
        elif state.models:
            self.message.say("No model's name matches", "Type fewer letters, or clear the filter.")
        elif state.has_read:
            self.message.say(
                "No models on this disk yet",
                "What is downloaded here, by the lab or by other programs that use the "
                "Hugging Face cache, is listed in this tab.",
            )
        else:
            self.message.say("Looking for models on this disk", is_busy=True)

    def _on_sort(self, sort: LibrarySort, is_descending: bool) -> None:
        self._library.set_sort(sort, is_descending=is_descending)

    def _on_verify_all(self) -> None:
        self._library.verify([repo.id for repo in self._library.state.shown])

    def _on_stop(self) -> None:
        if self._library.state.is_checking:
            self._library.stop_verifying()
        if self._library.state.is_asking_updates:
            self._library.stop_asking()

    def _on_open_folder(self) -> None:
        place = self._library.state.place
        if place is not None:
            open_folder(place.folder)
