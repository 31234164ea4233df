"""Something that models are found in: the Hub, or the catalogue on this disk."""

from __future__ import annotations

from typing import Protocol

from ailab.services.hub.model_info import ModelDetails, ModelPage
from ailab.services.hub.model_query import ModelQuery


class ModelSource(Protocol):
    """Models to search; every method raises `LabError`."""

    def applies_all(self, query: ModelQuery) -> bool:
        """True where every condition of the query is met by the rows it is answered with.

        `ModelFilter.runs_here` is for whoever knows this machine, and not counted.
        """
        ...

    async def first_page(self, query: ModelQuery) -> ModelPage:
        """The first rows that answer the query."""
        ...

    async def next_page(self, page: ModelPage) -> ModelPage:
        """The rows after those of `page`, which has a `next_cursor`."""
        ...

    async def get_model_info(self, model_id: str, revision: str | None = None) -> ModelDetails:
        """One model's details; a renamed model answers under its new id."""
        ...
