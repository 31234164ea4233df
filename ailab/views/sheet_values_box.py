"""What is done to a picture's values."""

from __future__ import annotations

from dataclasses import replace

from PyQt6.QtWidgets import QWidget

from ailab.services.inference.color_order import GREY, channels_of
from ailab.services.inference.normalisation import (
    Normalisation,
    Scaling,
)
from ailab.viewmodels.sheet_editor import SheetEditorViewModel
from ailab.viewmodels.sheet_editor_state import SheetEditorState
from ailab.viewmodels.sheet_words import (
    COLOR_ORDERS,
    INVERSIONS,
    NORMALISATIONS,
    SCALINGS,
)
from ailab.views.sheet_box import SheetBox, beside
from ailab.views.sheet_choice import SheetChoice
from ailab.views.sheet_number import SheetDecimal

_CHANNELS = ("first", "second", "third")
_LARGEST = 1e6


class SheetValuesBox(SheetBox):
    """Order of the colours, range and normalisation.

    Args:
        editor: what is shown and changed.
        parent: the widget around it.
    """

    def __init__(self, editor: SheetEditorViewModel, parent: QWidget | None = None) -> None:
        super().__init__("Its colours and values", parent)
        self._editor = editor
        self.colors = SheetChoice("Order of the colours", {})
        self.inversion = SheetChoice("Invert", INVERSIONS)
        self.inversion.setToolTip(
            "For a network that was trained on white on black, as MNIST is, and dark on bright "
            "pictures, as scans are; or the other way round"
        )
        self.scaling = SheetChoice("Range of values", {})
        self.factor = SheetDecimal("Factor", -_LARGEST, _LARGEST, 8)
        self.normalisation = SheetChoice("Normalisation", {})
        self.mean, self.std = (
            tuple(
                SheetDecimal(f"{name} of the {channel} colour", low, _LARGEST, 6)
                for channel in _CHANNELS
            )
            for name, low in (("Mean", -_LARGEST), ("Deviation", 0.000001))
        )
        self._means, self._stds = beside(*self.mean), beside(*self.std)
        for label, field in (
            ("C&olours", self.colors),
            ("Invert", self.inversion),
            ("&Values", self.scaling),
            ("Factor", self.factor),
            ("&Normalise", self.normalisation),
            ("Mean", self._means),
            ("Deviation", self._stds),
        ):
            self.add_row(label, field)
        self.colors.chosen.connect(editor.choose_color_order)
        self.inversion.chosen.connect(self._on_inversion)
        self.scaling.chosen.connect(editor.choose_scaling)
        self.normalisation.chosen.connect(editor.choose_normalisation)
        self.factor.valueChanged.connect(self._on_factor)
        for decimal in (*self.mean, *self.std):
            decimal.setToolTip("Per colour, in the order that the network receives them")
            decimal.valueChanged.connect(self._on_channels)

    def show_state(self, state: SheetEditorState) -> None:
        """Show what is chosen."""
        draft = state.draft
        scaling, normalisation = state.scaling, state.normalisation
        is_other = scaling is Scaling.OTHER
        self.scaling.set_choices(
            {each: SCALINGS[each] for each in SCALINGS if is_other or each is not Scaling.OTHER}
        )
        self.colors.set_choices({each: COLOR_ORDERS[each] for each in state.color_orders})
        self.colors.show_value(draft.color_order)
        self.inversion.show_value(draft.is_inverted)
        is_asked = draft.color_order == GREY or draft.is_inverted
        self.show_row(self.inversion, is_shown=is_asked)
        self.scaling.show_value(scaling)
        self.normalisation.set_choices(
            {each: NORMALISATIONS[each] for each in state.normalisations}
        )
        self.normalisation.show_value(normalisation)
        self.factor.show_value(draft.scale)
        self.show_row(self.factor, is_shown=is_other)
        is_own = normalisation is Normalisation.OWN
        count = channels_of(draft.color_order)
        for decimals, values, usual in (
            (self.mean, draft.mean, 0.0),
            (self.std, draft.std, 1.0),
        ):
            for decimal, value in zip(decimals, values or (usual,) * count, strict=False):
                decimal.show_value(value)
            for decimal in decimals[1:]:
                decimal.setVisible(count > 1)
        for field in (self._means, self._stds):
            self.show_row(field, is_shown=is_own)

    def _on_factor(self, factor: float) -> None:
        self._editor.edit(replace(self._editor.state.draft, scale=factor))

    def _on_channels(self) -> None:
        draft = self._editor.state.draft
        count = channels_of(draft.color_order)
        mean, std = (tuple(each.value() for each in row[:count]) for row in (self.mean, self.std))
        self._editor.type_channels(mean, std)

    def _on_inversion(self, is_inverted: bool) -> None:
        self._editor.edit(replace(self._editor.state.draft, is_inverted=is_inverted))
