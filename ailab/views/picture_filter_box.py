"""A drop-down for which pictures of a run are stepped through."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QWidget

from ailab.viewmodels.picture_filter import NEAR, PictureFilterViewModel
from ailab.viewmodels.picture_filter_state import PictureFilterState, PictureKind
from ailab.views.elided_combo_box import ElidedComboBox
from ailab.views.plain_tip import plain_tip

_LETTERS = 16
_TIPS = {
    PictureKind.NEAR: f"With a score of up to {NEAR:.0%} above or below the threshold",
    PictureKind.OTHERWISE: "Other labels, or other numbers of them, reach the threshold in B",
    PictureKind.FOUND: "Something reaches the threshold",
    PictureKind.NOTHING: "Nothing reaches the threshold",
}


class PictureFilterBox(ElidedComboBox):
    """Offers what pictures may be looked through for; hidden where nothing would be left out.

    Args:
        pictures: knows the choices, and how many pictures each is.
        parent: the widget around it.
    """

    def __init__(self, pictures: PictureFilterViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self._is_open = False
        self._shown: PictureFilterState | None = None
        self.setAccessibleName("Which pictures to step through")
        self.setToolTip("Step through some of the pictures alone")
        self.setSizeAdjustPolicy(
            ElidedComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.setMinimumContentsLength(_LETTERS)
        self.activated.connect(self._on_activated)
        pictures.changed.connect(self._on_changed)
        self._render(pictures.state)

    def showPopup(self) -> None:  # noqa: N802 - Qt's name
        """Keep the choices as they are while they are open: they would move under the mouse."""
        self._is_open = True
        super().showPopup()

    def hidePopup(self) -> None:  # noqa: N802 - Qt's name
        """Catch up with what came meanwhile."""
        super().hidePopup()
        self._is_open = False
        self._render(self._pictures.state)

    def _on_changed(self, _old: PictureFilterState, new: PictureFilterState) -> None:
        if not self._is_open:
            self._render(new)

    def _render(self, state: PictureFilterState) -> None:
        self.setVisible(state.is_of_use)
        before, self._shown = self._shown, state
        if before is None or before.offers != state.offers:
            self.clear()
            for row, (choice, number) in enumerate(state.offers):
                self.addItem(f"{choice.words} ({number:,})")
                tip = plain_tip(_TIPS.get(choice.kind, choice.words))
                self.setItemData(row, tip, Qt.ItemDataRole.ToolTipRole)
        elif before.choice == state.choice:
            return
        choices = [choice for choice, _ in state.offers]
        self.setCurrentIndex(choices.index(state.choice))

    def _on_activated(self, row: int) -> None:
        # What was open may be older than what is known now.
        if self._shown is not None and 0 <= row < len(self._shown.offers):
            self._pictures.choose(self._shown.offers[row][0])
