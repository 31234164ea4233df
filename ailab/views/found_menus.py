"""What can be done with what was found in a picture."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PyQt6.QtCore import QModelIndex

from ailab.viewmodels.copied_things import thing_cells, thing_heads
from ailab.viewmodels.results import ResultsViewModel
from ailab.views.found_list import FoundList
from ailab.views.found_list_model import ROW_ROLE
from ailab.views.found_row import FoundRow
from ailab.views.row_action import RowAction, copying
from ailab.views.row_menu import RowMenu

_DIGITS = 6


class FoundMenus:
    """Copies classes, labels and objects, and hides a label.

    Args:
        results: what is shown, and filtered.
        classes: the list of the classes of the whole picture.
        labels: the list of labels.
        objects: the list of single things.
    """

    def __init__(
        self,
        results: ResultsViewModel,
        classes: FoundList,
        labels: FoundList,
        objects: FoundList,
    ) -> None:
        self._results = results
        self._labels = labels
        self.of_classes = RowMenu(classes, _shown, copies=_class)
        self.of_labels = RowMenu(labels, _shown, copies=_label, actions=self._toggle)
        self.of_objects = RowMenu(
            objects, self._cells, heads=self._heads, copies=_label, actions=self._hide
        )

    def _heads(self) -> Sequence[str]:
        result = self._results.state.current_result
        return () if result is None else thing_heads(result)

    def _cells(self, index: QModelIndex) -> Sequence[str]:
        row, result = _row(index), self._results.state.current_result
        if row is None or row.number is None or result is None:
            return ()
        return thing_cells(result, row.number)

    def _toggle(self, index: QModelIndex) -> Sequence[RowAction]:
        row = _row(index)
        if row is None:
            return ()
        is_hidden = row.label in self._results.state.hidden_labels
        text = "Show this label" if is_hidden else "Hide this label"
        return (RowAction(text, partial(self._results.show_label, row.label, is_hidden)),)

    def _hide(self, index: QModelIndex) -> Sequence[RowAction]:
        row = _row(index)
        labels = {each.label for each in self._labels.rows.rows}
        if row is None or row.label not in labels:
            return ()  # nothing would bring it back
        hide = partial(self._results.show_label, row.label, False)
        return (RowAction("Hide all of this label", hide),)


def _row(index: QModelIndex) -> FoundRow | None:
    model = index.model()
    return None if model is None else model.data(index, ROW_ROLE)


def _shown(index: QModelIndex) -> Sequence[str]:
    """What stands in the row; a class with its score to the last digit that counts."""
    row = _row(index)
    if row is None:
        return ()
    if row.share is not None:
        return row.label, str(round(row.share, _DIGITS))
    return (row.label, row.value, row.detail) if row.detail else (row.label, row.value)


def _class(index: QModelIndex) -> Sequence[RowAction]:
    row = _row(index)
    return () if row is None or row.share is None else _label(index)  # a depth has no label


def _label(index: QModelIndex) -> Sequence[RowAction]:
    row = _row(index)
    return () if row is None else (copying("Copy label", row.label),)
