"""When a camera took a picture."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

_EXIF = 0x8769
_TAKEN = (0x9003, 0x9004)
"""DateTimeOriginal and DateTimeDigitized; not DateTime, which programs set when they save."""
_ISO = "%Y-%m-%dT%H:%M:%S"
_FORM = re.compile(r"(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)")


def capture_time(image: Image.Image) -> str:
    """By the camera's own clock, as `2026-05-03T06:12:00`; empty where EXIF does not tell.

    Args:
        image: opened, not decoded yet: of a TIFF the file is closed after that.
    """
    if image.format == "PNG" and "exif" not in image.info:
        return ""  # to look for EXIF behind its pixels Pillow would decode them
    with suppress(Exception):  # Pillow's readers raise nearly anything on damaged EXIF
        told = image.getexif().get_ifd(_EXIF)
        for tag in _TAKEN:
            if time := _time(told.get(tag)):
                return time
    return ""


def is_capture_time(text: str) -> bool:
    """True for what `capture_time` gives."""
    with suppress(ValueError):
        return datetime.strptime(text, _ISO).isoformat() == text
    return False


def _time(value: object) -> str:
    text = value.decode("ascii", "replace") if isinstance(value, bytes) else str(value or "")
    if (found := _FORM.match(text)) is None:
        return ""
    try:  # a clock that was never set tells of the 0th of the 0th month
        return datetime(*map(int, found.groups())).isoformat(timespec="seconds")  # type: ignore[arg-type]
    except ValueError:
        return ""
