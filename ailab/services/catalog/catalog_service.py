"""The offline catalogue: models that were seen or fetched, searched on this disk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

from ailab.services.catalog.catalog_error import UnknownModelError
from ailab.services.catalog.catalog_reader import CatalogReader
from ailab.services.catalog.catalog_sync import CatalogSync
from ailab.services.catalog.catalog_thread import CatalogFile, CatalogThread
from ailab.services.catalog.catalog_writer import CatalogWriter
from ailab.services.catalog.model_catalog import CatalogFacts, SyncProgress
from ailab.services.hub.model_hub import ModelHub
from ailab.services.hub.model_id import parse_model_id
from ailab.services.hub.model_info import ModelDetails, ModelInfo, ModelPage, RepoFile
from ailab.services.hub.model_query import ModelQuery

FILE_NAME = "catalog.sqlite3"


class CatalogService:
    """A `ModelCatalog` in a SQLite file; nothing is opened before the first question.

    Searches and writes have a thread and a connection each, so that a search never waits for a
    synchronisation. Several labs can share the file.

    Args:
        folder: where the file lies; it need not exist yet.
        hub: what is synchronised from; lent, not closed here.
    """

    def __init__(self, folder: Path, hub: ModelHub) -> None:
        file = CatalogFile(folder / FILE_NAME)
        self._hub = hub
        self._reads = CatalogThread(file, CatalogReader)
        self._writes = CatalogThread(file, CatalogWriter)
        self._syncing = asyncio.Lock()
        self._sync: CatalogSync | None = None

    def applies_all(self, query: ModelQuery) -> bool:
        """Always: every condition is met by the rows."""
        return True

    async def first_page(self, query: ModelQuery) -> ModelPage:
        """The first rows that answer the query; cancelling interrupts the search.

        Every word of `query.search` is found in a row's id, in its author or in one of its
        tags, regardless of case.
        """
        return await self._reads.run(lambda reader: reader.first_page(query), can_interrupt=True)

    async def next_page(self, page: ModelPage) -> ModelPage:
        """The rows after those of `page`."""
        cursor = page.next_cursor or ""
        return await self._reads.run(lambda reader: reader.next_page(cursor), can_interrupt=True)

    async def get_model_info(self, model_id: str, revision: str | None = None) -> ModelDetails:
        """What was last remembered of a model, at whatever revision, or what its row tells.

        Raises:
            CatalogError: nothing is known of it.
            HubError: the text names no model.
        """
        model_id = parse_model_id(model_id, self._hub.endpoint)
        details = await self._reads.run(lambda reader: reader.details(model_id))
        if details is not None:
            return details
        info = await self._reads.run(lambda reader: reader.model(model_id))
        if info is None:
            raise UnknownModelError(model_id)
        return ModelDetails(
            info=info,
            files=tuple(RepoFile(path) for path in info.files),
            architectures=info.architectures,
            needs_remote_code=info.needs_remote_code,
            url=f"{self._hub.endpoint}/{info.id}",
        )

    async def facts(self) -> CatalogFacts:
        """What it holds."""
        return await self._reads.run(lambda reader: reader.facts())

    async def remember(self, models: Sequence[ModelInfo]) -> None:
        """Keep rows that were seen."""
        await self._writes.run(lambda writer: writer.remember(models))

    async def remember_details(self, details: ModelDetails) -> None:
        """Keep the details of a model that was looked at."""
        await self._writes.run(lambda writer: writer.remember_details(details))

    async def sync(
        self, tasks: Sequence[str], on_progress: Callable[[SyncProgress], None]
    ) -> CatalogFacts:
        """Fetch all models of tasks; cancelling keeps what came, and the next goes on there.

        Raises:
            HubError: the Hub failed; what came so far is kept.
            CatalogError: the catalogue cannot be written; likewise.
        """
        async with self._syncing:
            self._sync = CatalogSync(self._hub, self._writes, on_progress)
            try:
                await self._sync.run(tasks)
            finally:
                self._sync = None
        return await self.facts()

    def tell_wait(self, seconds: float) -> None:
        """Let the progress of a synchronisation tell that the Hub's limits ask for a pause."""
        if self._sync is not None:
            self._sync.tell_wait(seconds)

    async def clear(self) -> None:
        """Forget everything and give the room on the disk back."""
        await self._writes.run(lambda writer: writer.clear())

    async def close(self) -> None:
        """Close the file."""
        await self._reads.close()
        await self._writes.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
