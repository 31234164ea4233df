"""The left half of the model browser: the models found, or why there are none."""

from __future__ import annotations

from PyQt6.QtCore import QItemSelectionModel, QModelIndex
from PyQt6.QtGui import QResizeEvent, QShowEvent
from PyQt6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout, QWidget

from ailab.services.hub.model_filter import ModelFilter
from ailab.services.hub.pipeline_tag import display_name
from ailab.viewmodels.model_browser import ModelBrowserViewModel
from ailab.viewmodels.model_browser_state import ModelBrowserState, Shelf
from ailab.views.banner import Banner
from ailab.views.model_busy_bar import ModelBusyBar
from ailab.views.model_list_footer import ModelListFooter
from ailab.views.model_list_model import ModelListModel
from ailab.views.model_list_offline import ModelListOffline
from ailab.views.model_list_shelves import ModelListShelves
from ailab.views.model_list_view import ModelListView
from ailab.views.model_list_words import busy_words, empty_words, footer_words, problem_words
from ailab.views.model_message import ModelMessage
from ailab.views.theme import SPACE, SPACE_SMALL, make_card


class ModelListPane(QFrame):
    """Shows the rows, and words of their own while they load, where none match, or they failed.

    Attributes:
        list_view: the rows.
        shelves: which list it is.
        offline: says that the catalogue is searched.
        notice: a failure that leaves the list as it is.
        message: the words where there are no rows.
        footer: the strip below the rows.
        busy: the line above the rows.
    """

    def __init__(self, view_model: ModelBrowserViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view_model = view_model
        self._is_rendering = False
        make_card(self)
        self._models = ModelListModel(self)
        self.list_view = ModelListView(self._models)
        self.busy = ModelBusyBar()
        self.footer = ModelListFooter()
        self.shelves = ModelListShelves(view_model)
        self.offline = ModelListOffline(view_model)
        self.notice = Banner()
        self.message = ModelMessage()
        self.retry = self.message.add_button("R&etry")
        self.this_task = self.message.add_button("Choose this tas&k")
        self.all_tasks = self.message.add_button("Search &all tasks")
        self.clear_query = self.message.add_button("Clear t&he search")
        self.clear_filters = self.message.add_button("Clear all fi&lters")
        self.go_on = self.message.add_button("Load &more")
        rows = QWidget()
        column = QVBoxLayout(rows)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.busy, self.list_view, self.footer):
            column.addWidget(widget)
        self._rows = rows
        self._pages = QStackedWidget()
        self._pages.addWidget(rows)
        self._pages.addWidget(self.message)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(1, 1, 1, 1)
        outer.setSpacing(0)
        outer.addWidget(self.shelves)
        strips = QVBoxLayout()
        strips.setContentsMargins(SPACE, 0, SPACE, 0)
        strips.setSpacing(SPACE_SMALL)
        strips.addWidget(self.offline)
        strips.addWidget(self.notice)
        outer.addLayout(strips)
        outer.addWidget(self._pages, 1)
        self._connect()
        self.show_state(None, view_model.state)

    @property
    def is_showing_rows(self) -> bool:
        """Rows are shown, not words in their place."""
        return self._pages.currentWidget() is self._rows

    def show_state(self, old: ModelBrowserState | None, new: ModelBrowserState) -> None:
        """Show what has changed."""
        self._is_rendering = True
        try:
            has_other_rows = old is None or old.results is not new.results
            self._models.set_verdicts(new.verdicts)
            self._models.set_favourites(new.favourites)
            self._models.set_here(new.ids_here)
            if has_other_rows:
                self._models.set_models(new.results)
            if old is None or _words_of(old) != _words_of(new):
                self._show_words(new)
            self._show_selection(new)
            if has_other_rows and not _goes_on(old, new):
                self.list_view.scrollToTop()  # other rows, read from their beginning
        finally:
            self._is_rendering = False

    def load_more_near_end(self) -> None:
        """Ask for further rows where few are left below the ones in sight."""
        if not self._is_rendering and self.is_showing_rows and self.list_view.is_near_end():
            self._view_model.load_more()

    def enter_list(self) -> None:
        """Move the keyboard into the list, onto its first row where none is selected."""
        if self.is_showing_rows:
            self.list_view.setFocus()
            if not self.list_view.selected_index.isValid():
                self.list_view.selectRow(0)

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802 - Qt's name
        """A higher list has room for more."""
        super().resizeEvent(event)
        self.load_more_near_end()

    def showEvent(self, event: QShowEvent | None) -> None:  # noqa: N802 - Qt's name
        """Go on loading where the list was left at its end."""
        super().showEvent(event)
        self.load_more_near_end()

    def _connect(self) -> None:
        self.retry.clicked.connect(self._on_retry)
        self.this_task.clicked.connect(self._on_this_task)
        self.all_tasks.clicked.connect(self._on_all_tasks)
        self.clear_query.clicked.connect(self._on_clear_query)
        self.clear_filters.clicked.connect(self._view_model.clear_filters)
        self.go_on.clicked.connect(self._on_retry_more)
        self.notice.dismissed.connect(self._view_model.dismiss_notice)
        self.list_view.favourite_toggled.connect(self._on_favourite)
        self.footer.retry_requested.connect(self._on_retry_more)
        bar, selection = self.list_view.verticalScrollBar(), self.list_view.selectionModel()
        if bar is not None:
            bar.valueChanged.connect(self._on_scrolled)
        if selection is not None:
            selection.selectionChanged.connect(self._on_selection_changed)

    def _show_words(self, new: ModelBrowserState) -> None:
        # The catalogue answers between two letters: to fade the rows for that would flicker.
        is_noted = new.is_searching and not new.is_offline
        self.list_view.set_dimmed(is_noted)
        self.busy.set_busy(is_noted and bool(new.results))
        self.footer.show_state(new)
        self.shelves.show_state(new)
        self.offline.show_state(new)
        notice = new.notice
        words = (notice.message, notice.advice) if notice is not None else ("", "")
        self.notice.tell(*words, tone="warning")
        self._pages.setCurrentWidget(self._rows if new.results else self.message)
        if new.problem is not None:
            self.message.say(*problem_words(new))
        elif new.is_searching or new.is_loading_more:
            self.message.say(*busy_words(new), is_busy=True)
        elif new.more_problem is not None:
            self.message.say("The search broke off", footer_words(new))
        elif new.is_empty:
            self.message.say(*empty_words(new))
        else:
            self.message.say("")
        self._show_buttons(new)

    def _show_buttons(self, new: ModelBrowserState) -> None:
        """Show the ways out that lead somewhere."""
        is_search = new.shelf is Shelf.SEARCH
        can_filter = is_search and new.is_empty
        has_filter = new.filter != ModelFilter()
        self.go_on.setVisible(new.has_paused or new.more_problem is not None)
        # The strip above has a way back to the Hub: there is nothing else to try again.
        purpose = new.purpose
        self.this_task.setVisible(purpose is not None)
        task = display_name(purpose.task) if purpose is not None else ""
        self.this_task.setAccessibleName(f"Choose the task {task}" if task else "")
        can_retry = can_filter and purpose is None
        may_be_new = can_retry and not new.is_offline and not new.has_paused and not has_filter
        self.retry.setVisible(new.problem is not None or may_be_new)
        self.all_tasks.setVisible(can_filter and new.task is not None and not has_filter)
        self.clear_filters.setVisible(can_filter and has_filter)
        can_clear = new.is_empty or (new.problem is not None and not new.problem.is_offline)
        self.clear_query.setVisible(bool(new.query) and can_clear)

    def _show_selection(self, new: ModelBrowserState) -> None:
        row = self._models.row_of(new.selection)
        if row == self.list_view.selected_index.row():
            return
        selection = self.list_view.selectionModel()
        if selection is None:
            return
        if row < 0:
            selection.clear()
            return
        # Not by the view's own method, which would scroll to the row.
        flag = QItemSelectionModel.SelectionFlag
        selection.setCurrentIndex(self._models.index(row), flag.ClearAndSelect | flag.Rows)

    def _on_selection_changed(self) -> None:
        if not self._is_rendering:
            self._view_model.select(self._models.model_at(self.list_view.selected_index))

    def _on_scrolled(self) -> None:
        self.load_more_near_end()

    def _on_favourite(self, index: QModelIndex) -> None:
        model = self._models.model_at(index)
        if model is not None:
            self._view_model.toggle_favourite(model)

    def _on_retry(self) -> None:
        self._view_model.retry()

    def _on_retry_more(self) -> None:
        self._view_model.retry_more()

    def _on_this_task(self) -> None:
        purpose = self._view_model.state.purpose
        if purpose is not None:
            self._view_model.set_query(purpose.rest)
            self._view_model.set_task(purpose.task)

    def _on_all_tasks(self) -> None:
        self._view_model.set_task(None)

    def _on_clear_query(self) -> None:
        self._view_model.set_query("")
        self._view_model.submit_query()


def _goes_on(old: ModelBrowserState | None, new: ModelBrowserState) -> bool:
    """The new rows are the old ones and more."""
    return old is not None and old.results == new.results[: len(old.results)]


def _words_of(state: ModelBrowserState) -> tuple[object, ...]:
    return (
        bool(state.results),
        len(state.results),
        state.loaded,
        state.unsized,
        state.query,
        state.task,
        state.filter,
        state.shelf,
        state.next_page is None,
        state.has_paused,
        state.is_filtered_here,
        state.is_searching,
        state.is_slow,
        state.is_loading_more,
        state.has_searched,
        state.problem,
        state.more_problem,
        state.notice,
        state.wants_offline,
        state.has_lost_hub,
        state.facts,
        state.wait_seconds,
        state.is_wait_refused,
    )
