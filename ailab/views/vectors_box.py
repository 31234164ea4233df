"""The vectors of another run, compared with those of the run shown."""

from __future__ import annotations

from functools import partial

from PyQt6.QtCore import QModelIndex
from PyQt6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from ailab.services.images.picture_reference import parse_picture
from ailab.viewmodels.agreement_text import decimal
from ailab.viewmodels.beside import BesideViewModel
from ailab.viewmodels.beside_state import BesideState
from ailab.viewmodels.vector_comparison import ComparedVector, VectorComparisonState
from ailab.views.found_list import FoundList
from ailab.views.found_row import FoundRow
from ailab.views.picture_actions import picture_copies
from ailab.views.row_action import RowAction
from ailab.views.row_menu import RowMenu
from ailab.views.theme import SPACE_SMALL
from ailab.views.wrapped_label import WrappedLabel


class VectorsBox(QWidget):
    """Whose vectors they are, how alike those of the picture shown are, and those of all.

    Hidden where no run of vectors is held beside.

    Args:
        beside: the run, and what is told of it.
        parent: the widget around it.
    """

    def __init__(self, beside: BesideViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._beside = beside
        self.heading = WrappedLabel(tone="heading")
        self.close_run = QToolButton()
        self.close_run.setText("✕")
        self.close_run.setToolTip("Compare no longer")
        self.close_run.setAccessibleName("Close the run compared with")
        self.close_run.setAutoRaise(True)
        self.picture = WrappedLabel("How alike both vectors of this picture are")
        self.whole = WrappedLabel("What all vectors come to", "muted")
        self.note = WrappedLabel("What the comparison says", "warning")
        self.order = WrappedLabel(tone="muted")
        self.order.setText("Least alike first:")
        self.list = FoundList("Pictures whose vectors differ most", is_selectable=True)
        self.menu = RowMenu(
            self.list,
            self._cells,
            heads=("picture", "cosine"),
            copies=self._copies,
            actions=self._actions,
        )
        head = QHBoxLayout()
        head.setSpacing(SPACE_SMALL)
        head.addWidget(self.heading, 1)
        head.addWidget(self.close_run)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_SMALL)
        column.addLayout(head)
        for label in (self.picture, self.whole, self.note):
            column.addWidget(label)
        column.addWidget(self.order)
        column.addWidget(self.list, 1)
        self.close_run.clicked.connect(beside.let_go)
        self.list.clicked.connect(self._on_chosen)
        self.list.activated.connect(self._on_chosen)
        beside.changed.connect(self._on_beside)
        beside.vectors.changed.connect(self._on_vectors)
        self._render()

    def _on_beside(self, _old: BesideState, _new: BesideState) -> None:
        self._render()

    def _on_vectors(self, _old: VectorComparisonState, _new: VectorComparisonState) -> None:
        self._render()

    def _render(self) -> None:
        state, vectors = self._beside.state, self._beside.vectors.state
        is_shown = state.is_held and state.is_of_vectors
        self.setVisible(is_shown)
        weights = f" ({state.weights})" if state.weights else ""
        self.heading.setText(f"Compared with {state.title}{weights}" if is_shown else "")
        here = state.lack or state.words
        self.picture.setText(here or ("Comparing …" if state.is_comparing else ""))
        whole = vectors.words or ("Comparing all …" if vectors.is_comparing else "")
        self.whole.setText(whole)
        self.note.setText(vectors.note)
        for label in (self.picture, self.whole, self.note):
            label.setVisible(bool(label.text()))
        rows = tuple(map(_row, vectors.pictures)) if is_shown else ()
        self.list.set_rows(rows)
        self.order.setVisible(len(rows) > 1)

    def _on_chosen(self, index: QModelIndex) -> None:
        self._beside.vectors.go_to(self._at(index).place)

    def _at(self, index: QModelIndex) -> ComparedVector:
        return self._beside.vectors.state.pictures[index.row()]

    def _cells(self, index: QModelIndex) -> tuple[str, ...]:
        compared = self._at(index)
        return parse_picture(compared.picture).words, f"{compared.cosine:.6f}"

    def _copies(self, index: QModelIndex) -> tuple[RowAction, ...]:
        return picture_copies(self._at(index).picture)

    def _actions(self, index: QModelIndex) -> tuple[RowAction, ...]:
        show = partial(self._beside.vectors.go_to, self._at(index).place)
        return (RowAction("Show this picture", show),)


def _row(compared: ComparedVector) -> FoundRow:
    picture, cosine = parse_picture(compared.picture), decimal(compared.cosine, 4)
    tip = f"{picture.words}\nCosine of both vectors: {cosine}"
    return FoundRow(picture.name, cosine, number=compared.place, tip=tip)
