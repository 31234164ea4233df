"""Marks the selected model as a favourite."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, QSize
from PyQt6.QtGui import QColor, QPainter, QPaintEvent
from PyQt6.QtWidgets import QPushButton, QWidget

from ailab.viewmodels.model_browser import ModelBrowserViewModel
from ailab.viewmodels.model_browser_state import ModelBrowserState
from ailab.views.model_list_marks import draw_star
from ailab.views.theme_colors import colors_for

_SIDE = 30
_STAR = 16


class ModelChipStar(QPushButton):
    """A star, full for a favourite; it follows the browser by itself."""

    def __init__(self, view_model: ModelBrowserViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view_model = view_model
        self.setCheckable(True)
        self.setFixedSize(QSize(_SIDE, _SIDE))
        self.clicked.connect(self._on_clicked)
        view_model.changed.connect(self._on_changed)
        self._show(view_model.state)

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802 - Qt's name
        """Draw the star over the button."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = (_SIDE - _STAR) / 2
        colors = colors_for(self.palette())
        color = QColor(colors.on_accent if self.isChecked() else colors.muted)
        draw_star(painter, QRectF(edge, edge, _STAR, _STAR), color, is_filled=self.isChecked())

    def _on_changed(self, _old: ModelBrowserState, new: ModelBrowserState) -> None:
        self._show(new)

    def _show(self, state: ModelBrowserState) -> None:
        self.setChecked(state.is_favourite)
        words = "Take it off the favourites" if state.is_favourite else "Mark it as a favourite"
        self.setAccessibleName(words)
        self.setToolTip(f"{words} (F in the list)")

    def _on_clicked(self) -> None:
        self._view_model.toggle_favourite()
        self._show(self._view_model.state)
