"""The pictures of a run that are alike, group by group."""

from __future__ import annotations

from functools import partial

from PyQt6.QtCore import QModelIndex, QSize, Qt
from PyQt6.QtWidgets import (
    QDoubleSpinBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ailab.services.images.picture_reference import parse_picture
from ailab.services.inference.alike_group import AlikeGroup
from ailab.services.inference.feature_index import Neighbour
from ailab.viewmodels.alike_groups import AlikeGroupsViewModel
from ailab.viewmodels.alike_groups_state import AlikeGroupsState
from ailab.viewmodels.neighbours import NeighboursViewModel
from ailab.viewmodels.prediction_text import counted
from ailab.views.picture_actions import folder_action, picture_copies
from ailab.views.plain_tip import plain_tip
from ailab.views.row_action import RowAction, copying
from ailab.views.row_menu import RowMenu
from ailab.views.theme import SPACE, SPACE_SMALL
from ailab.views.thumbnail_icon import thumbnail_icon
from ailab.views.wrapped_label import WrappedLabel

_SIDE = 48
_MOST_GROUPS = 1000
_MOST_MEMBERS = 500
_INDENTATION = 14
_AT_LEAST = "\N{GREATER-THAN OR EQUAL TO}"
_PLACE = Qt.ItemDataRole.UserRole
_WHAT = (
    "Each picture of a group is at least as alike as that to another one of it, by the cosine "
    "between their vectors; nothing is run again"
)


class AlikeGroupsList(QWidget):
    """Groups by the picture that is most like all others of theirs; opened, all that they hold.

    A click goes to that picture.

    Args:
        neighbours: goes to pictures of the run shown.
        parent: the widget around it.
    """

    def __init__(self, neighbours: NeighboursViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._neighbours = neighbours
        self._groups: AlikeGroupsViewModel = neighbours.groups
        name = QLabel("&Alike from")
        name.setToolTip(_WHAT)
        self.least = QDoubleSpinBox()
        self.least.setRange(0.0, 1.0)
        self.least.setDecimals(3)
        self.least.setSingleStep(0.01)
        self.least.setKeyboardTracking(False)
        self.least.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
        self.least.setAccessibleName("Cosine from which pictures are alike")
        self.least.setToolTip(_WHAT)
        name.setBuddy(self.least)
        self.words = WrappedLabel("About the groups", "muted")
        self.tree = QTreeWidget()
        self.tree.setAccessibleName("Groups of alike pictures")
        self.tree.setHeaderHidden(True)
        self.tree.setIndentation(_INDENTATION)
        self.tree.setIconSize(QSize(_SIDE, _SIDE))
        self.tree.setFrameShape(QFrame.Shape.NoFrame)
        self.tree.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.tree.setVerticalScrollMode(QTreeWidget.ScrollMode.ScrollPerPixel)
        self.tree.setMinimumHeight(3 * (_SIDE + 2 * SPACE_SMALL))
        self.menu = RowMenu(self.tree, self._cells, copies=self._copies, actions=self._actions)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(name, 1)
        row.addWidget(self.least, 0, Qt.AlignmentFlag.AlignRight)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_SMALL)
        column.addLayout(row)
        column.addWidget(self.words)
        column.addWidget(self.tree, 1)
        column.addStretch(0)
        self.least.valueChanged.connect(self._groups.set_least)
        self.tree.itemClicked.connect(self._on_chosen)
        self.tree.itemActivated.connect(self._on_chosen)
        self._groups.changed.connect(self._on_changed)
        self._fill(self._groups.state)
        self._render(self._groups.state)

    def _on_changed(self, old: AlikeGroupsState, new: AlikeGroupsState) -> None:
        if old.groups != new.groups:
            self._fill(new)
        elif old.thumbnails is not new.thumbnails:
            self._show_thumbnails(new)
        self._render(new)

    def _render(self, state: AlikeGroupsState) -> None:
        self.least.blockSignals(True)
        self.least.setValue(state.least)
        self.least.blockSignals(False)
        self.words.setText(_words(state))
        self.tree.setVisible(bool(state.groups))

    def _fill(self, state: AlikeGroupsState) -> None:
        self.tree.clear()
        self.tree.addTopLevelItems([_group_item(each) for each in state.groups[:_MOST_GROUPS]])
        self._show_thumbnails(state)

    def _show_thumbnails(self, state: AlikeGroupsState) -> None:
        for place, group in enumerate(state.groups[:_MOST_GROUPS]):
            item = self.tree.topLevelItem(place)
            if item is not None:
                picture = state.thumbnails.get(group.members[0].picture)
                item.setIcon(0, thumbnail_icon(picture, _SIDE))

    def _on_chosen(self, item: QTreeWidgetItem | None) -> None:
        place = None if item is None else item.data(0, _PLACE)
        if isinstance(place, int):
            self._neighbours.go_to_own(place)

    def _cells(self, index: QModelIndex) -> tuple[str, ...]:
        number, member = self._at(index)
        if member is None:
            return (str(index.data()),)
        return str(number), parse_picture(member.picture).words, f"{member.similarity:.6f}"

    def _copies(self, index: QModelIndex) -> tuple[RowAction, ...]:
        number, member = self._at(index)
        if member is None:
            return ()
        if index.parent().isValid():
            return picture_copies(member.picture)
        members = self._groups.state.groups[number - 1].members
        paths = "\n".join(parse_picture(each.picture).path for each in members)
        return (*picture_copies(member.picture), copying("Copy all paths of the group", paths))

    def _actions(self, index: QModelIndex) -> tuple[RowAction, ...]:
        _, member = self._at(index)
        if member is None:
            return ()
        show = RowAction("Show this picture", partial(self._neighbours.go_to_own, member.index))
        return (
            show,
            *folder_action(member.picture, self._groups.state.thumbnails.get(member.picture)),
        )

    def _at(self, index: QModelIndex) -> tuple[int, Neighbour | None]:
        """Which group a row is of, from 1, and which picture; None for what is left out."""
        is_inner = index.parent().isValid()
        group = (index.parent() if is_inner else index).row()
        place = index.row() + 1 if is_inner else 0
        is_listed = place <= _MOST_MEMBERS
        return group + 1, self._groups.state.groups[group].members[place] if is_listed else None


def _group_item(group: AlikeGroup) -> QTreeWidgetItem:
    first, *others = group.members
    name = parse_picture(first.picture)
    number = counted(len(group.members), "picture", "pictures")
    least = _figure(group.least_similarity)
    # Short, since the panel may be narrow.
    item = QTreeWidgetItem([f"{name.name}\n{len(group.members):,} · {_AT_LEAST} {least}"])
    item.setToolTip(
        0,
        plain_tip(
            f"{name.words}\nOf these {number} it is most like all the others. The two that are "
            f"least alike have a cosine of {least}."
        ),
    )
    item.setData(0, _PLACE, first.index)
    item.setSizeHint(0, QSize(_SIDE, _SIDE + 2 * SPACE_SMALL))
    for each in others[:_MOST_MEMBERS]:
        picture = parse_picture(each.picture)
        inner = QTreeWidgetItem([f"{_figure(each.similarity)}  {picture.name}"])
        inner.setToolTip(
            0, plain_tip(f"{picture.words}\nCosine to {name.name}: {each.similarity:.6f}")
        )
        inner.setData(0, _PLACE, each.index)
        item.addChild(inner)
    if (left := len(others) - _MOST_MEMBERS) > 0:
        item.addChild(QTreeWidgetItem([f"and {left:,} more"]))
    return item


def _figure(cosine: float) -> str:
    return f"{cosine:.3f}".replace("-", "\N{MINUS SIGN}")


def _words(state: AlikeGroupsState) -> str:
    if state.is_looking:
        return "Comparing …"
    if state.compared < 2:
        return "Run several pictures to see which of them are alike."
    of = counted(state.compared, "picture", "pictures")
    if not state.groups:
        return f"No two of {of} are so alike."
    groups = counted(len(state.groups), "group", "groups")
    words = f"{state.grouped:,} of {of} are in {groups}."
    if len(state.groups) > _MOST_GROUPS:
        words += f" The {_MOST_GROUPS:,} largest are listed; groups.csv of a saved run has all."
    return words
