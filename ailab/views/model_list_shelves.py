"""Which list is shown: all models, the favourites, the recent ones."""

from __future__ import annotations

from PyQt6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from ailab.viewmodels.model_browser import ModelBrowserViewModel
from ailab.viewmodels.model_browser_state import ModelBrowserState, Shelf
from ailab.views.theme import SPACE, SPACE_SMALL, make_chip

_MARKS = {Shelf.SEARCH: "", Shelf.FAVOURITES: "★ ", Shelf.RECENT: ""}


class ModelListShelves(QWidget):
    """A button for each list.

    Attributes:
        buttons: by the list that they show.
    """

    def __init__(self, view_model: ModelBrowserViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view_model = view_model
        self._group = QButtonGroup(self)
        self.buttons: dict[Shelf, QPushButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE, SPACE, SPACE, SPACE_SMALL)
        row.setSpacing(SPACE_SMALL)
        for shelf in Shelf:
            button = QPushButton(_MARKS[shelf] + shelf.value)
            button.setAccessibleName(shelf.value)
            button.setCheckable(True)
            make_chip(button)
            self._group.addButton(button)
            self.buttons[shelf] = button
            row.addWidget(button)
        row.addStretch()
        self._group.buttonClicked.connect(self._on_clicked)
        self.show_state(view_model.state)

    def show_state(self, new: ModelBrowserState) -> None:
        """Show which list it is."""
        self.buttons[new.shelf].setChecked(True)

    def _on_clicked(self) -> None:
        shown = self._group.checkedButton()
        shelf = next((shelf for shelf, button in self.buttons.items() if button is shown), None)
        if shelf is not None:
            self._view_model.show_shelf(shelf)
