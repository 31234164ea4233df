"""How a picture goes into the network."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PyQt6.QtWidgets import QLabel, QWidget

from ailab.services.inference.sheet_json import MOST_PIXELS, RESAMPLES
from ailab.viewmodels.sheet_editor import SheetEditorViewModel
from ailab.viewmodels.sheet_editor_state import SheetEditorState
from ailab.viewmodels.sheet_words import RESIZES
from ailab.views.sheet_box import SheetBox, beside
from ailab.views.sheet_choice import SheetChoice
from ailab.views.sheet_number import SheetNumber

_LAYOUTS = {"NCHW": "Colours first (NCHW)", "NHWC": "Colours last (NHWC)"}
_POSITIONS = {"centre": "In the middle", "top-left": "At the top left"}


class SheetInputBox(SheetBox):
    """Size, layout and resizing.

    Args:
        editor: what is shown and changed.
        parent: the widget around it.
    """

    def __init__(self, editor: SheetEditorViewModel, parent: QWidget | None = None) -> None:
        super().__init__("How a picture goes in", parent)
        self._editor = editor
        self.width_field = SheetNumber("Width in pixels", 1, MOST_PIXELS)
        self.height_field = SheetNumber("Height in pixels", 1, MOST_PIXELS)
        self.layout_field = SheetChoice("Layout", _LAYOUTS)
        self.resize_field = SheetChoice("Resizing", {})
        self.edge = SheetNumber("Shorter side in pixels", 1, MOST_PIXELS, " pixels")
        self.overlap = SheetNumber("Pixels that pieces share", 0, MOST_PIXELS, " pixels")
        self.pad = SheetNumber("Value of the rest, 0 to 255", 0, 255)
        self.position = SheetChoice("Where the picture lies", _POSITIONS)
        self.resample = SheetChoice("Filter", {each: each.capitalize() for each in RESAMPLES})
        size = beside(self.width_field, QLabel("×"), self.height_field)
        self.filling = beside(self.pad, self.position)
        for name, field in (
            ("Si&ze", size),
            ("&Layout", self.layout_field),
            ("&Resizing", self.resize_field),
            ("Shorter side", self.edge),
            ("Overlap", self.overlap),
            ("Fill with", self.filling),
            ("&Filter", self.resample),
        ):
            self.add_row(name, field)
        self.width_field.valueChanged.connect(self._on_width)
        self.height_field.valueChanged.connect(self._on_height)
        self.layout_field.chosen.connect(self._on_layout)
        self.resize_field.chosen.connect(self._on_resize)
        self.edge.valueChanged.connect(self._on_edge)
        self.overlap.valueChanged.connect(self._on_overlap)
        self.pad.valueChanged.connect(self._on_pad)
        self.position.chosen.connect(self._on_position)
        self.resample.chosen.connect(self._on_resample)

    def show_state(self, state: SheetEditorState) -> None:
        """Show what is chosen."""
        draft = state.draft
        self.width_field.show_value(draft.width)
        self.height_field.show_value(draft.height)
        self.layout_field.show_value(draft.layout)
        self.resize_field.set_choices({each: RESIZES[each] for each in state.resizes})
        self.resize_field.show_value(draft.resize)
        self.edge.show_value(draft.shortest_edge)
        self.overlap.show_value(draft.overlap)
        self.pad.show_value(draft.pad_value)
        self.position.show_value(draft.pad_position)
        self.resample.show_value(draft.resample)
        self.show_row(self.edge, is_shown=draft.resize == "shortest-edge")
        self.show_row(self.overlap, is_shown=draft.resize == "tiles")
        self.show_row(self.filling, is_shown=draft.resize == "letterbox")
        self.show_row(self.resample, is_shown=draft.resize not in {"none", "tiles"})

    def _change(self, **changes: Any) -> None:
        self._editor.edit(replace(self._editor.state.draft, **changes))

    def _on_width(self, pixels: int) -> None:
        self._change(width=pixels)

    def _on_height(self, pixels: int) -> None:
        self._change(height=pixels)

    def _on_layout(self, layout: str) -> None:
        self._change(layout=layout)

    def _on_resize(self, resize: str) -> None:
        self._change(resize=resize)

    def _on_edge(self, pixels: int) -> None:
        self._change(shortest_edge=pixels)

    def _on_overlap(self, pixels: int) -> None:
        self._change(overlap=pixels)

    def _on_pad(self, value: int) -> None:
        self._change(pad_value=value)

    def _on_position(self, position: str) -> None:
        self._change(pad_position=position)

    def _on_resample(self, resample: str) -> None:
        self._change(resample=resample)
