"""A small table of text that wraps anywhere, and that a person can copy from."""

from __future__ import annotations

from PyQt6.QtGui import (
    QPalette,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextLength,
    QTextTableFormat,
)
from PyQt6.QtWidgets import QWidget

from ailab.views.model_details_text import ModelDetailsText

_MOST_ROWS = 200
_FIXED_HEIGHT = (
    2  # QTextBlockFormat.LineHeightTypes.FixedHeight, which the method takes as a number
)


class ModelDetailsTable(ModelDetailsText):
    """Rows of text in columns; one widget for all, because hundreds would be slow.

    Args:
        name: what screen readers call it.
        shares: widths of the columns in percent.
        titles: of the columns; none for names and values, where the names are muted.
        parent: the widget around it.
    """

    def __init__(
        self,
        name: str,
        shares: tuple[int, ...] = (36, 64),
        titles: tuple[str, ...] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._shares = shares
        self._titles = titles
        self._rows: tuple[tuple[str, ...], ...] = ()
        self.setAccessibleName(name)

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """What it shows."""
        return self._rows

    def set_rows(self, rows: tuple[tuple[str, ...], ...]) -> None:
        """Show other rows, 200 at most; nothing is seen of a table without any."""
        self.setVisible(bool(rows))
        if rows != self._rows:
            self._rows = rows
            self._write()

    def _colour(self) -> None:
        super()._colour()
        if getattr(self, "_rows", ()):
            self._write()

    def _write(self) -> None:
        self.clear()
        rows = self._rows[:_MOST_ROWS]
        document = self.document()
        if not rows or document is None:
            return
        lines = ((self._titles, *rows)) if self._titles else rows
        form = QTextTableFormat()
        form.setBorder(0)
        form.setCellPadding(2)
        form.setCellSpacing(0)
        form.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
        form.setColumnWidthConstraints(
            [QTextLength(QTextLength.Type.PercentageLength, share) for share in self._shares]
        )
        cursor = QTextCursor(document)
        # Qt keeps a line before and after a table, whether anything is written there or not.
        line = QTextBlockFormat()
        line.setLineHeight(1, _FIXED_HEIGHT)
        cursor.setBlockFormat(line)
        table = cursor.insertTable(len(lines), len(self._shares), form)
        muted = QTextCharFormat()
        muted.setForeground(self.palette().color(QPalette.ColorRole.PlaceholderText))
        plain = QTextCharFormat()
        for row, texts in enumerate(lines):
            for column, text in enumerate(texts):
                is_name = row == 0 if self._titles else column == 0
                cell = table.cellAt(row, column).firstCursorPosition() if table else cursor
                cell.setBlockFormat(QTextBlockFormat())
                cell.insertText(text, muted if is_name else plain)
        self.updateGeometry()
