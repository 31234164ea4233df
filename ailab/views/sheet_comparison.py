"""The usual normalisations on one picture, side by side."""

from __future__ import annotations

from PyQt6.QtCore import QSize, Qt, QTimer
from PyQt6.QtGui import QIcon, QPainter, QPixmap
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ailab.services.images.picture import Picture
from ailab.services.inference.color_order import LUMA
from ailab.services.inference.normalisation import Recipe
from ailab.services.served.served_address import is_served_address
from ailab.viewmodels.sheet_editor import SheetEditorViewModel
from ailab.viewmodels.sheet_editor_state import SheetEditorState
from ailab.viewmodels.sheet_words import recipe_text, variant_text
from ailab.views.picture_image import picture_image
from ailab.views.plain_tip import plain_tip
from ailab.views.sheet_trial_delegate import SheetTrialDelegate
from ailab.views.theme import SPACE, SPACE_SMALL
from ailab.views.wrapped_label import WrappedLabel

_ICON = QSize(80, 64)


class SheetComparison(QWidget):
    """A table of what comes of each; a cell that is clicked is chosen.

    Args:
        editor: what is compared and changed.
        parent: the widget around it.
    """

    def __init__(self, editor: SheetEditorViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self.compare = QPushButton("Com&pare normalisations")
        self.compare.setAutoDefault(False)
        self.compare.setToolTip("Run the picture once with each of the usual ones")
        self.stop = QPushButton("Sto&p")
        self.stop.setAutoDefault(False)
        self.words = WrappedLabel("About the comparison", "muted")
        self.table = QTableWidget()
        self._recipes: tuple[tuple[Recipe, ...], ...] = ()
        # While its header resizes them the table reckons with the widths that its columns had.
        self._fitting = QTimer(self)
        self._fitting.setSingleShot(True)
        self._fitting.timeout.connect(self._fit)
        self._prepare()
        actions = QHBoxLayout()
        actions.addWidget(self.compare)
        actions.addWidget(self.stop)
        actions.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_SMALL)
        column.addLayout(actions)
        column.addWidget(self.words)
        column.addWidget(self.table)
        self.compare.clicked.connect(editor.compare)
        self.stop.clicked.connect(editor.stop_comparing)
        self.table.cellClicked.connect(self._on_chosen)
        self.table.cellActivated.connect(self._on_chosen)

    def show_state(self, state: SheetEditorState) -> None:
        """Show what came so far, and which one is chosen."""
        self.compare.setVisible(not state.is_comparing)
        self.compare.setEnabled(state.can_compare)
        self.stop.setVisible(state.is_comparing)
        is_shown = bool(state.trials) or state.is_comparing
        self.table.setVisible(is_shown)
        if state.is_comparing:
            count = sum(map(len, state.recipes))
            self.words.setText(f"{len(state.trials)} of {count} tried")
        elif is_shown:
            has_pictures = any(trial.picture is not None for trial in state.trials.values())
            self.words.setText(
                "Click the one whose picture is right."
                if has_pictures
                else "Click the one that is right: the surest need not be."
            )
        else:
            teller = "by the server" if is_served_address(state.path) else "from the file"
            self.words.setText(
                f"Which is right cannot be told {teller}."
                if state.draft.color_order != LUMA
                else "Luma alone has no order of colours to compare."
            )
        self._set_recipes(state.recipes)
        for row, recipes in enumerate(state.recipes):
            for column, recipe in enumerate(recipes, 1):
                self._show_trial(state, row, column, recipe)
        self._show_chosen(state.recipe)
        self._fit()

    def _prepare(self) -> None:
        table = self.table
        table.setAccessibleName("What comes of each normalisation")
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.setFrameShape(QFrame.Shape.NoFrame)
        table.setShowGrid(False)
        table.setItemDelegate(SheetTrialDelegate(table))
        table.setIconSize(_ICON)
        table.setTabKeyNavigation(False)
        top, rows = table.horizontalHeader(), table.verticalHeader()
        if rows is not None and top is not None:
            top.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
            top.setSectionsClickable(False)
            top.setHighlightSections(False)
            top.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            height = self.fontMetrics().height() + 2 * SPACE_SMALL
            rows.hide()
            rows.setMinimumSectionSize(height)
            top.setFixedHeight(height)
            top.sectionResized.connect(self._fit_soon)

    def _set_recipes(self, recipes: tuple[tuple[Recipe, ...], ...]) -> None:
        """Have a row for each that normalises alike; of colours and of grey they are others."""
        if recipes == self._recipes:
            return
        self._recipes, table = recipes, self.table
        table.setRowCount(len(recipes))
        table.setColumnCount(1 + len(recipes[0]))
        table.setHorizontalHeaderLabels(["Values", *map(variant_text, recipes[0])])
        for row, alike in enumerate(recipes):
            name = QTableWidgetItem(recipe_text(alike[0]))
            name.setFlags(Qt.ItemFlag.ItemIsEnabled)
            table.setItem(row, 0, name)
            for column in range(1, table.columnCount()):
                table.setItem(row, column, QTableWidgetItem())

    def _fit_soon(self) -> None:
        """Fit once the columns have their new widths, at which words wrap elsewhere."""
        self._fitting.start()

    def _fit(self) -> None:
        """Make the table as high as its rows."""
        top, rows = self.table.horizontalHeader(), self.table.verticalHeader()
        if top is not None and rows is not None:
            self.table.resizeRowsToContents()
            self.table.setFixedHeight(top.height() + rows.length() + 2)

    def _show_trial(self, state: SheetEditorState, row: int, column: int, recipe: Recipe) -> None:
        item, trial = self.table.item(row, column), state.trials.get(recipe)
        if item is not None:
            item.setText("…" if trial is None else trial.text)
            item.setToolTip("" if trial is None else plain_tip(trial.detail or trial.text))
            item.setIcon(_icon(None if trial is None else trial.picture))

    def _show_chosen(self, recipe: Recipe) -> None:
        for row, recipes in enumerate(self._recipes):
            if recipe in recipes:
                self.table.setCurrentCell(row, 1 + recipes.index(recipe))
                return
        self.table.setCurrentCell(-1, -1)

    def _on_chosen(self, row: int, column: int) -> None:
        if column:
            self._editor.choose_recipe(self._recipes[row][column - 1])


def _icon(picture: Picture | None) -> QIcon:
    icon = QIcon()
    if picture is not None:
        pixmap = QPixmap(picture.width + SPACE, picture.height + SPACE)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.drawImage(SPACE, SPACE, picture_image(picture))  # off the cell's edges
        painter.end()
        for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):
            icon.addPixmap(pixmap, mode)
    return icon
