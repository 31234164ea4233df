"""Which pages of pictures are run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ailab.services.images.picture_reference import parse_picture

MOST_PAGES = 100_000
"""Of one file, and pictures that a choice of every page may lead to."""


@dataclass(frozen=True, slots=True)
class PageChoice:
    """The first page of each picture, the same other one of each, or every page.

    Attributes:
        page: from 1; None for the first of whatever a picture holds.
        is_every: each page is a picture of its own.
    """

    page: int | None = None
    is_every: bool = False


FIRST_PAGES = PageChoice()
EVERY_PAGE = PageChoice(is_every=True)


def choice_of(pictures: Iterable[str]) -> PageChoice:
    """What was chosen where it led to these pictures."""
    found = [parse_picture(picture) for picture in pictures]
    if len({each.path for each in found}) < len(found):
        return EVERY_PAGE
    pages = {each.page for each in found}
    return PageChoice(pages.pop()) if len(pages) == 1 else FIRST_PAGES
