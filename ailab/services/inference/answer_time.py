"""The time in which one request has to be answered."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from time import monotonic
from typing import Any

from ailab.services.inference.time_limit import MOST, TimeLimit


class AnswerTime:
    """Runs from when the answer is waited for, and anew from each step that was told of.

    A limit that was set by a person is not renewed.

    Args:
        limit: of the run.
        picture: what it is about; empty for no picture.
    """

    def __init__(self, limit: TimeLimit, picture: str = "") -> None:
        self.picture = picture
        self._limit = limit
        self._since = 0.0

    @classmethod
    def fixed(cls, seconds: float) -> AnswerTime:
        """That of a request about no picture."""
        return cls(TimeLimit(seconds))

    def renew(self) -> None:
        """The picture has come further."""
        if self._limit.fixed is None:
            self._since = monotonic()

    async def wait(self, answer: asyncio.Future[Any]) -> float | None:
        """Wait for an answer; the seconds it was given, where they are over without one."""
        began = self._since = monotonic()
        while not answer.done():
            now = monotonic()
            allowed, silent = self._limit.usual, now - self._since
            if silent >= allowed and self.picture:
                allowed = self._limit.of_size(await self._pixels())
            left = min(allowed - silent, began + MOST - now)
            if left <= 0:
                return min(allowed, MOST) if silent >= allowed else MOST
            await asyncio.wait({answer}, timeout=left)
        return None

    def _pixels(self) -> Awaitable[int | None]:
        """Looked up for a picture that is overdue alone: it costs the others nothing."""
        from ailab.services.images.image_reader import picture_pixels  # noqa: PLC0415 - Pillow

        return asyncio.to_thread(picture_pixels, self.picture)
