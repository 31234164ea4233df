"""What was made of a model on this machine, in the Library's details."""

from __future__ import annotations

from PyQt6.QtWidgets import QHBoxLayout, QMessageBox, QPushButton, QVBoxLayout, QWidget

from ailab.services.byte_size import format_bytes
from ailab.services.conversion.converted_model import ConvertedModel
from ailab.services.inference.engine_table import TORCH
from ailab.services.inference.model_layout import find_layouts
from ailab.services.library.cached_repo import CachedRepo
from ailab.viewmodels.conversion import ConversionViewModel
from ailab.viewmodels.conversion_state import ConversionState
from ailab.views.library_orphans import ask_before_deleting
from ailab.views.single_click_button import SingleClickButton
from ailab.views.theme import SPACE, SPACE_SMALL, set_tone
from ailab.views.wrapped_label import WrappedLabel


class LibraryConversion(QWidget):
    """Says what there is and how large; converts, and deletes what was converted.

    Args:
        conversion: what is shown and done.
        parent: the widget around it.

    Attributes:
        words: what there is, is under way, or failed.
        convert: turns the model into ONNX.
        cancel: stops that.
        delete: removes the conversion; the model's own files stay.
        question: the last one asked before that; None before.
    """

    def __init__(self, conversion: ConversionViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._conversion = conversion
        self._repo: CachedRepo | None = None
        self.question: QMessageBox | None = None
        self.words = WrappedLabel("What was converted")
        self.convert = SingleClickButton("Convert to ONNX")
        self.convert.setToolTip(
            "Turn the safetensors into ONNX, compare both on a picture of ailab's own, and run "
            "the model on ONNX Runtime from then on"
        )
        self.cancel = SingleClickButton("Cancel conversion")
        self.delete = QPushButton("Delete conversion…")
        self.delete.setToolTip("The model's own files stay, and run on PyTorch again")
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        for button in (self.convert, self.cancel, self.delete):
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_SMALL)
        column.addWidget(self.words)
        column.addLayout(row)
        self.convert.clicked.connect(self._on_convert)
        self.cancel.clicked.connect(conversion.cancel)
        self.delete.clicked.connect(self._on_delete)
        conversion.changed.connect(self._on_changed)
        self._render()

    def show_repo(self, repo: CachedRepo | None) -> None:
        """Show another model."""
        if repo is not self._repo:
            self._repo = repo
            if repo is not None and _has_safetensors_only(repo):
                self._conversion.look_at(repo.id, str(repo.revisions[0].folder))
            self._render()

    def _on_changed(self, _old: ConversionState, _new: ConversionState) -> None:
        self._render()

    def _render(self) -> None:
        state, repo = self._conversion.state, self._repo
        there = self._there()
        is_looked_at = repo is not None and state.looked_at == repo.id
        is_of_torch = repo is not None and not there and _has_safetensors_only(repo)
        can_convert = is_of_torch and is_looked_at and not state.why_not
        is_of_it = repo is not None and _is_of(state.model, repo.id)
        words = ""
        if is_of_it and state.is_running:
            words = state.progress
        elif is_of_it and state.problem is not None:
            words = f"{state.problem.message} {state.problem.advice}"
        elif there:
            size = format_bytes(sum(each.size for each in there))
            words = f"Converted to ONNX on this machine: {size}, {there[0].record.converted[:10]}"
        elif is_of_torch and is_looked_at and state.why_not:
            words = f"It cannot be converted to ONNX: {state.why_not}."
        self.words.setText(words)
        set_tone(self.words, "error" if is_of_it and state.problem is not None else "")
        self.words.setVisible(bool(words))
        self.convert.setVisible(can_convert and not (is_of_it and state.is_running))
        self.convert.setEnabled(not state.is_running)
        self.cancel.setVisible(is_of_it and state.is_running)
        self.delete.setVisible(bool(there))
        self.delete.setEnabled(not state.is_running)
        self.setVisible(can_convert or bool(words))

    def _there(self) -> tuple[ConvertedModel, ...]:
        return () if self._repo is None else self._conversion.state.of_model(self._repo.id)

    def _on_convert(self) -> None:
        if self._repo is not None:
            self._conversion.convert(self._repo.id)

    def _on_delete(self) -> None:
        for each in self._there()[:1]:
            self.question = ask_before_deleting(self, self._conversion, each)


def _has_safetensors_only(repo: CachedRepo) -> bool:
    """True where PyTorch runs what is here, and nothing here runs on ONNX Runtime."""
    layouts = [
        layout
        for revision in repo.revisions
        for layout in find_layouts([file.path for file in revision.files])
    ]
    return bool(layouts) and all(
        layout.engine == TORCH and layout.is_described for layout in layouts
    )


def _is_of(reference: str, model_id: str) -> bool:
    return reference.split("@", maxsplit=1)[0].split(":", maxsplit=1)[0] == model_id
