"""The files of one download, each with how far it is."""

from __future__ import annotations

from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from PyQt6.QtWidgets import QFrame, QHeaderView, QTableView, QWidget

from ailab.services.downloads.download_progress import FileProgress
from ailab.viewmodels.downloads_text import file_text
from ailab.views.plain_tip import plain_tip
from ailab.views.row_action import RowAction, copying
from ailab.views.row_menu import RowMenu

_MOST_ROWS_SEEN = 8
_WIDEST_PROGRESS = "999.9 bytes of 999.9 MB  "
_ROOT = QModelIndex()


class DownloadFilesModel(QAbstractTableModel):
    """Paths and progress of files; little is painted anew where only some moved."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._files: tuple[FileProgress, ...] = ()

    def show_files(self, files: tuple[FileProgress, ...]) -> None:
        """Show these files."""
        old, same = self._files, len(files) == len(self._files)
        if not same or any(a.path != b.path for a, b in zip(old, files, strict=True)):
            self.beginResetModel()
            self._files = files
            self.endResetModel()
            return
        self._files = files
        moved = [row for row, pair in enumerate(zip(old, files, strict=True)) if pair[0] != pair[1]]
        if moved:
            # At once: a view looks at its whole layout each time that it is told of something.
            self.dataChanged.emit(self.index(moved[0], 1), self.index(moved[-1], 1))

    def rowCount(self, parent: QModelIndex = _ROOT) -> int:  # noqa: N802 - Qt's name
        """One row a file."""
        return 0 if parent.isValid() else len(self._files)

    def columnCount(self, parent: QModelIndex = _ROOT) -> int:  # noqa: N802 - Qt's name
        """Path and progress."""
        return 0 if parent.isValid() else 2

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """What stands in a cell."""
        file = self._files[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return file_text(file) if index.column() else file.path
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(file.path)
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column():
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None


class DownloadFilesList(QTableView):
    """As many files as fit, the rest by scrolling."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = DownloadFilesModel(self)
        self.setModel(self._model)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setSelectionMode(QTableView.SelectionMode.ExtendedSelection)
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.menu = RowMenu(self, copies=_path)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setWordWrap(False)
        self.setAccessibleName("Files of the download")
        if (across := self.horizontalHeader()) is not None:
            across.hide()
            across.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
            # By contents it would measure all rows anew whenever one of them moves.
            across.setSectionResizeMode(1, QHeaderView.ResizeMode.Fixed)
            across.resizeSection(1, self.fontMetrics().horizontalAdvance(_WIDEST_PROGRESS))
        if (down := self.verticalHeader()) is not None:
            down.hide()
            down.setDefaultSectionSize(self.fontMetrics().height() + 6)

    def show_files(self, files: tuple[FileProgress, ...]) -> None:
        """Show these files."""
        self._model.show_files(files)
        row = self.fontMetrics().height() + 6
        self.setFixedHeight(min(len(files), _MOST_ROWS_SEEN) * row + 4)


def _path(index: QModelIndex) -> tuple[RowAction, ...]:
    return (copying("Copy path", str(index.siblingAtColumn(0).data())),)
