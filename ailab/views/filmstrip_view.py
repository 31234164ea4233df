"""A strip of thumbnails to step through a folder's pictures."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath

from PyQt6.QtCore import QModelIndex, Qt, QTimer
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListView,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ailab.services.images.picture_reference import parse_picture
from ailab.viewmodels.copied_pictures import PICTURE_HEADS, picture_cells
from ailab.viewmodels.filmstrip import FilmstripState, FilmstripViewModel
from ailab.viewmodels.results import ResultsViewModel
from ailab.viewmodels.results_state import ResultsState
from ailab.views.filmstrip_delegate import CELL, FilmstripDelegate
from ailab.views.filmstrip_list_model import THUMBNAIL_ROLE, FilmstripListModel
from ailab.views.picture_actions import folder_action
from ailab.views.row_action import RowAction, copying
from ailab.views.row_menu import RowMenu
from ailab.views.theme import SPACE, SPACE_SMALL

_REST_MS = 40
_AHEAD = 4


class FilmstripView(QWidget):
    """Shows where in the run the current picture stands, and steps from one to the next.

    Hidden where there are fewer than two pictures.

    Args:
        results: which pictures there are, which is current, and what came of them.
        filmstrip: reads the thumbnails in sight.
        parent: the widget around it.
    """

    def __init__(
        self,
        results: ResultsViewModel,
        filmstrip: FilmstripViewModel,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._results = results
        self._filmstrip = filmstrip
        self.pictures = FilmstripListModel(self)
        self.strip = _strip(self.pictures)
        self.strip.setItemDelegate(FilmstripDelegate(self.strip))
        self.menu = RowMenu(
            self.strip,
            self._cells,
            heads=PICTURE_HEADS,
            name=("path", "paths", self._path),
            copies=self._copies,
            actions=self._actions,
        )
        self.place = QLabel()
        self.place.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.place.setAccessibleName("Which picture of how many")
        self.previous = QPushButton("Previous")
        self.previous.setToolTip("Show the picture before (Alt+Left)")
        self.next = QPushButton("Next")
        self.next.setToolTip("Show the next picture (Alt+Right)")
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._lay_out()
        self._rest.timeout.connect(self.look)
        self.previous.clicked.connect(results.go_back)
        self.next.clicked.connect(results.go_on)
        selection = self.strip.selectionModel()
        if selection is not None:
            selection.currentChanged.connect(self._on_current)
        bar = self.strip.horizontalScrollBar()
        if bar is not None:
            bar.valueChanged.connect(self._on_scrolled)
        results.changed.connect(self._on_results)
        filmstrip.changed.connect(self._on_thumbnails)
        self._render(results.state)

    def look(self) -> None:
        """Ask for the thumbnails in sight, and a few beyond."""
        bar = self.strip.horizontalScrollBar()
        if bar is None or not self.pictures.paths:
            return
        first = max(bar.value() // CELL.width() - 1, 0)
        count = self.strip.width() // CELL.width() + 2 + _AHEAD
        self._filmstrip.look_at(self.pictures.paths[first : first + count])

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802 - Qt's name
        """More or fewer thumbnails are in sight."""
        super().resizeEvent(event)
        self._rest.start()

    def _lay_out(self) -> None:
        steps = QVBoxLayout()
        steps.setSpacing(SPACE_SMALL)
        steps.addStretch()
        steps.addWidget(self.place)
        steps.addWidget(self.previous)
        steps.addWidget(self.next)
        steps.addStretch()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addLayout(steps)
        row.addWidget(self.strip, 1)

    def _on_results(self, old: ResultsState, new: ResultsState) -> None:
        if (
            old.pictures is not new.pictures
            or old.results is not new.results
            or old.current != new.current
        ):
            self._render(new)

    def _on_thumbnails(self, _old: FilmstripState, new: FilmstripState) -> None:
        self.pictures.set_thumbnails(new.thumbnails)

    def _render(self, state: ResultsState) -> None:
        is_new = self.pictures.paths != state.pictures
        self.pictures.set_pictures(state.pictures, state.results)
        self.place.setText(f"{state.current + 1} / {len(state.pictures)}")
        for button, can_step in ((self.previous, state.can_go_back), (self.next, state.can_go_on)):
            button.setEnabled(can_step)
        self.setVisible(len(state.pictures) > 1)
        index = self.pictures.index(state.current)
        if len(state.pictures) > 1 and self.strip.currentIndex() != index:
            selection = self.strip.selectionModel()
            if selection is not None:
                # Following a run is not a choice of the person: nothing is told back.
                selection.blockSignals(True)
                self.strip.setCurrentIndex(index)
                selection.blockSignals(False)
                self.strip.scrollTo(index)
                viewport = self.strip.viewport()
                if viewport is not None:
                    viewport.update()
        if is_new and len(state.pictures) > 1:
            self.look()

    def _on_current(self, current: QModelIndex, _before: QModelIndex) -> None:
        if current.isValid() and current.row() != self._results.state.current:
            self._results.go_to(current.row())

    def _on_scrolled(self) -> None:
        self._rest.start()

    def _cells(self, index: QModelIndex) -> tuple[str, ...]:
        return picture_cells(self._results.state, index.row())

    def _copies(self, index: QModelIndex) -> tuple[RowAction, ...]:
        return (copying("Copy name", PurePath(self._path(index)).name),)

    def _path(self, index: QModelIndex) -> str:
        return parse_picture(self.pictures.paths[index.row()]).path

    def _actions(self, index: QModelIndex) -> tuple[RowAction, ...]:
        return folder_action(self.pictures.paths[index.row()], index.data(THUMBNAIL_ROLE))


class _Strip(QListView):
    """A list whose items never change their size."""

    def dataChanged(  # noqa: N802 - Qt's name
        self, first: QModelIndex, last: QModelIndex, _roles: Iterable[int] = ()
    ) -> None:
        """Repaint what of it is in sight; Qt's own would lay all items out again, thousands."""
        viewport = self.viewport()
        if viewport is not None:
            viewport.update(self.visualRect(first) | self.visualRect(last))

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802 - Qt's name
        """Keep the picture shown in sight."""
        super().resizeEvent(event)
        self.scrollTo(self.currentIndex())


def _strip(pictures: FilmstripListModel) -> QListView:
    strip = _Strip()
    strip.setModel(pictures)
    strip.setAccessibleName("Pictures")
    strip.setFlow(QListView.Flow.LeftToRight)
    strip.setWrapping(False)
    strip.setUniformItemSizes(True)
    strip.setMouseTracking(True)
    strip.setFrameShape(QFrame.Shape.NoFrame)
    strip.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    strip.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    strip.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    strip.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
    bar = strip.horizontalScrollBar()
    strip.setFixedHeight(CELL.height() + (0 if bar is None else bar.sizeHint().height()) + 2)
    return strip
