"""The Hugging Face Hub's models: lists, searches, details, files."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Self

from ailab.services.hub.access_token import AccessToken, find_token
from ailab.services.hub.hub_endpoint import check_endpoint, find_endpoint, is_same_origin
from ailab.services.hub.hub_errors import HubFormatError
from ailab.services.hub.hub_failure import Asked
from ailab.services.hub.hub_json import parse_details, parse_models
from ailab.services.hub.hub_urls import LARGEST_PAGE, details_url, file_url, list_url
from ailab.services.hub.model_id import parse_model_id
from ailab.services.hub.model_info import ModelDetails, ModelInfo, ModelPage
from ailab.services.hub.model_query import ModelQuery, ModelSort
from ailab.services.hub.remote_file import RemoteFile

if TYPE_CHECKING:
    import aiohttp

    from ailab.services.hub.hub_connection import HubConnection

_log = logging.getLogger(__name__)


class ModelService:
    """The Hub's models over HTTP; every method raises `HubError`.

    Nothing is connected, and aiohttp not imported, before the first question. The service opens
    a session of its own where it is given none, and closes only that one.

    Args:
        endpoint: address of the Hub; None for `HF_ENDPOINT` or the real one.
        token: the access token; None to find it as `huggingface_hub` does, empty for none.
        session: a session to borrow, which stays open.
    """

    def __init__(
        self,
        endpoint: str | None = None,
        token: str | None = None,
        session: aiohttp.ClientSession | None = None,
    ) -> None:
        self._endpoint = endpoint.rstrip("/") if endpoint else find_endpoint()
        value = find_token() if token is None else token.strip()
        self._token = AccessToken(value, self._endpoint) if value else None
        self._session = session
        self._connection: HubConnection | None = None
        self._connecting = asyncio.Lock()

    @property
    def endpoint(self) -> str:
        """Address of the Hub, without a slash at its end."""
        return self._endpoint

    @property
    def has_token(self) -> bool:
        """True where an access token is sent along."""
        return self._token is not None and self._token.may_go_to(self._endpoint)

    async def list_models(
        self,
        search: str = "",
        task: str | None = None,
        limit: int = 50,
        sort: ModelSort = ModelSort.TRENDING,
    ) -> tuple[ModelInfo, ...]:
        """The first `limit` models of the Hub's list.

        Args:
            search: text to be found in `owner/name`; empty for all.
            task: a pipeline tag; None for all.
            limit: how many models at most, at least 1.
            sort: the order, descending.
        """
        query = ModelQuery(search, task, sort, min(limit, LARGEST_PAGE))
        page = await self.first_page(query)
        models = {model.key: model for model in page.models}
        while page.next_cursor and page.models and len(models) < limit:
            page = await self.next_page(page)
            models |= {model.key: model for model in page.models if model.key not in models}
        return tuple(models.values())[:limit]

    async def search_models(self, query: str, limit: int = 20) -> tuple[ModelInfo, ...]:
        """The first `limit` models whose `owner/name` contains the text."""
        return await self.list_models(search=query, limit=limit)

    async def first_page(self, query: ModelQuery) -> ModelPage:
        """The first rows that answer the query."""
        return await self._page(list_url(self._endpoint, query))

    async def next_page(self, page: ModelPage) -> ModelPage:
        """The rows after those of `page`; no rows where there are no more.

        Rows can move between two requests, so a row may come again: tell them apart by `key`.
        """
        if page.next_cursor is None:
            return ModelPage(())
        if not is_same_origin(page.next_cursor, self._endpoint):
            raise HubFormatError(
                "The Hub names a next page on another server, which is not asked.",
                "Check that HF_ENDPOINT names a Hugging Face Hub.",
                detail=page.next_cursor.partition("?")[0],
            )
        return await self._page(page.next_cursor)

    async def get_model_info(self, model_id: str, revision: str | None = None) -> ModelDetails:
        """One model's details; a renamed model answers under its new id.

        Args:
            model_id: `owner/name`, or the address of the model's page.
            revision: branch, tag or commit; None for the default branch.
        """
        model_id = parse_model_id(model_id, self._endpoint)
        parse = partial(parse_details, endpoint=self._endpoint, ref=revision or "main")
        connection = await self._connect()
        details, _ = await connection.get_json(
            details_url(self._endpoint, model_id, revision),
            self._asked(model_id, revision),
            parse,
        )
        return details

    @asynccontextmanager
    async def open_file(self, model_id: str, revision: str, path: str) -> AsyncIterator[RemoteFile]:
        """A file of a model on its way; leaving the context ends the transfer.

        Args:
            model_id: `owner/name`.
            revision: branch, tag or commit.
            path: POSIX path inside the repository.
        """
        connection = await self._connect()
        url = file_url(self._endpoint, model_id, revision, path)
        async with connection.open_file(url, self._asked(model_id, revision, path)) as file:
            yield file

    async def close(self) -> None:
        """Close what the service opened."""
        async with self._connecting:
            if self._connection is not None:
                await self._connection.close()
                self._connection = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _page(self, url: str) -> ModelPage:
        connection = await self._connect()
        models, following = await connection.get_json(url, self._asked(), parse_models)
        if following is not None and not is_same_origin(following, self._endpoint):
            _log.warning("The Hub names a next page on another server; it is left out.")
            following = None
        return ModelPage(models, following)

    def _asked(
        self, model_id: str | None = None, revision: str | None = None, file: str | None = None
    ) -> Asked:
        return Asked(self._endpoint, model_id, revision, file, self.has_token)

    async def _connect(self) -> HubConnection:
        """The connection, made on first use: importing aiohttp takes a quarter of a second."""
        async with self._connecting:
            if self._connection is None:
                check_endpoint(self._endpoint)
                connection = await asyncio.to_thread(_import_connection)
                self._connection = connection(self._endpoint, self._token, self._session)
            return self._connection


def _import_connection() -> type[HubConnection]:
    from ailab.services.hub.hub_connection import HubConnection  # noqa: PLC0415

    return HubConnection
