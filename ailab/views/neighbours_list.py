"""The pictures of a run that resemble the one shown, nearest first."""

from __future__ import annotations

from functools import partial

from PyQt6.QtCore import QModelIndex, QSize, Qt
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ailab.services.images.picture_reference import parse_picture
from ailab.services.inference.feature_index import Neighbour
from ailab.viewmodels.neighbours import NeighboursViewModel
from ailab.viewmodels.neighbours_state import NeighboursState, OtherRun
from ailab.viewmodels.prediction_text import counted
from ailab.views.elided_combo_box import ElidedComboBox
from ailab.views.file_dialogs import choose_folder
from ailab.views.picture_actions import folder_action, picture_copies
from ailab.views.plain_tip import plain_tip
from ailab.views.row_action import RowAction
from ailab.views.row_menu import RowMenu
from ailab.views.theme import SPACE_SMALL, set_tone
from ailab.views.thumbnail_icon import thumbnail_icon
from ailab.views.wrapped_label import WrappedLabel

_SIDE = 48
_LEAST_ROWS = 3
_OWN = "This run"
_SCALE = "1 is the same direction, \N{MINUS SIGN}1 the opposite one"
_COSINE = (
    f"The cosine between the vectors of both pictures: {_SCALE}. What counts as alike differs from "
    "network to network."
)


class NeighboursList(QWidget):
    """Thumbnails, names and how alike they are; a click goes to that picture of the run shown.

    Another run of the same model may be looked through instead.

    Args:
        neighbours: what is shown.
        parent: the widget around it.
    """

    def __init__(self, neighbours: NeighboursViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._neighbours = neighbours
        self.heading = WrappedLabel(tone="heading")
        self.heading.setText("Nearest pictures, by cosine similarity")
        self.heading.setToolTip(plain_tip(_COSINE))
        self.among = ElidedComboBox()
        self.among.setAccessibleName("Run whose pictures are compared")
        self.among.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.words = WrappedLabel("About the nearest pictures", "muted")
        self.compare = QPushButton("Compare &with…")
        self.compare.setToolTip("Look among the pictures of a saved run of the same model")
        self.list = QListWidget()
        self.list.setAccessibleName("Nearest pictures")
        self.list.setIconSize(QSize(_SIDE, _SIDE))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setUniformItemSizes(True)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.menu = RowMenu(
            self.list,
            self._cells,
            heads=("picture", "similarity"),
            copies=self._copies,
            actions=self._actions,
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_SMALL)
        column.addWidget(self.heading)
        column.addWidget(self.among)
        column.addWidget(self.words)
        column.addWidget(self.list, 1)
        column.addWidget(self.compare, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(0)
        self.among.activated.connect(self._on_among)
        self.compare.clicked.connect(self.ask_for_run)
        self.list.itemClicked.connect(self._on_chosen)
        self.list.itemActivated.connect(self._on_chosen)
        neighbours.changed.connect(self._on_changed)
        self._render(neighbours.state)

    def ask_for_run(self) -> None:
        """Open the dialog for the folder of a saved run to compare with."""
        choose_folder(
            self,
            "Choose the folder of a run to compare with",
            self._neighbours.folder_of_runs,
            self._neighbours.compare_with,
        )

    def _on_changed(self, old: NeighboursState, new: NeighboursState) -> None:
        is_new = (old.neighbours, old.other) != (new.neighbours, new.other)
        if not is_new and (old.thumbnails, old.missing) != (new.thumbnails, new.missing):
            self._show_thumbnails(new)
        self._render(new, is_new=is_new)

    def _render(self, state: NeighboursState, *, is_new: bool = True) -> None:
        self.words.setText(_words(state))
        self.words.setVisible(bool(self.words.text()))
        set_tone(self.words, "muted" if state.problem is None else "warning")
        self.compare.setVisible(state.can_open)
        self.compare.setEnabled(not state.is_opening)
        self._render_among(state)
        self.list.setVisible(bool(state.neighbours))
        if not is_new:
            return
        self.list.clear()
        for neighbour in state.neighbours:
            item = QListWidgetItem()
            item.setData(Qt.ItemDataRole.UserRole, neighbour.index)
            item.setSizeHint(QSize(_SIDE, _SIDE + 2 * SPACE_SMALL))
            self.list.addItem(item)
        self._show_thumbnails(state)
        self.list.setMinimumHeight(
            min(len(state.neighbours), _LEAST_ROWS) * (_SIDE + 2 * SPACE_SMALL) + 2
        )

    def _show_thumbnails(self, state: NeighboursState) -> None:
        for row, neighbour in enumerate(state.neighbours):
            item = self.list.item(row)
            if item is not None:
                item.setIcon(thumbnail_icon(state.thumbnails.get(neighbour.picture), _SIDE))
                item.setText(_name_and_likeness(neighbour, state))
                item.setToolTip(plain_tip(_tip(neighbour, state)))

    def _render_among(self, state: NeighboursState) -> None:
        self.among.setVisible(state.is_of_vectors and bool(state.others))
        names = [_OWN, *(_called(other) for other in state.others)]
        tips = ["", *(other.folder or other.name for other in state.others)]
        if [self.among.itemText(row) for row in range(self.among.count())] != names:
            self.among.clear()
            self.among.addItems(names)
        for row, tip in enumerate(tips):
            self.among.setItemData(row, plain_tip(tip), Qt.ItemDataRole.ToolTipRole)
        row = 0 if state.other is None else 1 + state.others.index(state.other)
        self.among.setCurrentIndex(row)
        self.among.setToolTip(plain_tip(tips[row]))

    def _on_among(self, row: int) -> None:
        others = self._neighbours.state.others
        self._neighbours.choose(others[row - 1] if 0 < row <= len(others) else None)

    def _on_chosen(self, item: QListWidgetItem | None) -> None:
        index = None if item is None else item.data(Qt.ItemDataRole.UserRole)
        if isinstance(index, int):
            self._neighbours.go_to(index)

    def _cells(self, index: QModelIndex) -> tuple[str, ...]:
        neighbour = self._neighbours.state.neighbours[index.row()]
        return parse_picture(neighbour.picture).words, f"{neighbour.similarity:.6f}"

    def _copies(self, index: QModelIndex) -> tuple[RowAction, ...]:
        return picture_copies(self._neighbours.state.neighbours[index.row()].picture)

    def _actions(self, index: QModelIndex) -> tuple[RowAction, ...]:
        state = self._neighbours.state
        neighbour = state.neighbours[index.row()]
        show = RowAction("Show this picture", partial(self._neighbours.go_to, neighbour.index))
        opens = folder_action(neighbour.picture, state.thumbnails.get(neighbour.picture))
        # Those of another run are not among the pictures shown.
        return (show, *opens) if state.other is None else opens


def _words(state: NeighboursState) -> str:
    if state.is_opening:
        return "Opening the run …"
    if state.problem is not None:
        return f"{state.problem.message} {state.problem.advice}".strip()
    if state.is_looking:
        return "Comparing …"
    if state.compared == 0:
        return "Run several pictures to see which of them resemble this one."
    if not state.neighbours:
        return "No other picture has a vector to compare."
    gone = sum(each.picture in state.missing for each in state.neighbours)
    lines = []
    if state.other is not None:
        lines.append(f"Among {counted(state.compared, 'picture', 'pictures')} of that run.")
    if gone:
        are = "is" if gone == 1 else "are"
        lines.append(f"{gone} of the nearest {are} not there any more.")
    return " ".join(lines)


def _called(other: OtherRun) -> str:
    return f"{other.name[:1].upper()}{other.name[1:]} ({other.count:,})"


def _name_and_likeness(neighbour: Neighbour, state: NeighboursState) -> str:
    name = parse_picture(neighbour.picture).name
    likeness = f"{neighbour.similarity:.3f}".replace("-", "\N{MINUS SIGN}")
    return f"{name}\n{likeness}{', gone' if neighbour.picture in state.missing else ''}"


def _tip(neighbour: Neighbour, state: NeighboursState) -> str:
    lines = [parse_picture(neighbour.picture).words]
    if neighbour.picture in state.missing:
        lines.append("There is no file any more: it was moved or deleted since that run.")
    lines.append(f"Cosine similarity of both vectors: {neighbour.similarity:.6f} ({_SCALE})")
    return "\n".join(lines)
