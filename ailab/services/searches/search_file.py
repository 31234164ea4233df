"""Searches and favourites in a JSON file."""

from __future__ import annotations

import asyncio
from pathlib import Path

from ailab.services.searches.search_error import SearchError
from ailab.services.searches.search_json import read_searches, write_searches
from ailab.services.searches.searches import Searches
from ailab.services.whole_file import replace_whole, set_aside

_LARGEST = 32 * 2**20


class SearchFile:
    """A `SearchStore` in one file; where two labs share it, the last to write wins.

    Args:
        folder: where the file lies; made where it is missing.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "searches.json"

    async def load(self) -> Searches:
        """What the file holds; nothing where there is none.

        Raises:
            SearchError: it is damaged and was set aside, or can't be read.
        """
        return await asyncio.to_thread(self._load)

    async def save(self, searches: Searches) -> None:
        """Write the file whole, or leave the one before.

        Raises:
            SearchError: the disk is full, or the folder does not allow writing.
        """
        try:
            await asyncio.to_thread(self._save, searches)
        except OSError as error:
            raise SearchError(
                f"Searches and favourites could not be saved to {self._path}.",
                "Check that the disk has room and that its folder may be written to.",
                detail=repr(error),
            ) from error

    def _load(self) -> Searches:
        try:
            with self._path.open("rb") as file:
                data = file.read(_LARGEST + 1)
        except FileNotFoundError:
            return Searches()
        except OSError as error:
            raise SearchError(
                f"Saved searches and favourites could not be read from {self._path}.",
                "Check that the file may be read; what you save now will replace it.",
                detail=repr(error),
            ) from error
        try:
            if len(data) > _LARGEST:
                raise ValueError("larger than anything that ailab writes")
            return read_searches(data)
        except ValueError as error:
            raise SearchError(
                "The file of saved searches and favourites is damaged.",
                f"ailab goes on without; what was in it is kept in {set_aside(self._path)}.",
                detail=repr(error),
            ) from error

    def _save(self, searches: Searches) -> None:
        replace_whole(self._path, write_searches(searches))
