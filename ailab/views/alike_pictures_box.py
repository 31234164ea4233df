"""Which pictures of a run are alike: the nearest to the one shown, or all in groups."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QTabBar, QVBoxLayout, QWidget

from ailab.viewmodels.neighbours import NeighboursViewModel
from ailab.viewmodels.neighbours_state import NeighboursState
from ailab.views.alike_groups_list import AlikeGroupsList
from ailab.views.neighbours_list import NeighboursList
from ailab.views.theme import SPACE_SMALL

_GROUPS = 1


class AlikePicturesBox(QWidget):
    """Two tabs, *Nearest* and *Groups*; hidden where the picture shown has no vector.

    Args:
        neighbours: what is shown.
        parent: the widget around it.
    """

    def __init__(self, neighbours: NeighboursViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._neighbours = neighbours
        self.tabs = QTabBar()
        self.tabs.setAccessibleName("Pictures that are alike")
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.setUsesScrollButtons(False)
        self.tabs.setElideMode(Qt.TextElideMode.ElideRight)
        self.tabs.setStyleSheet("QTabBar::tab { padding: 5px 7px; }")
        for name, tip in (
            ("Nearest", "What is most like the picture shown"),
            ("Groups", "Which pictures of the run are alike, such as near-duplicates"),
        ):
            self.tabs.setTabToolTip(self.tabs.addTab(name), tip)
        self.nearest = NeighboursList(neighbours)
        self.groups = AlikeGroupsList(neighbours)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_SMALL)
        column.addWidget(self.tabs)
        column.addWidget(self.nearest, 1)
        column.addWidget(self.groups, 1)
        self.groups.hide()
        self.tabs.currentChanged.connect(self._on_tab)
        neighbours.changed.connect(self._on_changed)
        self.setVisible(neighbours.state.is_of_vectors)

    def _on_tab(self, tab: int) -> None:
        self.nearest.setVisible(tab != _GROUPS)
        self.groups.setVisible(tab == _GROUPS)
        self._neighbours.groups.show_groups(tab == _GROUPS)

    def _on_changed(self, old: NeighboursState, new: NeighboursState) -> None:
        if old.is_of_vectors != new.is_of_vectors:
            self.setVisible(new.is_of_vectors)
