"""The dialog in which a person finds a model."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PyQt6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QWidget,
)

from ailab.viewmodels.model_browser import ModelBrowserViewModel
from ailab.viewmodels.model_browser_state import ModelBrowserState, Shelf
from ailab.views.ask import ask
from ailab.views.dialog_column import DialogColumn
from ailab.views.model_chip_row import ModelChipRow
from ailab.views.model_details_pane import ModelDetailsPane
from ailab.views.model_filter_bar import ModelFilterBar
from ailab.views.model_filter_chips import FilterChip, chips_of
from ailab.views.model_list_menu import ModelListMenu
from ailab.views.model_list_pane import ModelListPane
from ailab.views.model_previews import ModelPreviews
from ailab.views.model_search_bar import ModelSearchBar
from ailab.views.model_search_menu import ModelSearchMenu
from ailab.views.screen_room import resize_within_screen
from ailab.views.theme import SPACE, make_primary

_SMALLEST = (640, 420)
_SIZE = (1100, 720)


class ModelBrowserDialog(QDialog):
    """Search, a list, the selected model's details; answered by Select, Enter or a double-click.

    Attributes:
        search: what is sought.
        saved: searches by name.
        offline: searches the catalogue on this disk instead of the Hub.
        filters: task, order, further conditions and refresh.
        chips: what is filtered by.
        models: the list.
        details: what is known of the selected model.
        select_button: answers with the selected model.
        sync_button: asks for the catalogue to be filled.

    Signals:
        sync_requested(): the person wants to fill the catalogue on this disk.
    """

    sync_requested = pyqtSignal()

    def __init__(self, view_model: ModelBrowserViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view_model = view_model
        self.setWindowTitle("Browse Hugging Face models")
        self.setMinimumSize(*_SMALLEST)
        resize_within_screen(self, *_SIZE)
        self.search = ModelSearchBar()
        self.saved = ModelSearchMenu(view_model)
        self.offline = QPushButton("Offli&ne")
        self.filters = ModelFilterBar(view_model)
        self.chips = ModelChipRow()
        self.models = ModelListPane(view_model)
        self.details = ModelDetailsPane(view_model)
        self.select_button = QPushButton("&Select")
        self.sync_button = QPushButton("S&ync catalogue…")
        if view_model.previews is not None:
            ModelPreviews(view_model.previews, self.models.list_view, self.details)
        self.menu = ModelListMenu(self.models.list_view, view_model, self.select_button)
        self._build()
        self._connect()
        self._show_state(None, view_model.state)

    async def pick(self) -> str | None:
        """Show the dialog until it is answered: the chosen model's id, or None.

        Cancelling the wait closes the dialog; a second question ends the first one.
        """
        if self.isVisible():
            self.reject()
        return self._view_model.state.selected_id if await ask(self) else None

    def open(self) -> None:
        """Show the dialog, ready to type; the list is as it was left."""
        self._view_model.open()
        super().open()
        self.search.setFocus()
        self.search.selectAll()
        self.models.load_more_near_end()

    def accept(self) -> None:
        """Answer with the selected model, where there is one."""
        model = self._view_model.state.selection
        if model is not None:
            self._view_model.shelf.see(model)
            super().accept()

    def done(self, result: int) -> None:
        """Stop what is under way, whichever way the dialog ends."""
        # Hidden first: while it is seen, a list at its end would ask for more again.
        super().done(result)
        self._view_model.rest()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802 - Qt's name
        """Enter answers from the list and the buttons alone, not from a drop-down."""
        if event is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
            return
        super().keyPressEvent(event)

    def _build(self) -> None:
        make_primary(self.select_button)
        self.select_button.setDefault(True)
        buttons = QDialogButtonBox()
        buttons.addButton(self.select_button, QDialogButtonBox.ButtonRole.AcceptRole)
        # Not the standard button, to which some systems add an icon of their own.
        buttons.addButton(QPushButton("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.addButton(self.sync_button, QDialogButtonBox.ButtonRole.ResetRole)
        self.sync_button.setToolTip(
            "Fetch the models of whole tasks into the catalogue on this disk"
        )
        self.offline.setCheckable(True)
        self.offline.setToolTip("Search the catalogue on this disk instead of the Hub")
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(SPACE)
        splitter.addWidget(self.models)
        splitter.addWidget(self.details)
        splitter.setStretchFactor(0, 3)
        splitter.setStretchFactor(1, 2)
        splitter.setSizes([640, 420])
        self.models.setMinimumWidth(300)
        self.details.setMinimumWidth(280)
        column = DialogColumn(self)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(self.search, 1)
        row.addWidget(self.saved)
        row.addWidget(self.offline)
        column.addLayout(row)
        column.addWidget(self.filters)
        column.addWidget(self.chips)
        column.addWidget(splitter, 1)
        column.addWidget(buttons)

    def _connect(self) -> None:
        self.search.textChanged.connect(self._on_text_changed)
        self.search.returnPressed.connect(self._on_return_pressed)
        self.search.left_downwards.connect(self._on_left_downwards)
        self.models.list_view.chosen.connect(self.accept)
        self.models.list_view.left_upwards.connect(self._on_left_upwards)
        self.offline.clicked.connect(self._view_model.set_offline)
        self.sync_button.clicked.connect(self._on_sync)
        self.chips.taken_off.connect(self._on_taken_off)
        self.chips.cleared.connect(self._view_model.clear_filters)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.activated.connect(self._on_left_upwards)
        self._view_model.changed.connect(self._on_changed)

    def _on_changed(self, old: ModelBrowserState, new: ModelBrowserState) -> None:
        self._show_state(old, new)
        # Last, because it changes the state in turn: every part has shown this one by now.
        self.models.load_more_near_end()

    def _show_state(self, old: ModelBrowserState | None, new: ModelBrowserState) -> None:
        if new.query != self.search.text():
            self.search.setText(new.query)
        self.select_button.setEnabled(new.can_select)
        self.offline.setChecked(new.wants_offline)
        self.filters.show_state(old, new)
        self.chips.show_chips(chips_of(new) if new.shelf is Shelf.SEARCH else ())
        self.models.show_state(old, new)
        self.details.show_state(old, new)

    def _on_text_changed(self, text: str) -> None:
        self._view_model.set_query(text)

    def _on_taken_off(self, chip: FilterChip) -> None:
        self._view_model.set_terms(chip.task, chip.filter)

    def _on_sync(self) -> None:
        self.sync_requested.emit()

    def _on_return_pressed(self) -> None:
        self._view_model.submit_query()

    def _on_left_downwards(self) -> None:
        self.models.enter_list()

    def _on_left_upwards(self) -> None:
        self.search.setFocus()
        self.search.selectAll()
