"""Searching without a memory."""

from __future__ import annotations

from ailab.services.searches.searches import Searches


class NoSearches:
    """A `SearchStore` that keeps nothing, as the terminal wants it."""

    async def load(self) -> Searches:
        """Nothing."""
        return Searches()

    async def save(self, searches: Searches) -> None:
        """Keep nothing."""
