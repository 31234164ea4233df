"""Words found in the documentation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_BEFORE, _AFTER = 40, 80
"""Letters around them that tell what they are about."""


@dataclass(frozen=True, slots=True)
class DocHit:
    """A paragraph, heading, cell or line of code that holds the words.

    Attributes:
        page: one of `PAGES`.
        line: the words, and what is around them.
        place: which place of the words on the page is the first in it, from 0.
    """

    page: str
    line: str
    place: int


def hits_in(page: str, paragraphs: Sequence[str], words: str) -> Iterator[DocHit]:
    """The paragraphs of a page that hold some words, written in capitals or not.

    Args:
        page: one of `PAGES`.
        paragraphs: of the page.
        words: as they stand beside each other; not empty.
    """
    wanted, place = words.lower(), 0
    for paragraph in paragraphs:
        text = paragraph.lower()
        if count := text.count(wanted):
            yield DocHit(page, _line(paragraph, text.index(wanted), len(words)), place)
            place += count


def _line(paragraph: str, at: int, length: int) -> str:
    start, end = max(at - _BEFORE, 0), at + length + _AFTER
    before, after = paragraph[start:at], paragraph[at + length : end]
    if start > 0:  # from the next whole word on
        before = f"…{before.partition(' ')[2] or before}"
    if end < len(paragraph):
        after = f"{after.rpartition(' ')[0] or after} …"
    return f"{before}{paragraph[at : at + length]}{after}".strip()
