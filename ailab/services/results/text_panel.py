"""The strip below an annotated picture that holds what a model wrote about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from PIL import Image, ImageDraw

from ailab.services.results.drawn_font import Font, can_be_drawn, font_for
from ailab.services.results.label_colors import Color
from ailab.services.results.legend_panel import BACKGROUND, QUIET, TEXT, fitted

_MOST_LINES = 14
_MOST_ASKED = 3
_LARGER = 1.35
_NOTHING = "No words"
_ELSEWHERE = "The words are in the file beside this one: their letters cannot be drawn here"


@dataclass(frozen=True, slots=True)
class TextPanel:
    """A text in a strip below a picture, as wide as the picture.

    Attributes:
        text: may have several lines; what does not fit ends with an ellipsis.
        question: what it answers, in a quiet colour above it; left out where it is empty, or its
            letters cannot be drawn.
        instead: what is said where there is no text; empty for that there is none.
    """

    text: str
    question: str = ""
    instead: str = ""

    def height(self, width: int, font_size: int) -> int:
        """Of the strip, in pixels, for a picture's width and the size of a legend's writing.

        The text's own writing is a little larger.
        """
        size = round(font_size * _LARGER)
        return len(self._lines(width, size)) * _row(size) + 2 * (size // 2)

    def draw(self, canvas: Image.Image, top: int, font_size: int) -> None:
        """Draw the strip over what is there.

        Args:
            canvas: in RGB, of the picture's width and the height of both.
            top: where the strip begins.
            font_size: in pixels, of a legend's writing.
        """
        size = round(font_size * _LARGER)
        draw = ImageDraw.Draw(canvas)
        draw.rectangle((0, top, canvas.width, canvas.height), fill=BACKGROUND)
        pad, row, font = size // 2, _row(size), self._font(size)
        for index, (line, color) in enumerate(self._lines(canvas.width, size)):
            middle = top + pad + index * row + row // 2
            draw.text((pad, middle), line, fill=color, font=font, anchor="lm")

    def _font(self, size: int) -> Font:
        """One for both, where there is one."""
        both = font_for(f"{self.text} {self.question}", size)
        return both if can_be_drawn(self.question, both) else font_for(self.text, size)

    def _lines(self, width: int, size: int) -> list[tuple[str, Color]]:
        """The lines, or what is said in their place, and their colours."""
        font = self._font(size)
        room = width - 2 * (size // 2)
        text, remark = self.text, "" if self.text else self.instead or _NOTHING
        if text and not can_be_drawn(text, font):
            text, remark = "", _ELSEWHERE
        asked = self.question if can_be_drawn(self.question, font) else ""
        return [
            *((line, QUIET) for line in _fitting(asked, font, room, _MOST_ASKED)),
            *(
                [(line, TEXT) for line in _fitting(text, font, room, _MOST_LINES)]
                or [(line, QUIET) for line in _fitting(remark, font, room, _MOST_ASKED)]
            ),
        ]


def _row(size: int) -> int:
    return round(size * 1.45)


def _fitting(text: str, font: Font, room: float, most: int) -> list[str]:
    """The lines of a text; the last one ends with an ellipsis where there are more."""
    lines = list(islice(_wrapped(text, font, room), most + 1))
    if len(lines) <= most:
        return lines
    return [*lines[: most - 1], fitted(f"{lines[most - 1]} …", font, room)]


def _wrapped(text: str, font: Font, width: float) -> Iterator[str]:
    """Lines that fit; a word longer than a line is cut."""
    for line in text.splitlines():
        current = ""
        for word in line.split():
            longer = f"{current} {word}" if current else word
            if current and font.getlength(longer) > width:
                yield current
                longer = word
            current = longer if font.getlength(longer) <= width else fitted(longer, font, width)
        if current:
            yield current
