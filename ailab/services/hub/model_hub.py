"""What the view models ask of the Hub."""

from __future__ import annotations

from typing import Protocol

from ailab.services.hub.model_info import ModelDetails, ModelPage
from ailab.services.hub.model_query import ModelQuery


class ModelHub(Protocol):
    """The Hub as the view models see it; every method raises `HubError`."""

    @property
    def endpoint(self) -> str:
        """Origin of the Hub, without a slash at its end."""
        ...

    @property
    def has_token(self) -> bool:
        """True where an access token is sent along."""
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
