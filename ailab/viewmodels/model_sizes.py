"""The size of models whose rows do not tell it, so that they can be filtered by it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from ailab.services.hub.model_info import ModelDetails, ModelInfo
from ailab.services.lab_error import LabError

MOST_ASKED = 40
"""Models that are looked up before the person asks for more: each costs the Hub a request."""

_AT_ONCE = 8

FindDetails = Callable[[str], Awaitable[ModelDetails]]
"""Gives the details of the model with an id; raises `LabError`."""


class ModelSizes:
    """Looks models up, a few at a time.

    The Hub's list tells the parameters of safetensors, from which a size is reckoned, but no
    file's size: repositories of ONNX files alone would never be found by their size.

    Args:
        find: a model's details, as they were where they were read before.
    """

    def __init__(self, find: FindDetails) -> None:
        self._find = find

    async def look_up(self, models: Sequence[ModelInfo]) -> dict[str, ModelInfo]:
        """The rows of those whose size is found, by key; the others are left out."""
        room = asyncio.Semaphore(_AT_ONCE)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._sized(each, room)) for each in models]
        rows = [task.result() for task in tasks]
        return {row.key: row for row in rows if row is not None}

    async def _sized(self, model: ModelInfo, room: asyncio.Semaphore) -> ModelInfo | None:
        async with room:
            try:
                size = (await self._find(model.id)).info.size
            except LabError:  # gated, gone or not reached: its size stays unknown
                return None
        return None if size is None else replace(model, size=size)
