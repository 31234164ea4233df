"""The model that the lab itself has in memory, as far as the library has to know."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path


async def _nothing() -> None: ...


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """Asked whenever it matters: what is loaded changes with each run.

    Attributes:
        path: tells its path; None where none is loaded.
        is_running: tells whether a run uses it now.
        unload: takes it out of memory, so that its files can be deleted.
    """

    path: Callable[[], Path | None] = lambda: None
    is_running: Callable[[], bool] = lambda: False
    unload: Callable[[], Awaitable[None]] = _nothing
