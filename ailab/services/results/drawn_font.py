"""What letters are drawn with on copies of pictures."""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

_UNKNOWN = "\uffff"
_FROM_RIGHT = frozenset({"R", "AL", "AN"})
"""Hebrew's and Arabic's letters: drawn one after the other they would be no words."""
_LINUX = (
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/TTF/DejaVuSans.ttf",
    "/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf",
    "/usr/share/fonts/liberation-sans/LiberationSans-Regular.ttf",
    "/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf",
    "/usr/share/fonts/noto/NotoSans-Regular.ttf",
    "/usr/share/fonts/google-noto-vf/NotoSans[wght].ttf",
)
_MAC = (
    "/System/Library/Fonts/Supplemental/Arial Unicode.ttf",
    "/System/Library/Fonts/Supplemental/Arial.ttf",
    "/System/Library/Fonts/Helvetica.ttc",
)
_WINDOWS = ("segoeui.ttf", "arial.ttf")


def font_for(text: str, size: int) -> Font:
    """The font that a text is drawn with, in pixels.

    Pillow's own, which every installation has, but of Latin letters only those of English; for a
    text with others the first of the system's usual fonts that has all of them. Where none has,
    Pillow's own again, with which `can_be_drawn` is False.
    """
    own = built_in_font(size)
    if can_be_drawn(text, own):
        return own
    for path in system_fonts():
        font = _loaded(path, size)
        if font is not None and can_be_drawn(text, font):
            return font
    return own


@lru_cache(maxsize=32)
def built_in_font(size: int) -> Font:
    """Pillow's own scalable font, which every installation has."""
    return ImageFont.load_default(size)


def can_be_drawn(text: str, font: Font) -> bool:
    """True where a font has all letters of a text, and the text is written from left to right."""
    letters = {letter for letter in text if not letter.isspace()}
    others = {letter for letter in letters if not letter.isascii()}
    if any(_is_intricate(letter) for letter in others):
        return False
    if not others:
        return True
    unknown = bytes(font.getmask(_UNKNOWN))
    return all(bytes(font.getmask(letter)) != unknown for letter in others)


def system_fonts() -> Iterator[Path]:
    """Where systems keep a plain font of many languages; those that are there."""
    if sys.platform == "win32":
        folder = Path(os.environ.get("SYSTEMROOT", r"C:\Windows"), "Fonts")
        places = [folder / name for name in _WINDOWS]
    else:
        places = [Path(path) for path in (_MAC if sys.platform == "darwin" else _LINUX)]
    return (place for place in places if place.is_file())


@lru_cache(maxsize=32)
def _loaded(path: Path, size: int) -> Font | None:
    try:
        return ImageFont.truetype(path, size)
    except (OSError, ValueError):  # damaged, or out of the reach of this process
        return None


def _is_intricate(letter: str) -> bool:
    """It has another form or place beside others, which Pillow alone does not know."""
    is_mark = unicodedata.category(letter).startswith("M")
    return is_mark or unicodedata.bidirectional(letter) in _FROM_RIGHT
