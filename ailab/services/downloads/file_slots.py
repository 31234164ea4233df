"""How many files are on their way at once."""

from __future__ import annotations

import asyncio

_SMALL = 4 * 2**20


class FileSlots:
    """Places for a few large files, which share the line, and for more small ones beside them.

    A small file is mostly waited for, so that several at once take hardly longer than one; and
    it never waits behind a large one.

    Args:
        large: how many large files at once.
        small: how many of up to 4 MiB.
    """

    def __init__(self, large: int = 3, small: int = 8) -> None:
        self._large = asyncio.Semaphore(large)
        self._small = asyncio.Semaphore(small)

    def place_for(self, size: int | None) -> asyncio.Semaphore:
        """To be entered while a file of this many bytes is fetched."""
        return self._small if size is not None and size <= _SMALL else self._large
