"""The strip below an annotated picture: what the colours mean, or the ranking of classes."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw

from ailab.services.results.drawn_font import Font, font_for
from ailab.services.results.label_colors import Color

BACKGROUND = (24, 25, 28)
TEXT = (240, 240, 242)
QUIET = (150, 152, 158)
_TRACK = (58, 60, 66)


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One line of the legend.

    Attributes:
        colors: of its swatch, side by side.
        label: what they stand for.
        value: a short text after the label; may be empty.
        share: length of its bar, 0 to 1; None for no bar.
    """

    colors: tuple[Color, ...]
    label: str
    value: str = ""
    share: float | None = None


@dataclass(frozen=True, slots=True)
class LegendPanel:
    """The entries, in a strip below a picture.

    Attributes:
        entries: at most as many as fit; the caller chooses.
        remark: a quiet line after the entries; empty for none.
        heading: a quiet line before them; empty for none.
    """

    entries: Sequence[LegendEntry]
    remark: str = ""
    heading: str = ""

    def height(self, width: int, font_size: int) -> int:
        """Of the strip, in pixels, for a picture's width and a size of the writing."""
        font = self._font(font_size)
        columns, _ = _columns(width, self.entries, font, _pad(font_size))
        return self._rows(columns) * _row(font_size) + 2 * _pad(font_size)

    def draw(self, canvas: Image.Image, top: int, font_size: int) -> None:
        """Draw the strip over what is there.

        Args:
            canvas: in RGB, of the picture's width and the height of both.
            top: where the strip begins.
            font_size: in pixels.
        """
        draw = ImageDraw.Draw(canvas)
        draw.rectangle((0, top, canvas.width, canvas.height), fill=BACKGROUND)
        font = self._font(font_size)
        pad, row = _pad(font_size), _row(font_size)
        columns, column_width = _columns(canvas.width, self.entries, font, pad)
        first = 1 if self.heading else 0
        if self.heading:
            text = fitted(self.heading, font, canvas.width - 2 * pad)
            draw.text((pad, top + pad + row // 2), text, fill=QUIET, font=font, anchor="lm")
        for index, entry in enumerate(self.entries):
            left = pad + (index % columns) * column_width
            place = left, top + pad + (first + index // columns) * row
            _draw_entry(draw, entry, place, column_width - pad, font)
        if self.remark:
            y = top + pad + (self._rows(columns) - 1) * row + row // 2
            text = fitted(self.remark, font, canvas.width - 2 * pad)
            draw.text((pad, y), text, fill=QUIET, font=font, anchor="lm")

    def _font(self, size: int) -> Font:
        texts = (self.heading, self.remark, *(entry.label for entry in self.entries))
        return font_for(" ".join(texts), size)

    def _rows(self, columns: int) -> int:
        return -(-len(self.entries) // columns) + bool(self.remark) + bool(self.heading)


def fitted(text: str, font: Font, width: float) -> str:
    """The text, cut with an ellipsis where it is longer than `width` pixels."""
    if font.getlength(text) <= width:
        return text
    # By halves, not letter by letter: labels from elsewhere may be of any length.
    count = bisect(range(len(text)), width, key=lambda n: font.getlength(text[:n] + "…"))
    return text[: max(0, count - 1)] + "…"


def _pad(font_size: int) -> int:
    return max(4, font_size // 2)


def _row(font_size: int) -> int:
    return round(font_size * 1.6)


def _columns(width: int, entries: Sequence[LegendEntry], font: Font, pad: int) -> tuple[int, int]:
    room = width - 2 * pad
    if not entries or any(entry.share is not None for entry in entries):
        return 1, room + pad
    widest = max(font.getlength(f"{entry.label}  {entry.value}") for entry in entries)
    wanted = round(widest + _em(font) * 1.6) + 2 * pad
    columns = min(len(entries), max(1, room // max(wanted, 1)))
    return columns, wanted if columns > 1 else room + pad


def _draw_entry(
    draw: ImageDraw.ImageDraw, entry: LegendEntry, at: tuple[int, int], width: int, font: Font
) -> None:
    em = _em(font)
    middle = at[1] + round(em * 0.8)
    x = float(at[0])
    if entry.colors:
        stripe = em / len(entry.colors)
        for index, color in enumerate(entry.colors):
            left = x + index * stripe
            draw.rectangle((left, middle - em / 2, left + stripe, middle + em / 2), fill=color)
        x += em * 1.5
    right = at[0] + width
    value_width = font.getlength(entry.value)
    if entry.share is None:
        label = fitted(entry.label, font, right - x - value_width - em * 0.6)
        draw.text((x, middle), label, fill=TEXT, font=font, anchor="lm")
        after = x + font.getlength(label) + em * 0.6
        draw.text((after, middle), entry.value, fill=QUIET, font=font, anchor="lm")
        return
    draw.text((right, middle), entry.value, fill=TEXT, font=font, anchor="rm")
    bar_right = right - font.getlength("100%") - em * 0.6
    bar_left = max(x, bar_right - width * 0.35)
    label = fitted(entry.label, font, bar_left - x - em * 0.5)
    draw.text((x, middle), label, fill=TEXT, font=font, anchor="lm")
    if bar_right - bar_left > em:
        thick = em * 0.28
        box = (bar_left, middle - thick, bar_right, middle + thick)
        draw.rectangle(box, fill=_TRACK)
        end = bar_left + (bar_right - bar_left) * entry.share
        draw.rectangle((bar_left, box[1], end, box[3]), fill=entry.colors[0])


def _em(font: Font) -> float:
    return float(getattr(font, "size", 10))
