"""Conversions of models whose own files are not on this disk any more."""

from __future__ import annotations

from functools import partial

from PyQt6.QtWidgets import QHBoxLayout, QMessageBox, QPushButton, QVBoxLayout, QWidget

from ailab.services.byte_size import format_bytes
from ailab.services.conversion.converted_model import ConvertedModel
from ailab.viewmodels.conversion import ConversionViewModel
from ailab.viewmodels.library import LibraryViewModel
from ailab.views.elided_label import ElidedLabel
from ailab.views.question import ask_before
from ailab.views.theme import SPACE, SPACE_SMALL, set_tone


class LibraryOrphans(QWidget):
    """A line for each, since the list above knows only what lies in the cache.

    Args:
        conversion: what was converted; deletes it.
        library: what lies in the cache.
        parent: the widget around it.

    Attributes:
        rows: name and button of each, in order.
        question: the last one asked before a deletion; None before that.
    """

    def __init__(
        self,
        conversion: ConversionViewModel,
        library: LibraryViewModel,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._conversion = conversion
        self._library = library
        self._shown: tuple[ConvertedModel, ...] = ()
        self.rows: list[tuple[ElidedLabel, QPushButton]] = []
        self.question: QMessageBox | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACE_SMALL)
        conversion.changed.connect(self._on_changed)
        library.changed.connect(self._on_changed)
        self._render()

    def _on_changed(self, _old: object, _new: object) -> None:
        self._render()

    def _render(self) -> None:
        state, library = self._conversion.state, self._library.state
        here = {repo.id for repo in library.models}
        shown = tuple(each for each in state.models if each.record.model_id not in here)
        if not library.has_read:  # before that nobody knows
            shown = ()
        if shown != self._shown:
            self._shown = shown
            self._build()
        for _, button in self.rows:
            button.setEnabled(not state.is_running)
        self.setVisible(bool(shown))

    def _build(self) -> None:
        for label, button in self.rows:
            holder = label.parentWidget()
            button.clicked.disconnect()
            if holder is not None:
                holder.hide()
                holder.deleteLater()
        self.rows = []
        for each in self._shown:
            record = each.record
            holder = QWidget()
            row = QHBoxLayout(holder)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(SPACE)
            label = ElidedLabel()
            label.setText(
                f"{record.model_id}: converted to ONNX on this machine, {format_bytes(each.size)}"
                + ("" if record.is_local else "; its own files were deleted")
            )
            set_tone(label, "muted")
            button = QPushButton("Delete conversion…")
            button.setAccessibleName(f"Delete the conversion of {record.model_id}")
            button.clicked.connect(partial(self._ask, each))
            row.addWidget(label, 1)
            row.addWidget(button)
            self._column.addWidget(holder)
            self.rows.append((label, button))

    def _ask(self, converted: ConvertedModel, _checked: bool = False) -> None:
        self.question = ask_before_deleting(self, self._conversion, converted)


def ask_before_deleting(
    parent: QWidget, conversion: ConversionViewModel, converted: ConvertedModel
) -> QMessageBox:
    """Ask whether a conversion is to be deleted, and delete it then."""
    record = converted.record
    return ask_before(
        parent,
        title="Delete conversion",
        question=f"Delete what was made of {record.model_id}?",
        consequence=f"{format_bytes(converted.size)} become free. The model's own files, where "
        "they are here, stay and run on PyTorch.",
        verb="Delete conversion",
        act=partial(conversion.delete, converted),
    )
