"""What can be done with the models on this disk, and with their revisions."""

from __future__ import annotations

from PyQt6.QtCore import QModelIndex

from ailab.viewmodels.library import LibraryViewModel
from ailab.views.library_details import LibraryDetails
from ailab.views.library_list_model import COLUMNS
from ailab.views.library_table import LibraryTable
from ailab.views.row_action import RowAction, copying, of_buttons
from ailab.views.row_menu import RowMenu


class LibraryMenus:
    """Copies, and offers what the buttons of the details do.

    Args:
        library: the models.
        table: their list.
        details: of the one selected.
    """

    def __init__(
        self, library: LibraryViewModel, table: LibraryTable, details: LibraryDetails
    ) -> None:
        self._library = library
        self._details = details
        self.of_models = RowMenu(table, heads=COLUMNS, copies=self._copies, actions=self._actions)
        self.of_revisions = RowMenu(
            details.revisions, copies=self._revision_copies, actions=self._revision_actions
        )

    def _copies(self, _index: QModelIndex) -> tuple[RowAction, ...]:
        repo = self._library.state.selected
        if repo is None:
            return ()
        return copying("Copy id", repo.id), copying("Copy path", str(repo.folder))

    def _actions(self, _index: QModelIndex) -> tuple[RowAction, ...]:
        details = self._details
        use, folder, page = details.use, details.open_folder, details.open_page
        return of_buttons(use, folder, page, details.verify, details.mend, details.delete)

    def _revision_copies(self, _index: QModelIndex) -> tuple[RowAction, ...]:
        repo, commit = self._library.state.selected, self._details.selected_commit()
        revision = None if repo is None or commit is None else repo.revision(commit)
        if revision is None:
            return ()
        folder = str(revision.folder)
        return copying("Copy commit", revision.commit), copying("Copy path", folder)

    def _revision_actions(self, _index: QModelIndex) -> tuple[RowAction, ...]:
        details = self._details
        return of_buttons(details.use, details.open_folder, details.delete_revision)
