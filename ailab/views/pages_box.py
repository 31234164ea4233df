"""Which pages of a stack are run, what of a deep picture becomes black and white, its scale."""

from __future__ import annotations

from enum import IntEnum

from PyQt6.QtCore import QLocale, Qt
from PyQt6.QtGui import QDoubleValidator
from PyQt6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ailab.services.images.value_range import (
    TRIMMED_RANGE,
    WHOLE_RANGE,
    ValueRange,
    fixed_range,
    number_words,
)
from ailab.viewmodels.pages import PagesViewModel
from ailab.viewmodels.pages_state import PagesState
from ailab.views.pixel_size_box import PixelSizeBox
from ailab.views.theme import SPACE, SPACE_SMALL, set_tone
from ailab.views.wrapped_label import WrappedLabel

_NAMES = (
    "Least to greatest value",
    "The same without outliers",
    "Fixed, for all pictures",
)
_TIP = (
    "Which values of a picture of more than 8 bits become black and white. Without outliers, "
    "0.35 % of the pixels are left out, half of them the darkest, half the brightest, as by "
    "Enhance Contrast of ImageJ. With a fixed range grey levels of pictures can be compared."
)


class _Kind(IntEnum):
    """The entries of the drop-down, by their places."""

    WHOLE = 0
    TRIMMED = 1
    FIXED = 2


class PagesBox(QWidget):
    """Seen where a picture has pages, more than 8 bits, a scale, or something was done to it.

    Args:
        pages: what is shown and changed.
        parent: the widget around it.

    Attributes:
        page: which page.
        of: how many there are.
        slider: steps through them.
        every: each page is a picture of its own.
        channel: where every page is run, the one whose pages are run alone.
        range: what is stretched.
        low: of a fixed range what becomes black.
        high: of a fixed range what becomes white.
        problem: why what was typed is no range.
        pixel_size: how large a pixel is.
        notes: what was done to the picture, before it is run.
    """

    def __init__(self, pages: PagesViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pages = pages
        self.page = QSpinBox()
        self.page.setMinimum(1)
        self.page.setAccessibleName("Page of the picture")
        self.page.setToolTip("Which page of the stack is shown, and run unless every page is")
        # Each step of what is typed would else be read from the disk.
        self.page.setKeyboardTracking(False)
        # Typed: the style draws no arrows, and the slider beside it steps.
        self.page.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self.of = QLabel()
        set_tone(self.of, "muted")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setMinimum(1)
        self.slider.setMinimumWidth(50)
        self.slider.setAccessibleName("Step through the pages")
        self.slider.setToolTip("Step through the pages")
        self.every = QCheckBox("Run &every page as a picture of its own")
        self.every.setToolTip("Of each file that has several: planes, times, channels, frames")
        self.channel = QComboBox()
        self.channel.setAccessibleName("Channel")
        self.channel.setToolTip("Which channel’s pages are run, of each file")
        self.range = QComboBox()
        self.range.addItems(_NAMES)
        self.range.setAccessibleName("Black to white")
        self.range.setToolTip(_TIP)
        self.low = _end("Value that becomes black")
        self.high = _end("Value that becomes white")
        self.problem = WrappedLabel("What is wrong with the range", "error")
        self.notes = WrappedLabel("What was done to the picture", "muted")
        self.pixel_size = PixelSizeBox(pages)
        self._page_row, self._range_row, self._ends_row = QWidget(), QWidget(), QWidget()
        self._channel_row = QWidget()
        self._is_typing = False
        self._lay_out()
        self.page.valueChanged.connect(self._on_page)
        self.slider.valueChanged.connect(self._on_page)
        self.every.toggled.connect(self._on_every)
        self.channel.activated.connect(self._on_channel)
        self.range.activated.connect(self._on_range)
        self.low.editingFinished.connect(self._on_ends)
        self.high.editingFinished.connect(self._on_ends)
        pages.changed.connect(self._on_changed)
        self._render(pages.state)

    def _lay_out(self) -> None:
        page = QHBoxLayout(self._page_row)
        _put(page, _label("Pa&ge", self.page), self.page)
        page.addWidget(self.of)
        page.addWidget(self.slider, 1)
        channel = QHBoxLayout(self._channel_row)
        _put(channel, _label("Channel", self.channel), self.channel)
        channel.setStretch(1, 1)
        stretch = QGridLayout(self._range_row)
        stretch.setContentsMargins(0, 0, 0, 0)
        stretch.setSpacing(SPACE)
        stretch.setColumnStretch(1, 1)
        stretch.addWidget(_label("&Black to white", self.range), 0, 0)
        stretch.addWidget(self.range, 0, 1)
        ends = QHBoxLayout(self._ends_row)
        _put(ends, _label("From", self.low), self.low, _label("to", self.high), self.high)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_SMALL)
        for each in (
            *(self._page_row, self.every, self._channel_row, self._range_row),
            *(self._ends_row, self.problem, self.pixel_size, self.notes),
        ):
            column.addWidget(each)

    def _on_changed(self, _old: PagesState, new: PagesState) -> None:
        self._render(new)

    def _render(self, state: PagesState) -> None:
        is_every = state.choice.is_every
        self._page_row.setVisible(state.offers_page)
        for control in (self.page, self.slider):
            control.blockSignals(True)
            # What was chosen of a longer stack stays until the person goes to another page.
            control.setMaximum(max(state.page, state.count))
            control.setValue(state.page)
            control.blockSignals(False)
        self.of.setText(f"of {state.count:,}")
        self.every.setVisible(state.offers_every)
        self.every.blockSignals(True)
        self.every.setChecked(is_every)
        self.every.blockSignals(False)
        self._render_channels(state)
        self._range_row.setVisible(state.offers_range)
        kind = _kind_of(state.value_range)
        if kind is not _Kind.FIXED and self._is_typing:
            kind = _Kind.FIXED
        self.range.setCurrentIndex(kind)
        self._ends_row.setVisible(state.offers_range and kind is _Kind.FIXED)
        if state.value_range.ends is not None and not self._is_typing:
            for field, end in zip((self.low, self.high), state.value_range.ends, strict=True):
                field.setText(number_words(end))
        self.problem.setVisible(bool(self.problem.text()))
        self.notes.setText("\n".join(state.notes))
        self.notes.setVisible(bool(state.notes))
        offers = state.offers_every or state.offers_range or state.offers_pixel_size
        self.setVisible(offers or bool(state.notes))

    def _render_channels(self, state: PagesState) -> None:
        self._channel_row.setVisible(state.offers_channel)
        names = (f"Channel {each}" if each.isdecimal() else each for each in state.channels)
        entries = ["All channels", *names]
        if [self.channel.itemText(row) for row in range(self.channel.count())] != entries:
            self.channel.clear()
            self.channel.addItems(entries)
        self.channel.setCurrentIndex(state.channel)

    def _on_page(self, page: int) -> None:
        self._pages.choose_page(page)
        self._render(self._pages.state)  # a page that is none of the pictures is not gone to

    def _on_channel(self, place: int) -> None:
        self._pages.choose_channel(self._pages.state.channels[place - 1] if place > 0 else "")

    def _on_every(self, is_every: bool) -> None:
        self._pages.choose_every(is_every=is_every)

    def _on_range(self, place: int) -> None:
        self._is_typing = False
        self.problem.setText("")
        if place == _Kind.FIXED:
            self._pages.choose_range(self._pages.state.likely_range)
            self.low.setFocus()
            self.low.selectAll()
        else:
            self._pages.choose_range(TRIMMED_RANGE if place == _Kind.TRIMMED else WHOLE_RANGE)
        self._render(self._pages.state)

    def _on_ends(self) -> None:
        """Take a range that was typed; what is none stays in its fields, with the reason."""
        if self.range.currentIndex() != _Kind.FIXED:
            return  # another was chosen, and the fields lose the keyboard as they go
        try:
            chosen = fixed_range(float(self.low.text()), float(self.high.text()))
        except ValueError:
            self._is_typing = True
            kept = str(self._pages.state.value_range).replace(":", " to ")
            self.problem.setText(
                f"The value for black has to be below the one for white; {kept} is kept."
            )
        else:
            self._is_typing = False
            self.problem.setText("")
            self._pages.choose_range(chosen)
        self._render(self._pages.state)


def _kind_of(value_range: ValueRange) -> _Kind:
    if value_range.ends is not None:
        return _Kind.FIXED
    return _Kind.TRIMMED if value_range.is_trimmed else _Kind.WHOLE


def _end(name: str) -> QLineEdit:
    field = QLineEdit()
    field.setAccessibleName(name)
    field.setToolTip(name)
    field.setMinimumWidth(50)
    validator = QDoubleValidator(field)
    validator.setLocale(QLocale.c())  # as on the command line and in the results
    field.setValidator(validator)
    return field


def _label(text: str, buddy: QWidget) -> QLabel:
    label = QLabel(text)
    label.setBuddy(buddy)
    return label


def _put(row: QHBoxLayout, *widgets: QWidget) -> None:
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(SPACE)
    for widget in widgets:
        row.addWidget(widget)
