"""A drop-down that may be narrower than its words."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox

_MARGIN = 2


class ElidedComboBox(QComboBox):
    """Shortens words that have no room by an ellipsis: a style sheet has them cut off."""

    def initStyleOption(  # noqa: N802 - Qt's name
        self, option: QStyleOptionComboBox | None
    ) -> None:
        """Put the words as they fit where the style takes them from."""
        super().initStyleOption(option)
        style = self.style()
        if option is None or style is None:
            return
        room = style.subControlRect(
            QStyle.ComplexControl.CC_ComboBox,
            option,
            QStyle.SubControl.SC_ComboBoxEditField,
            self,
        ).width()
        option.currentText = option.fontMetrics.elidedText(
            option.currentText, Qt.TextElideMode.ElideRight, room - 2 * _MARGIN
        )
