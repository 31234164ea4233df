"""A cell of the comparison of normalisations."""

from __future__ import annotations

from PyQt6.QtCore import QModelIndex, QRect, QSize, Qt
from PyQt6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from ailab.views.theme import SPACE, SPACE_SMALL

_MOST_HEIGHT = 1000


class SheetTrialDelegate(QStyledItemDelegate):
    """Draws a small picture above its words, which take as many lines as they need."""

    def initStyleOption(  # noqa: N802 - Qt's name
        self, option: QStyleOptionViewItem | None, index: QModelIndex
    ) -> None:
        """Put the picture above, and wrap the words."""
        super().initStyleOption(option, index)
        if option is not None:
            option.decorationPosition = QStyleOptionViewItem.Position.Top
            option.decorationAlignment = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
            option.features |= QStyleOptionViewItem.ViewItemFeature.WrapText

    def sizeHint(  # noqa: N802 - Qt's name
        self, option: QStyleOptionViewItem, index: QModelIndex
    ) -> QSize:
        """Room for all words: Qt's own hint leaves out the style sheet's padding."""
        self.initStyleOption(option, index)
        width = option.rect.width()
        flags = Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
        room = QRect(0, 0, max(1, width - 2 * SPACE), _MOST_HEIGHT)
        height = option.fontMetrics.boundingRect(room, flags, option.text).height()
        if not option.icon.isNull():
            height += option.icon.actualSize(option.decorationSize).height() + SPACE
        return QSize(width, height + 2 * SPACE_SMALL)
