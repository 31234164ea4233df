"""What the view models ask of the catalogue on this disk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ailab.services.hub.model_info import ModelDetails, ModelInfo
from ailab.services.hub.model_source import ModelSource


@dataclass(frozen=True, slots=True)
class CatalogFacts:
    """What the catalogue holds.

    Attributes:
        models: how many.
        synced: when a task's models were last fetched whole, by pipeline tag; UTC.
        newest: when anything was last written; None where it is empty.
        size: bytes that it takes on the disk.
    """

    models: int = 0
    synced: tuple[tuple[str, datetime], ...] = ()
    newest: datetime | None = None
    size: int = 0


@dataclass(frozen=True, slots=True)
class SyncProgress:
    """How far a synchronisation is.

    Attributes:
        task: the pipeline tag under way.
        done: tasks done.
        total: tasks in all.
        models: new or changed models fetched so far.
        waits: seconds until the Hub's rate limit lets it go on; 0.0 where it does not wait.
    """

    task: str
    done: int
    total: int
    models: int
    waits: float = 0.0


class ModelCatalog(ModelSource, Protocol):
    """The catalogue: a source of models that needs no network; raises `CatalogError`.

    `get_model_info` gives what was last remembered of a model.
    """

    async def facts(self) -> CatalogFacts:
        """What it holds."""
        ...

    async def remember(self, models: Sequence[ModelInfo]) -> None:
        """Keep rows that were seen."""
        ...

    async def remember_details(self, details: ModelDetails) -> None:
        """Keep the details of a model that was looked at."""
        ...

    async def sync(
        self, tasks: Sequence[str], on_progress: Callable[[SyncProgress], None]
    ) -> CatalogFacts:
        """Fetch all models of tasks; cancelling keeps what came, and the next goes on there."""
        ...

    async def clear(self) -> None:
        """Forget everything."""
        ...
