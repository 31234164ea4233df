"""Where a page of the catalogue's list ends, as the text that a page carries."""

from __future__ import annotations

import json
from dataclasses import dataclass

from ailab.services.hub.model_query import ModelQuery
from ailab.services.value_json import from_plain, to_plain


@dataclass(frozen=True, slots=True)
class PageCursor:
    """The last row of a page.

    Attributes:
        query: what the page answers.
        value: the value that the rows are ordered by, as the column of `models` holds it; 0
            where they are ordered by downloads.
        rank: the row's place in the order of downloads.
    """

    query: ModelQuery
    value: float
    rank: int


def write_cursor(cursor: PageCursor) -> str:
    """The cursor as text."""
    return json.dumps(to_plain(cursor))


def read_cursor(text: str) -> PageCursor | None:
    """The cursor of a text; None for any other text."""
    try:
        return from_plain(PageCursor, json.loads(text))
    except (ValueError, RecursionError):
        return None
