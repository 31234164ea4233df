"""A picture of a run in one text: its file, which page of it, and how that is read."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import PurePath

from ailab.services.images.pixel_size import PixelSize, parse_pixel_size
from ailab.services.images.value_range import WHOLE_RANGE, ValueRange, parse_range
from ailab.services.local_path import local_path

_SETTINGS = re.compile(
    r"(?:page=(?P<page>[1-9]\d{0,8}))?(?:&?range=(?P<range>[^&#]+))?(?:&?pixel=(?P<pixel>[^&#]+))?"
)


@dataclass(frozen=True, slots=True)
class PictureReference:
    """`cells.tif`, `stack.tif#page=3`, `stack.tif#page=3&range=200:4000&pixel=0.325`.

    The text goes wherever a picture is named: it tells pages apart, and is what the worker, other
    machines and the filmstrip are given. A file whose own name ends like a reference gets a `#`
    more, so that each text means one picture.

    Attributes:
        path: of the file.
        page: from 1; None for the first of a picture that is taken as one.
        value_range: what is stretched, where it has more than 8 bits.
        pixel_size: of its pixels, as a person says; None for what the file tells.
    """

    path: str
    page: int | None = None
    value_range: ValueRange = WHOLE_RANGE
    pixel_size: PixelSize | None = None

    def __str__(self) -> str:
        settings = [] if self.page is None else [f"page={self.page}"]
        if self.value_range != WHOLE_RANGE:
            settings.append(f"range={self.value_range}")
        if self.pixel_size is not None:
            settings.append(f"pixel={self.pixel_size}")
        if not settings and parse_picture(self.path).path == self.path:
            return self.path
        return f"{self.path}#{'&'.join(settings)}"

    @property
    def name(self) -> str:
        """What a person calls it: the file's name, and which page."""
        return f"{PurePath(self.path).name}{self._page_words}"

    @property
    def words(self) -> str:
        """The same with the whole path."""
        return f"{self.path}{self._page_words}"

    @property
    def stem(self) -> str:
        """What names of files made of it begin with; pages are in order where these are sorted."""
        stem = PurePath(self.path).stem
        return stem if self.page is None else f"{stem} page {self.page:04}"

    @property
    def _page_words(self) -> str:
        return "" if self.page is None else f", page {self.page}"


def parse_picture(text: str) -> PictureReference:
    """The parts of what names a picture; any text names one."""
    path, mark, settings = text.rpartition("#")
    match = _SETTINGS.fullmatch(settings) if mark else None
    if match is None:
        return PictureReference(text)
    page = None if match["page"] is None else int(match["page"])
    try:
        value_range = WHOLE_RANGE if match["range"] is None else parse_range(match["range"])
        pixel_size = None if match["pixel"] is None else parse_pixel_size(match["pixel"])
    except ValueError:
        return PictureReference(text)
    return PictureReference(path, page, value_range, pixel_size)


def absolute_picture(text: str) -> str:
    """The same picture from the root on, as other threads and machines find it."""
    reference = parse_picture(text)
    return str(replace(reference, path=str(local_path(reference.path))))


def page_alone(text: str) -> str:
    """A reference without how it is read: the same for the same pixels of a file."""
    reference = parse_picture(text)
    if reference.value_range == WHOLE_RANGE and reference.pixel_size is None:
        return text
    return str(replace(reference, value_range=WHOLE_RANGE, pixel_size=None))
