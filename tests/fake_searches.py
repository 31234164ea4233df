"""Saved searches without a disk, for a test."""

from __future__ import annotations

from ailab.services.lab_error import LabError
from ailab.services.searches.searches import Searches
from fakes import Gate


class FakeSearches:
    """Keeps searches in memory."""

    def __init__(self, searches: Searches | None = None) -> None:
        self.searches = searches or Searches()
        self.gate = Gate()
        self.failure: LabError | None = None
        self.saves = 0

    async def load(self) -> Searches:
        await self.gate.passage()
        if self.failure is not None:
            raise self.failure
        return self.searches

    async def save(self, searches: Searches) -> None:
        await self.gate.passage()
        if self.failure is not None:
            raise self.failure
        self.searches = searches
        self.saves += 1
