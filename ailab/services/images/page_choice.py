"""Which pages of pictures are run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ailab.services.images.picture_reference import parse_picture
from ailab.services.images.plane import Plane

MOST_PAGES = 100_000
"""Of one file, and pictures that a choice of every page may lead to."""


@dataclass(frozen=True, slots=True)
class PageChoice:
    """The first page of each picture, the same other ones of each, every page, or a channel's.

    Attributes:
        page: from 1; None for the first of whatever a picture holds.
        is_every: each page is a picture of its own.
        pages: several, from 1, each of which is a picture of its own; none where `page` is meant.
        channel: where `is_every`, the number or name of the one whose pages are meant alone.
    """

    page: int | None = None
    is_every: bool = False
    pages: tuple[int, ...] = ()
    channel: str = ""

    @property
    def is_several(self) -> bool:
        """A file may lead to several pictures."""
        return self.is_every or bool(self.pages)


FIRST_PAGES = PageChoice()
EVERY_PAGE = PageChoice(is_every=True)


def choice_of(pictures: Iterable[str], planes: Sequence[Plane | None] = ()) -> PageChoice:
    """What was chosen where it led to these pictures, or what leads to the same of their files.

    Pages from the first on without a gap count as every page, of the channel where they are of one
    alone: how many there are is not known.

    Args:
        pictures: their references.
        planes: which channel, slice and frame each of them is, as far as that is known.
    """
    found = [parse_picture(picture) for picture in pictures]
    of_files: dict[str, list[int | None]] = {}
    for each in found:
        of_files.setdefault(each.path, []).append(each.page)
    pages = {tuple(each) for each in of_files.values()}
    if len(of_files) == len(found):
        return PageChoice(pages.pop()[0]) if len(pages) == 1 else FIRST_PAGES
    several = tuple(page for page in pages.pop() if page is not None) if len(pages) == 1 else ()
    if several != tuple(range(1, len(several) + 1)):
        return PageChoice(pages=several)
    channels = {plane.channel for plane in planes if plane is not None}
    if len(channels) == 1 and all(each.page is not None for each in found):
        return PageChoice(is_every=True, channel=str(channels.pop()))
    return EVERY_PAGE
