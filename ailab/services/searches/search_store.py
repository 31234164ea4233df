"""Where the view models keep searches."""

from __future__ import annotations

from typing import Protocol

from ailab.services.searches.searches import Searches


class SearchStore(Protocol):
    """Keeps `Searches`; every method raises `SearchError`."""

    async def load(self) -> Searches:
        """What was kept; nothing on a first start.

        Raises:
            SearchError: the file is damaged and was set aside, or can't be read; loading again
                gives what is left.
        """
        ...

    async def save(self, searches: Searches) -> None:
        """Keep this instead of what was kept before."""
        ...
