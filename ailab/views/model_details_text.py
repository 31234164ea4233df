"""Text that wraps anywhere, and that a person can copy from."""

from __future__ import annotations

from math import ceil

from PyQt6.QtCore import QEvent, QSize, Qt
from PyQt6.QtGui import QFont, QFontMetrics, QPalette, QTextOption, QWheelEvent
from PyQt6.QtWidgets import QFrame, QSizePolicy, QTextEdit, QWidget


class ModelDetailsText(QTextEdit):
    """Selectable plain text as high as it needs to be.

    A label breaks lines between words only; ids of up to 193 characters have no blanks.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_muted = False
        self.setReadOnly(True)
        self.setAcceptRichText(False)
        self.setUndoRedoEnabled(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        # Reached by the mouse alone: a dozen stops by Tab would be in the way.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        viewport, document = self.viewport(), self.document()
        if viewport is not None:
            viewport.setAutoFillBackground(False)
        if document is not None:
            document.setDocumentMargin(0)
            # Names from right to left stand beside their label, like all others.
            option = QTextOption(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute)
            option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
            document.setDefaultTextOption(option)

    @property
    def text(self) -> str:
        """What it says."""
        return self.toPlainText()

    def set_text(self, text: str, *, is_muted: bool = False) -> None:
        """Say something else; muted where it is a stand-in for what is not known."""
        if is_muted != self._is_muted or text != self.text:
            self._is_muted = is_muted
            self._colour()
            self.setPlainText(text)
            self.updateGeometry()

    def set_heading(self) -> None:
        """Write larger and stronger."""
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * 1.2)
        font.setWeight(QFont.Weight.DemiBold)
        self.setFont(font)

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """The height of the text once it is wrapped to a width."""
        document = self.document()
        copy = document.clone() if document is not None else None
        if copy is None:
            return self.minimumSizeHint().height()
        copy.setDefaultFont(self.font())
        copy.setTextWidth(width)
        return ceil(copy.size().height())

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """One line; layouts ask for the height at their width."""
        return QSize(160, QFontMetrics(self.font()).height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """One line of a few letters."""
        return QSize(60, QFontMetrics(self.font()).height())

    def wheelEvent(self, event: QWheelEvent | None) -> None:  # noqa: N802 - Qt's name
        """Leave the wheel to the pane around."""
        if event is not None:
            event.ignore()

    def changeEvent(self, event: QEvent | None) -> None:  # noqa: N802 - Qt's name
        """Follow the theme."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.PaletteChange:
            self._colour()

    def _colour(self) -> None:
        palette = QPalette()
        if self._is_muted:
            palette.setColor(QPalette.ColorRole.Text, palette.placeholderText().color())
        if palette.text() != self.palette().text():
            self.setPalette(palette)
