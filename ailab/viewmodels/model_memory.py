"""Puts what was seen into the catalogue, while nobody waits for it."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial

from ailab.services.catalog.model_catalog import ModelCatalog
from ailab.services.hub.model_info import ModelDetails, ModelInfo
from ailab.services.lab_error import LabError

_MOST_WAITING = 100
_LOG = logging.getLogger(__name__)


class ModelMemory:
    """Writes in the order in which things were seen; a failure costs the writing alone.

    Args:
        catalog: where rows and details are kept; lent, not closed here.
    """

    def __init__(self, catalog: ModelCatalog) -> None:
        self._catalog = catalog
        # Where the disk can't keep up, the oldest are let go: they can be seen again.
        self._waiting: deque[Callable[[], Awaitable[None]]] = deque(maxlen=_MOST_WAITING)
        self._writing: asyncio.Task[None] | None = None

    def keep(self, models: tuple[ModelInfo, ...]) -> None:
        """Keep rows."""
        if models:
            self._add(partial(self._catalog.remember, models))

    def keep_details(self, details: ModelDetails) -> None:
        """Keep a model's details."""
        self._add(partial(self._catalog.remember_details, details))

    async def wait(self) -> None:
        """Wait until all is written."""
        if self._writing is not None:
            await asyncio.wait([self._writing])

    def _add(self, write: Callable[[], Awaitable[None]]) -> None:
        self._waiting.append(write)
        if self._writing is None:
            self._writing = asyncio.get_running_loop().create_task(self._write(), name="memory")

    async def _write(self) -> None:
        try:
            while self._waiting:
                try:
                    await self._waiting.popleft()()
                except LabError as error:
                    _LOG.warning("What was seen is not kept: %s (%s)", error.message, error.detail)
        finally:
            self._writing = None
