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
from ailab.viewmodels.picture_filter_state import PictureFilterState
from ailab.viewmodels.results import ResultsViewModel
from ailab.viewmodels.results_state import ResultsState
from ailab.views.filmstrip_delegate import CELL, FilmstripDelegate
from ailab.views.filmstrip_list_model import THUMBNAIL_ROLE, FilmstripListModel
from ailab.views.picture_actions import folder_action
from ailab.views.picture_filter_box import PictureFilterBox
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
        self._filter = filmstrip.filter
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
        self.filter = PictureFilterBox(self._filter)
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
        self.previous.clicked.connect(self._filter.go_back)
        self.next.clicked.connect(self._filter.go_on)
        selection = self.strip.selectionModel()
        if selection is not None:
            selection.currentChanged.connect(self._on_current)
        bar = self.strip.horizontalScrollBar()
        if bar is not None:
            bar.valueChanged.connect(self._on_scrolled)
        results.changed.connect(self._on_results)
        self._filter.changed.connect(self._on_filter)
        filmstrip.changed.connect(self._on_thumbnails)
        self._render()

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
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_SMALL)
        buttons.addWidget(self.previous)
        buttons.addWidget(self.next)
        steps.addLayout(buttons)
        steps.addWidget(self.filter)
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
            self._render()

    def _on_filter(self, old: PictureFilterState, new: PictureFilterState) -> None:
        if old.places != new.places:
            self._render()

    def _on_thumbnails(self, _old: FilmstripState, new: FilmstripState) -> None:
        self.pictures.set_thumbnails(new.thumbnails)

    def _render(self) -> None:
        state, places = self._results.state, self._filter.state.places
        if places and places[-1] >= len(state.pictures):
            return  # those of the run before; the new one's come at once
        before = self.pictures.paths
        self.pictures.set_pictures(state.pictures, state.results, places)
        row, shown = self.pictures.row(state.current), len(self.pictures.paths)
        self.place.setText(f"{'–' if row < 0 else row + 1} / {shown}")
        self.previous.setEnabled(self._filter.can_go_back)
        self.next.setEnabled(self._filter.can_go_on)
        self.setVisible(len(state.pictures) > 1)
        if len(state.pictures) > 1:
            self._show_current(self.pictures.index(row))
            if before != self.pictures.paths:
                self.look()

    def _show_current(self, index: QModelIndex) -> None:
        selection = self.strip.selectionModel()
        if selection is None or self.strip.currentIndex() == index:
            return
        # Following a run is not a choice of the person: nothing is told back.
        selection.blockSignals(True)
        self.strip.setCurrentIndex(index)
        selection.blockSignals(False)
        if index.isValid():
            self.strip.scrollTo(index)
        viewport = self.strip.viewport()
        if viewport is not None:
            viewport.update()

    def _on_current(self, current: QModelIndex, _before: QModelIndex) -> None:
        if not current.isValid():
            return
        place = self.pictures.place(current.row())
        if place != self._results.state.current:
            self._results.go_to(place)

    def _on_scrolled(self) -> None:
        self._rest.start()

    def _cells(self, index: QModelIndex) -> tuple[str, ...]:
        return picture_cells(self._results.state, self.pictures.place(index.row()))

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
