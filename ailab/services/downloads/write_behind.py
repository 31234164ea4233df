"""Writing one chunk while the next one arrives."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from ailab.services.downloads.run_to_end import run_to_end, wait_out


class WriteBehind:
    """Passes chunks to a writer in a thread, one after the other, at most one of them waiting.

    Args:
        write: writes a chunk; called in a thread, never twice at once.
    """

    def __init__(self, write: Callable[[bytes], None]) -> None:
        self._write = write
        self._pending: asyncio.Task[None] | None = None

    async def put(self, chunk: bytes) -> None:
        """Wait for the chunk before, then begin with this one.

        Raises:
            OSError: the disk refused the chunk before.
        """
        await self.flush()
        self._pending = asyncio.ensure_future(run_to_end(self._write, chunk))

    async def flush(self) -> None:
        """Wait until all is written.

        Raises:
            OSError: the disk refused a chunk.
        """
        if self._pending is not None:
            await self._pending
            self._pending = None

    async def close(self) -> None:
        """Wait until no thread writes any more, whatever became of it."""
        pending, self._pending = self._pending, None
        if pending is not None:
            await wait_out(pending)
