"""Counts down the pauses that the Hub's limits ask for."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from dataclasses import replace

from ailab.services.hub.hub_wait import HubWait
from ailab.services.hub.model_hub import ModelHub
from ailab.viewmodels.latest import Latest
from ailab.viewmodels.model_browser_board import ModelBrowserBoard

Tick = Callable[[float], Awaitable[None]]
"""Returns after as many seconds."""


class HubPause:
    """Shows the seconds that are left, one by one.

    Args:
        board: where they are shown.
        hub: tells of its pauses.
        tick: waits a second; a test's own needs no time.
    """

    def __init__(self, board: ModelBrowserBoard, hub: ModelHub, tick: Tick = asyncio.sleep) -> None:
        self._board = board
        self._tick = tick
        self._counting = Latest("countdown")
        self._listen_no_more = hub.on_wait(self._on_wait)

    async def close(self) -> None:
        """Listen no more."""
        self._listen_no_more()
        await self._counting.close()

    def _on_wait(self, wait: HubWait) -> None:
        self._counting.cancel()
        self._show(math.ceil(wait.seconds), is_refused=wait.is_refused)
        if wait.seconds > 0:
            self._counting.start(self._count_down(is_refused=wait.is_refused))

    async def _count_down(self, *, is_refused: bool) -> None:
        while self._board.state.wait_seconds:
            await self._tick(1.0)
            self._show(self._board.state.wait_seconds - 1, is_refused=is_refused)

    def _show(self, seconds: int, *, is_refused: bool) -> None:
        self._board.show(
            replace(
                self._board.state,
                wait_seconds=max(seconds, 0),
                is_wait_refused=is_refused and seconds > 0,
            )
        )
