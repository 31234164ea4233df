"""The points and boxes that show which things' masks are wanted."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ailab.services.inference.prompt_kind import PromptKind
from ailab.viewmodels.inference import InferenceViewModel
from ailab.viewmodels.inference_state import InferenceState
from ailab.viewmodels.prediction_text import counted
from ailab.viewmodels.prompt_shapes import PromptTool, ShownBox
from ailab.viewmodels.prompt_state import PromptState
from ailab.views.theme import SPACE, SPACE_SMALL, set_tone
from ailab.views.wrapped_label import WrappedLabel

_TIPS = {
    PromptTool.INSIDE: "Click on the thing; right-click beside it (I)",
    PromptTool.OUTSIDE: "Click on what does not belong to the thing (O)",
    PromptTool.BOX: "Drag a box around the thing (B)",
    PromptTool.MOVE: "Drag to move the picture, as without a tool (M)",
}
_MARKS = {PromptTool.INSIDE: "+ ", PromptTool.OUTSIDE: "\N{MINUS SIGN} "}
_KEYS = "Backspace undoes, Space and drag moves."
_HINTS = {
    PromptTool.INSIDE: f"Click on the thing, right-click beside it. {_KEYS}",
    PromptTool.OUTSIDE: f"Click on what does not belong to it. {_KEYS}",
    PromptTool.BOX: f"Drag a box around the thing. {_KEYS}",
    PromptTool.MOVE: "Drag moves the picture. The keys I, O and B draw in it again.",
}
_NO_BOXES = "This copy of the model takes no boxes; one with safetensors does."


class ShapesBox(QWidget):
    """Chooses what the mouse draws, and takes back what was drawn.

    Args:
        inference: what is shown and changed.
        parent: the widget around it.

    Signals:
        tool_taken(): the person wants to draw in the picture now.
    """

    tool_taken = pyqtSignal()

    def __init__(self, inference: InferenceViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._inference = inference
        self._prompt = inference.prompt
        self.tools: dict[PromptTool, QPushButton] = {}
        self._grid = QGridLayout()
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        for tool in PromptTool:
            button = QPushButton(f"{_MARKS.get(tool, '')}{tool.value}", self)
            button.setAccessibleName(tool.value)
            button.setCheckable(True)
            button.setToolTip(_TIPS[tool])
            button.setAccessibleDescription(_TIPS[tool])
            self.tools[tool] = button
            self._group.addButton(button)
        self.undo = QPushButton("&Undo")
        self.undo.setToolTip("Take the last point or box away (Backspace in the picture)")
        self.undo.setAccessibleName("Take the last point or box away")
        self.clear = QPushButton("Clear")
        self.clear.setToolTip("Take all points and boxes in this picture away")
        self.clear.setAccessibleName("Take all points and boxes away")
        self.live = QCheckBox("Run as I click")
        self.live.setToolTip(
            "Show what is found at once, with each point and box; Run also saves it"
        )
        self.hint = WrappedLabel("How to draw", "muted")
        self.told = WrappedLabel("What is asked", "muted")
        self._lay_out()
        self._group.buttonClicked.connect(self._on_tool)
        self.undo.clicked.connect(self._prompt.undo)
        self.clear.clicked.connect(self._prompt.clear)
        self.live.toggled.connect(self._on_live)
        self._prompt.changed.connect(self._on_prompt)
        inference.changed.connect(self._on_inference)
        self._render()

    def _lay_out(self) -> None:
        heading = QLabel("&What is meant")
        heading.setBuddy(self.tools[PromptTool.INSIDE])
        set_tone(heading, "heading")
        self._grid.setSpacing(SPACE)
        back = QHBoxLayout()
        back.setSpacing(SPACE)
        back.addWidget(self.undo, 1)
        back.addWidget(self.clear, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(heading)
        # What is pressed comes before the words, which lie below the fold where room is short.
        column.addLayout(self._grid)
        column.addLayout(back)
        column.addWidget(self.live)
        column.addWidget(self.told)
        column.addSpacing(SPACE_SMALL)
        column.addWidget(self.hint)

    def _on_prompt(self, _old: PromptState, _new: PromptState) -> None:
        self._render()

    def _on_inference(self, old: InferenceState, new: InferenceState) -> None:
        if (old.pictures, old.status) != (new.pictures, new.status):
            self._render()

    def _render(self) -> None:
        state, inference = self._prompt.state, self._inference.state
        self.tools[state.tool].setChecked(True)
        for button in self.tools.values():
            button.setEnabled(state.can_draw)
        for tool, button in self.tools.items():
            button.setVisible(tool in state.tools)
            self._grid.removeWidget(button)
        for index, tool in enumerate(state.tools):  # without a gap for what is not there
            is_alone = index % 2 == 0 and index == len(state.tools) - 1
            self._grid.addWidget(self.tools[tool], index // 2, index % 2, 1, 2 if is_alone else 1)
        self.undo.setEnabled(bool(state.shown))
        self.clear.setEnabled(bool(state.shown))
        self.live.setChecked(state.runs_as_shown)
        self.live.setVisible(len(inference.pictures) < 2)
        self.hint.setText(_HINTS[state.tool] if state.can_draw else "Choose a picture to draw in.")
        self.told.setText(_told(state, inference))

    def _on_tool(self) -> None:
        tool = next(tool for tool, button in self.tools.items() if button.isChecked())
        self._prompt.choose_tool(tool)
        self.tool_taken.emit()

    def _on_live(self, is_on: bool) -> None:
        self._prompt.set_runs_as_shown(is_on=is_on)


def _told(state: PromptState, inference: InferenceState) -> str:
    is_of_boxes = state.kind is PromptKind.BOXES
    if state.is_running:
        return "Finding the points …" if is_of_boxes else "Finding the mask …"
    is_folder = len(inference.pictures) > 1
    if not state.taken and is_of_boxes:
        return (
            "Models that look at one thing at a time (ViTPose, Sapiens2) take the whole picture as "
            "one without boxes; others need none."
        )
    if not state.taken and state.shown:
        return f"What was drawn here does not count. {_NO_BOXES}"
    if not state.taken and state.kind.takes_labels and state.labels:
        return "Run looks for the labels above; points and boxes in a picture count before them."
    if not state.taken and state.kind.takes_labels:
        return "Without labels, points and boxes, Run finds everything in the picture."
    if not state.taken and is_folder:
        return "Each picture has points of its own; in one without, everything is found."
    if not state.taken and state.kind is PromptKind.POINTS:
        return f"Without points, Run finds everything in the picture. {_NO_BOXES}"
    if not state.taken:
        return "Without points and boxes, Run finds everything in the picture."
    boxes = sum(isinstance(shape, ShownBox) for shape in state.taken)
    points = len(state.taken) - boxes
    parts = []
    if points:
        parts.append(counted(points, "point", "points"))
    if boxes:
        parts.append(counted(boxes, "box", "boxes"))
    text = f"{' and '.join(parts)} in this picture."
    if not is_folder and state.runs_as_shown and not inference.status.is_here:
        text += " Press Run first: the model is not on this disk yet."
    return text
