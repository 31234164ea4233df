"""The rows of the Library tab's table."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from PyQt6.QtGui import QColor, QGuiApplication

from ailab.services.byte_size import format_bytes
from ailab.services.library.cached_repo import CachedRepo
from ailab.services.library.check_summary import Soundness
from ailab.viewmodels.library_state import LibrarySort, Update, size_on_disk
from ailab.views.library_words import ago, check_text, state_text
from ailab.views.plain_tip import plain_tip
from ailab.views.theme_colors import colors_for

COLUMNS = ("Model", "Size", "Last used", "Verified", "State")
SORTS = (LibrarySort.NAME, LibrarySort.SIZE, LibrarySort.LAST_USED, None, None)
"""How the list is ordered by a column; None where it can't be."""

_ROOT = QModelIndex()
_MARKS = {
    Soundness.UNKNOWN: "–",
    Soundness.PARTLY: "in part",
    Soundness.SOUND: "yes",
    Soundness.DAMAGED: "damaged",
}


class LibraryListModel(QAbstractTableModel):
    """Adapts the models that a view model shows."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._repos: tuple[CachedRepo, ...] = ()
        self._updates: Mapping[str, Update] = MappingProxyType({})

    @property
    def repos(self) -> tuple[CachedRepo, ...]:
        """The rows."""
        return self._repos

    @property
    def updates(self) -> Mapping[str, Update]:
        """What the Hub said of them."""
        return self._updates

    def set_repos(self, repos: tuple[CachedRepo, ...], updates: Mapping[str, Update]) -> None:
        """Show other rows; the same models in the same order keep their places."""
        before = [repo.id for repo in self._repos]
        if before == [repo.id for repo in repos]:
            self._repos, self._updates = repos, updates
            if repos:
                last = self.index(len(repos) - 1, len(COLUMNS) - 1)
                self.dataChanged.emit(self.index(0, 0), last)
            return
        self.beginResetModel()
        self._repos, self._updates = repos, updates
        self.endResetModel()

    def row_of(self, model_id: str | None) -> int:
        """Where a model stands; -1 where it does not."""
        return next((row for row, repo in enumerate(self._repos) if repo.id == model_id), -1)

    def rowCount(self, parent: QModelIndex = _ROOT) -> int:  # noqa: N802 - Qt's name
        """The number of models."""
        return 0 if parent.isValid() else len(self._repos)

    def columnCount(self, parent: QModelIndex = _ROOT) -> int:  # noqa: N802 - Qt's name
        """The number of columns."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(  # noqa: N802 - Qt's name
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """The columns' names."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        return None

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """One cell's text, colour and tip."""
        if not index.isValid() or index.row() >= len(self._repos):
            return None
        repo, column = self._repos[index.row()], COLUMNS[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(repo, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(self._tip(repo, column))
        if role == Qt.ItemDataRole.ForegroundRole:
            return _color(repo, column)
        return None

    def _text(self, repo: CachedRepo, column: str) -> str:
        if column == "Model":
            return repo.id
        if column == "Size":
            return format_bytes(size_on_disk(repo))
        if column == "Last used":
            return ago(repo.last_used)
        if column == "Verified":
            return _MARKS[repo.check.soundness]
        return state_text(repo, self._updates.get(repo.id))

    def _tip(self, repo: CachedRepo, column: str) -> str:
        if column == "Verified":
            return check_text(repo)
        if column == "State" and repo.faults:
            return "\n".join(repo.faults)
        return repo.id if column == "Model" else ""


def _alignment(section: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if section == 1 else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _color(repo: CachedRepo, column: str) -> QColor | None:
    colors = colors_for(QGuiApplication.palette())
    if column == "Verified" and repo.check.soundness is Soundness.DAMAGED:
        return QColor(colors.error)
    if column == "Verified" and repo.check.soundness is Soundness.SOUND:
        return QColor(colors.success)
    if column == "State" and repo.faults:
        return QColor(colors.warning)
    return None if column == "Model" else QColor(colors.muted)
