"""The names by which a card's links find its headings."""

from __future__ import annotations

import re

_OTHER = re.compile(r"[^\w\- ]")


class HeadingSlugs:
    """Names headings as GitHub and the Hub do (github-slugger): `Use it!` is `use-it`."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def slug(self, heading: str) -> str:
        """The name of the next heading; the second of its kind ends in `-1`."""
        slug = _OTHER.sub("", heading.strip().lower()).replace(" ", "-")
        count = self._seen.get(slug)
        self._seen[slug] = 0 if count is None else count + 1
        return slug if count is None else f"{slug}-{count + 1}"
