"""Searches and favourites in a JSON file."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import tempfile
from pathlib import Path

from ailab.services.searches.search_error import SearchError
from ailab.services.searches.search_json import read_searches, write_searches
from ailab.services.searches.searches import Searches

_LARGEST = 32 * 2**20
_LOG = logging.getLogger(__name__)


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
        await asyncio.to_thread(self._save, write_searches(searches))

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
            raise self._set_aside(error) from error

    def _set_aside(self, error: ValueError) -> SearchError:
        aside = self._path.with_suffix(".damaged.json")
        try:
            self._path.replace(aside)
        except OSError as failure:
            _LOG.warning("%s could not be set aside: %r", self._path, failure)
            aside = self._path
        return SearchError(
            "The file of saved searches and favourites is damaged.",
            f"ailab goes on without; what was in it is kept in {aside}.",
            detail=repr(error),
        )

    def _save(self, data: bytes) -> None:
        partial: Path | None = None
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # A name of its own: another lab may be writing at the same time.
            handle, name = tempfile.mkstemp(".part", "searches-", self._path.parent)
            partial = Path(name)
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            partial.replace(self._path)
        except OSError as error:
            if partial is not None:
                with contextlib.suppress(OSError):
                    partial.unlink()
            raise SearchError(
                f"Searches and favourites could not be saved to {self._path}.",
                "Check that the disk has room and that its folder may be written to.",
                detail=repr(error),
            ) from error
