"""Searches saved by name, behind a button."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QInputDialog, QMenu, QPushButton, QWidget

from ailab.viewmodels.model_browser import ModelBrowserViewModel
from ailab.viewmodels.model_browser_state import ModelBrowserState
from ailab.views.model_filter_chips import chips_of

_LONGEST = 60
_WIDEST = 320  # pixels of a name in the menu
_RUN, _SAVE, _RENAME, _DELETE = "Run", "Save", "&Rename", "&Delete"


class ModelSearchMenu(QPushButton):
    """Runs, saves, renames and deletes searches.

    Args:
        view_model: what the menu shows and does.
        parent: the widget around it.
    """

    def __init__(self, view_model: ModelBrowserViewModel, parent: QWidget | None = None) -> None:
        super().__init__("Sa&ved", parent)
        self._view_model = view_model
        self.setAccessibleName("Saved searches")
        self.setToolTip("Searches saved by name")
        self.searches = QMenu(self)
        self.searches.setToolTipsVisible(True)
        self.searches.aboutToShow.connect(self.fill)
        self.searches.triggered.connect(self._on_triggered)  # of its submenus too
        self.setMenu(self.searches)
        self.fill()

    def fill(self) -> None:
        """List the searches as they are now."""
        self.searches.clear()
        names = [saved.name for saved in self._view_model.state.saved]
        for name in names:
            self._add(self.searches, name, _RUN)
        if not names:
            nothing = self.searches.addAction("No search is saved yet")
            if nothing is not None:
                nothing.setEnabled(False)
        self.searches.addSeparator()
        save = self.searches.addAction("&Save this search…")
        if save is not None:
            save.setData((_SAVE, ""))
        for verb in (_RENAME, _DELETE):
            menu = self.searches.addMenu(verb)
            if menu is not None:
                menu.setToolTipsVisible(True)
                menu.setEnabled(bool(names))
                for name in names:
                    self._add(menu, name, verb)

    def ask_to_save(self) -> None:
        """Ask for a name, and save the search that stands there by it."""
        self._ask(
            "Save this search",
            "Name of the search. Another one of this name is replaced.",
            suggestion_for(self._view_model.state),
            self._view_model.shelf.save_search,
        )

    def ask_to_rename(self, name: str) -> None:
        """Ask for another name of a search."""
        self._ask(
            "Rename a search",
            f"New name for “{self._shortened(name)}”",
            name,
            partial(self._view_model.shelf.rename_search, name),
        )

    def _on_triggered(self, action: QAction) -> None:
        data = action.data()
        if not isinstance(data, tuple):
            return
        verb, name = data
        if verb == _RUN:
            self._view_model.run_search(name)
        elif verb == _SAVE:
            self.ask_to_save()
        elif verb == _RENAME:
            self.ask_to_rename(name)
        else:
            self._view_model.shelf.delete_search(name)

    def _ask(self, title: str, label: str, text: str, act: Callable[[str], None]) -> None:
        dialog = QInputDialog(self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(title)
        dialog.setLabelText(label)
        dialog.setTextValue(text)
        dialog.textValueSelected.connect(act)
        dialog.resize(380, dialog.sizeHint().height())
        dialog.open()

    def _add(self, menu: QMenu, name: str, verb: str) -> None:
        shown = self._shortened(name)
        action = menu.addAction(shown.replace("&", "&&"))
        if action is not None:
            action.setData((verb, name))
            if shown != name:
                action.setToolTip(name)

    def _shortened(self, name: str) -> str:
        # In the middle: names begin with what was searched, and end with what tells them apart.
        return self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, _WIDEST)


def suggestion_for(state: ModelBrowserState) -> str:
    """A name for the search that stands there."""
    words = [state.query.strip(), *(chip.text for chip in chips_of(state))]
    return ", ".join(word for word in words if word)[:_LONGEST] or "All models"
