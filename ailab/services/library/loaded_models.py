"""The models that the lab itself has in memory, as far as the library has to know."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from pathlib import Path


async def _nothing() -> None: ...


@dataclass(frozen=True, slots=True)
class LoadedModels:
    """Asked whenever it matters: what is loaded changes with each run.

    Attributes:
        paths: tells their paths.
        is_running: tells whether a run uses one of them now.
        unload: takes them out of memory, so that their files can be deleted.
    """

    paths: Callable[[], Collection[Path]] = tuple
    is_running: Callable[[], bool] = lambda: False
    unload: Callable[[], Awaitable[None]] = _nothing
