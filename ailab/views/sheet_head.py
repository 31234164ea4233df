"""What a bare `.onnx` file tells of itself."""

from __future__ import annotations

import re

from PyQt6.QtWidgets import QVBoxLayout, QWidget

from ailab.services.architecture.network_outline import GraphPort
from ailab.viewmodels.sheet_editor_state import SheetEditorState
from ailab.views.elided_label import ElidedLabel
from ailab.views.plain_tip import plain_tip
from ailab.views.theme import SPACE_SMALL, set_tone
from ailab.views.wrapped_label import WrappedLabel

_MOST_PORTS = 3
_MADE_UP = re.compile(r"p2o\.DynamicDimension\.\d+|unk__\d+")
"""What PaddlePaddle's and TensorFlow's exporters call lengths that are free, by number."""
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
            lines = [f"Takes {_ports(outline.inputs)}", f"Gives {_ports(outline.outputs)}"]
            lines += [f"{name}: {facts[name]}" for name in _FACTS if name in facts]
            self.facts.setText("\n".join(lines))
            is_there = state.sheet.is_there
            self.notes.setText(
                f"Described by {state.sheet.sheet}." if is_there else "\n".join(state.sheet.notes)
            )
        for label in (self.facts, self.notes):
            label.setVisible(bool(label.text()))


def _ports(ports: tuple[GraphPort, ...]) -> str:
    if not ports:
        return "nothing that is known"
    texts = [
        f"{p.name} {p.dtype.lower()} {' × '.join(map(_axis, p.shape))}" for p in ports[:_MOST_PORTS]
    ]
    more = len(ports) - _MOST_PORTS
    return ", ".join(texts) + (f" and {more} more" if more > 0 else "")


def _axis(length: str) -> str:
    return "?" if _MADE_UP.fullmatch(length) else length
