"""The strip below an annotated picture that holds what a model wrote about it."""

from __future__ import annotations

from collections.abc import Iterator

from PIL import Image, ImageDraw

from ailab.services.results.legend_panel import Font, built_in_font, fitted

_BACKGROUND = (24, 25, 28)
_TEXT = (240, 240, 242)
_QUIET = (150, 152, 158)
_MOST_LINES = 14
_LARGER = 1.35
_UNKNOWN = "\uffff"
_NOTHING = "The model wrote nothing"
_ELSEWHERE = "The words are in the file beside this one: their letters cannot be drawn here"


def with_text(picture: Image.Image, text: str, font_size: int) -> Image.Image:
    """The picture with a text in a strip below it, as wide as the picture.

    Args:
        picture: in RGB; its own pixels stay as they are.
        text: may have several lines; what does not fit ends with an ellipsis.
        font_size: in pixels, of a legend's writing; the text's is a little larger.
    """
    size = round(font_size * _LARGER)
    font = built_in_font(size)
    pad, row = size // 2, round(size * 1.45)
    width = picture.width - 2 * pad
    remark = "" if text else _NOTHING
    if text and not _can_be_drawn(text, font):
        text, remark = "", _ELSEWHERE
    lines = list(_wrapped(text, font, width))
    if len(lines) > _MOST_LINES:
        lines = [*lines[: _MOST_LINES - 1], fitted(f"{lines[_MOST_LINES - 1]} …", font, width)]
    shown = [(line, _TEXT) for line in lines] or [(fitted(remark, font, width), _QUIET)]
    height = picture.height + len(shown) * row + 2 * pad
    canvas = Image.new("RGB", (picture.width, height), _BACKGROUND)
    canvas.paste(picture, (0, 0))
    draw = ImageDraw.Draw(canvas)
    for index, (line, color) in enumerate(shown):
        middle = picture.height + pad + index * row + row // 2
        draw.text((pad, middle), line, fill=color, font=font, anchor="lm")
    return canvas


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


def _can_be_drawn(text: str, font: Font) -> bool:
    """True where the built-in font, which has Latin letters, has all of a text's."""
    unknown = bytes(font.getmask(_UNKNOWN))
    letters = {letter for letter in text if not letter.isspace()}
    return all(bytes(font.getmask(letter)) != unknown for letter in letters)
