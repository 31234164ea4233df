"""What the network does, and how what it gives is read."""

from __future__ import annotations

from dataclasses import replace

from PyQt6.QtWidgets import QWidget

from ailab.services.hub.pipeline_tag import display_name
from ailab.services.inference.model_sheet import DECODERS_BY_TASK
from ailab.services.inference.sheet_draft import (
    ACTIVATIONS,
    MOST_UNCLIP,
    USES_BOX_ORDER,
    USES_NMS,
    USES_STRIDES,
    USES_TEXT_MAP,
    with_decoder,
)
from ailab.services.inference.yolo_anchors import USES_ANCHORS
from ailab.viewmodels.sheet_editor import SheetEditorViewModel
from ailab.viewmodels.sheet_editor_state import SheetEditorState
from ailab.viewmodels.sheet_words import ACTIVATIONS as ACTIVATION_WORDS
from ailab.viewmodels.sheet_words import BACKGROUNDS, BOX_ORDERS, DECODERS
from ailab.viewmodels.typed_numbers import ANCHORS, STRIDES
from ailab.views.sheet_box import SheetBox
from ailab.views.sheet_choice import SheetChoice
from ailab.views.sheet_number import SheetDecimal, SheetNumber
from ailab.views.sheet_numbers import SheetNumbers


class SheetOutputBox(SheetBox):
    """Task, decoder, and what belongs to that decoder.

    Args:
        editor: what is shown and changed.
        parent: the widget around it.
    """

    def __init__(self, editor: SheetEditorViewModel, parent: QWidget | None = None) -> None:
        super().__init__("What comes out", parent)
        self._editor = editor
        self.task = SheetChoice("Task", {each: display_name(each) for each in DECODERS_BY_TASK})
        self.task.setPlaceholderText("Choose …")
        self.decoder = SheetChoice("Output", {})
        self.decoder.setPlaceholderText("Choose …")
        self.activation = SheetChoice("Scores", {})
        self.strides = SheetNumbers("Strides in pixels")
        self.strides.setToolTip("Pixels per cell of each grid, such as 8, 16, 32")
        self.anchors = SheetNumbers("Anchors in pixels")
        self.anchors.setToolTip(
            "Width and height of the boxes that the network reckons from, by turns, as many for "
            "each stride, those of the first one first. They stand in the file that the network "
            "was trained by; the usual ones are those of its authors for COCO."
        )
        self.overlap = SheetNumber("Greatest overlap in percent", 0, 100, "%")
        self.overlap.setToolTip(
            "Of two boxes of a class that overlap more than this, the less sure one goes "
            "(non-maximum suppression)"
        )
        self.box_order = SheetChoice("Order of a box's numbers", BOX_ORDERS)
        self.background = SheetChoice("Class 0", BACKGROUNDS)
        self.text = SheetNumber("Least probability of text in percent", 0, 100, "%")
        self.text.setToolTip("What of the map is above this is text, of which boxes are made")
        self.growth = SheetDecimal("How far boxes grow", 0.0, MOST_UNCLIP, 2)
        self.growth.setToolTip(
            "Such networks learn shrunken text: the area of a box, times this, through its "
            "perimeter is what it grows by on each side (unclip ratio)"
        )
        for name, field in (
            ("&Task", self.task),
            ("O&utput", self.decoder),
            ("Scores", self.activation),
            ("Strides", self.strides),
            ("Anchors", self.anchors),
            ("Overlap", self.overlap),
            ("Boxes", self.box_order),
            ("Class 0", self.background),
            ("Text from", self.text),
            ("Growth", self.growth),
        ):
            self.add_row(name, field)
        self.task.chosen.connect(editor.choose_task)
        self.decoder.chosen.connect(self._on_decoder)
        self.activation.chosen.connect(self._on_activation)
        self.box_order.chosen.connect(self._on_box_order)
        self.background.chosen.connect(self._on_background)
        self.text.valueChanged.connect(self._on_text)
        self.growth.valueChanged.connect(self._on_growth)
        self.strides.typed.connect(self._on_strides)
        self.anchors.typed.connect(self._on_anchors)
        self.overlap.valueChanged.connect(self._on_overlap)

    def show_state(self, state: SheetEditorState) -> None:
        """Show what is chosen."""
        draft = state.draft
        self.task.show_value(draft.task)
        names = DECODERS_BY_TASK.get(draft.task, ())
        self.decoder.set_choices({name: DECODERS.get(name, name) for name in names})
        self.decoder.show_value(draft.decoder)
        self.decoder.setEnabled(bool(names))
        choices = ACTIVATIONS.get(draft.decoder, ())
        self.activation.set_choices({each: ACTIVATION_WORDS[each] for each in choices})
        self.activation.show_value(draft.activation)
        self.show_row(self.activation, is_shown=bool(choices))
        self.strides.show_numbers(draft.strides, is_kept=STRIDES in state.mistyped)
        self.show_row(self.strides, is_shown=draft.decoder in USES_STRIDES)
        self.anchors.show_numbers(draft.anchors, is_kept=ANCHORS in state.mistyped)
        self.show_row(self.anchors, is_shown=draft.decoder in USES_ANCHORS)
        self.overlap.show_value(round(draft.nms_iou * 100))
        self.show_row(self.overlap, is_shown=draft.decoder in USES_NMS)
        self.box_order.show_value(draft.box_order)
        self.background.show_value(draft.has_background)
        for field in (self.box_order, self.background):
            self.show_row(field, is_shown=draft.decoder in USES_BOX_ORDER)
        self.text.show_value(round(draft.map_threshold * 100))
        self.growth.show_value(draft.unclip_ratio)
        for number in (self.text, self.growth):
            self.show_row(number, is_shown=draft.decoder in USES_TEXT_MAP)

    def _on_decoder(self, decoder: str) -> None:
        draft = self._editor.state.draft
        kept = draft.activation if draft.activation in ACTIVATIONS.get(decoder, ()) else "softmax"
        self._editor.edit(replace(with_decoder(draft, decoder), activation=kept))

    def _on_activation(self, activation: str) -> None:
        self._editor.edit(replace(self._editor.state.draft, activation=activation))

    def _on_box_order(self, order: str) -> None:
        self._editor.edit(replace(self._editor.state.draft, box_order=order))

    def _on_background(self, has_background: bool) -> None:
        self._editor.edit(replace(self._editor.state.draft, has_background=has_background))

    def _on_strides(self, text: str) -> None:
        self._editor.type_numbers(STRIDES, text)

    def _on_anchors(self, text: str) -> None:
        self._editor.type_numbers(ANCHORS, text)

    def _on_overlap(self, percent: int) -> None:
        self._editor.edit(replace(self._editor.state.draft, nms_iou=percent / 100))

    def _on_text(self, percent: int) -> None:
        self._editor.edit(replace(self._editor.state.draft, map_threshold=percent / 100))

    def _on_growth(self, ratio: float) -> None:
        self._editor.edit(replace(self._editor.state.draft, unclip_ratio=ratio))
