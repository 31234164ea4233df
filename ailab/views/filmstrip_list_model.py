"""The pictures of a run, for the filmstrip's list view."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any

from PyQt6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from ailab.services.images.picture import Picture
from ailab.services.images.picture_reference import parse_picture
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.picture_result import PictureResult
from ailab.viewmodels.prediction_text import summary
from ailab.views.plain_tip import plain_tip

THUMBNAIL_ROLE = Qt.ItemDataRole.UserRole
"""The thumbnail; None where the picture can't be read or is not read yet."""
UNREADABLE_ROLE = Qt.ItemDataRole.UserRole + 1
"""True where the picture can't be read."""
OUTCOME_ROLE = Qt.ItemDataRole.UserRole + 2
"""What came of the picture: an `Outcome`."""
PAGE_ROLE = Qt.ItemDataRole.UserRole + 3
"""Which page of a file the picture is; None where none was chosen."""
_ROOT = QModelIndex()


class Outcome(Enum):
    """What came of a picture; the value is what is told of it."""

    WAITING = "not run yet"
    DONE = "done"
    FAILED = "failed"


class FilmstripListModel(QAbstractListModel):
    """Adapts pictures, their results and their thumbnails."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: tuple[str, ...] = ()
        self._places: tuple[int, ...] | None = None
        self._paths: tuple[str, ...] = ()
        self._results: tuple[PictureResult, ...] = ()
        self._thumbnails: Mapping[str, Picture | None] = MappingProxyType({})

    @property
    def paths(self) -> tuple[str, ...]:
        """Paths of the pictures shown, a row each."""
        return self._paths

    def set_pictures(
        self,
        paths: tuple[str, ...],
        results: tuple[PictureResult, ...],
        places: tuple[int, ...] | None = None,
    ) -> None:
        """Show these pictures, or those of them at some places, in order.

        Where they are the same, only what came of them changes.
        """
        if paths != self._all or places != self._places:
            self.beginResetModel()
            self._all, self._places, self._results = paths, places, results
            self._paths = paths if places is None else tuple(paths[place] for place in places)
            self.endResetModel()
            return
        if places is not None:
            self._results = results
            return
        first = min(len(self._results), len(results))
        if self._results[:first] != results[:first]:
            first = 0
        last = max(len(self._results), len(results)) - 1
        self._results = results
        if last >= first:
            self.dataChanged.emit(self.index(first), self.index(last))

    def place(self, row: int) -> int:
        """Which of all pictures a row shows."""
        return row if self._places is None else self._places[row]

    def row(self, place: int) -> int:
        """The row of one of all pictures; -1 where it is left out."""
        if self._places is None:
            return place
        row = bisect_left(self._places, place)
        return row if row < len(self._places) and self._places[row] == place else -1

    def set_thumbnails(self, thumbnails: Mapping[str, Picture | None]) -> None:
        """Show what was read since."""
        self._thumbnails = thumbnails
        if self._paths:
            # The view paints only the few rows in sight.
            self.dataChanged.emit(self.index(0), self.index(len(self._paths) - 1))

    def rowCount(self, parent: QModelIndex = _ROOT) -> int:  # noqa: N802 - Qt's name
        """How many pictures there are."""
        return 0 if parent.isValid() else len(self._paths)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A picture's thumbnail, outcome or name."""
        if not index.isValid() or index.row() >= len(self._paths):
            return None
        path = self._paths[index.row()]
        if role == THUMBNAIL_ROLE:
            return self._thumbnails.get(path)
        if role == UNREADABLE_ROLE:
            return path in self._thumbnails and self._thumbnails[path] is None
        if role == PAGE_ROLE:
            return parse_picture(path).page
        if role == OUTCOME_ROLE:
            return self._outcome(self.place(index.row()))
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            words = f"{parse_picture(path).name}: {self._words(self.place(index.row()))}"
            return plain_tip(words) if role == Qt.ItemDataRole.ToolTipRole else words
        return None

    def _words(self, place: int) -> str:
        """What came of a picture; what was written about it says it best."""
        prediction = self._results[place].prediction if place < len(self._results) else None
        if isinstance(prediction, GeneratedText):
            return summary(prediction)
        return self._outcome(place).value

    def _outcome(self, place: int) -> Outcome:
        if place >= len(self._results):
            return Outcome.WAITING
        return Outcome.DONE if self._results[place].prediction is not None else Outcome.FAILED
