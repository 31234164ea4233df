"""What a bare `.onnx` file tells of itself."""

from __future__ import annotations

from PyQt6.QtWidgets import QVBoxLayout, QWidget

from ailab.viewmodels.port_words import ports_text
from ailab.viewmodels.sheet_editor_state import SheetEditorState
from ailab.views.elided_label import ElidedLabel
from ailab.views.plain_tip import plain_tip
from ailab.views.theme import SPACE_SMALL, set_tone
from ailab.views.wrapped_label import WrappedLabel

_FACTS = ("Made by", "Operator set")


class SheetHead(QWidget):
    """The file's name, its inputs and outputs, and what was read or guessed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = ElidedLabel()
        set_tone(self.name, "heading")
        self.facts = WrappedLabel("What the file tells")
        self.notes = WrappedLabel("What was read and what was guessed", "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_SMALL)
        for label in (self.name, self.facts, self.notes):
            column.addWidget(label)

    def show_state(self, state: SheetEditorState) -> None:
        """Show what is known of the file."""
        self.name.setText(state.name)
        self.name.setToolTip(plain_tip(state.path))
        if state.sheet is None:
            self.facts.setText("Reading what is told of it …" if state.is_opening else "")
            self.notes.setText("")
        else:
            outline = state.sheet.outline
            facts = dict(outline.facts)
            lines = [f"Takes {ports_text(outline.inputs)}", f"Gives {ports_text(outline.outputs)}"]
            lines += [f"{name}: {facts[name]}" for name in _FACTS if name in facts]
            self.facts.setText("\n".join(lines))
            is_there = state.sheet.is_there
            notes = (f"Described by {state.sheet.sheet}.",) if is_there else state.sheet.notes
            mark = "• " if len(notes) > 1 else ""  # else nobody sees where one begins
            self.notes.setText("\n".join(f"{mark}{note}" for note in notes))
        for label in (self.facts, self.notes):
            label.setVisible(bool(label.text()))
