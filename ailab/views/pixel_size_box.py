"""How large a pixel of the pictures is, as their files or a person tells it."""

from __future__ import annotations

from PyQt6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from ailab.services.images.pixel_size import parse_pixel_size
from ailab.viewmodels.pages import PagesViewModel
from ailab.viewmodels.pages_state import PagesState
from ailab.views.theme import SPACE, SPACE_SMALL, set_tone
from ailab.views.wrapped_label import WrappedLabel

_LEAST_WIDTH = 50


class PixelSizeBox(QWidget):
    """Seen where the picture shown may have a scale, or one was given.

    Args:
        pages: what is shown and changed.
        parent: the widget around it.

    Attributes:
        size_field: what a person says of all pictures; while empty, it shows what the file tells.
        problem: why what was typed is no size.
    """

    def __init__(self, pages: PagesViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pages = pages
        self.size_field = QLineEdit()
        self.size_field.setAccessibleName("Size of a pixel in micrometres")
        self.size_field.setToolTip(
            "Areas and boxes are then told in µm, too. 0.325, 90 nm or 1.2 mm, or width and height "
            "as 0.325 x 0.65; of all pictures. Empty: what each file tells (ImageJ, OME, or a fine "
            "resolution)"
        )
        self.size_field.setMinimumWidth(_LEAST_WIDTH)
        name, unit = QLabel("Pixel size"), QLabel("µm")
        name.setBuddy(self.size_field)
        set_tone(unit, "muted")
        self.problem = WrappedLabel("What is wrong with the size", "error")
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(name)
        row.addWidget(self.size_field, 1)
        row.addWidget(unit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_SMALL)
        column.addLayout(row)
        column.addWidget(self.problem)
        self.size_field.editingFinished.connect(self._on_typed)
        pages.changed.connect(self._on_changed)
        self._render(pages.state)

    def _on_changed(self, old: PagesState, new: PagesState) -> None:
        if old.pixel_size != new.pixel_size or old.shown != new.shown:
            self._render(new)

    def _render(self, state: PagesState) -> None:
        self.setVisible(state.offers_pixel_size)
        given, told = state.pixel_size, state.shown and state.shown.told_pixel_size
        self.size_field.setPlaceholderText(
            f"{told.words.removesuffix(' µm')}, by the file" if told else "not known"
        )
        if not self.size_field.isModified() and not self.problem.text():
            self.size_field.setText("" if given is None else str(given).replace("x", " x "))
        self.problem.setVisible(bool(self.problem.text()))

    def _on_typed(self) -> None:
        """Take what was typed; what is no size stays in its field, with the reason."""
        if not self.size_field.isModified():
            return
        text = self.size_field.text().strip()
        try:
            chosen = parse_pixel_size(text) if text else None
        except ValueError as error:
            self.problem.setText(f"That is no size: {error}.")
        else:
            self.problem.setText("")
            self.size_field.setModified(False)
            self._pages.choose_pixel_size(chosen)
        self._render(self._pages.state)
