"""The Hugging Face Hub's models: lists, searches, details, files."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Self

from ailab.services.hub.access_token import find_token
from ailab.services.hub.ask_again import ask_again
from ailab.services.hub.file_parts import open_part, read_part
from ailab.services.hub.file_places import FilePlaces
from ailab.services.hub.hub_account import HubAccount, parse_account
from ailab.services.hub.hub_client import HubClient
from ailab.services.hub.hub_endpoint import find_endpoint, is_same_origin
from ailab.services.hub.hub_errors import HubFormatError
from ailab.services.hub.hub_failure import Asked, no_token
from ailab.services.hub.hub_json import parse_details, parse_models, parse_refs
from ailab.services.hub.hub_question import HubQuestion
from ailab.services.hub.hub_timeouts import HubTimeouts
from ailab.services.hub.hub_urls import (
    LARGEST_PAGE,
    access_url,
    account_url,
    can_be_asked,
    details_url,
    file_url,
    list_url,
    providers_url,
    refs_url,
)
from ailab.services.hub.hub_wait import HubWait
from ailab.services.hub.model_id import parse_model_id
from ailab.services.hub.model_info import ModelDetails, ModelInfo, ModelPage
from ailab.services.hub.model_providers import ModelProviders, parse_providers
from ailab.services.hub.model_query import ModelQuery, ModelSort
from ailab.services.hub.model_refs import ModelRefs
from ailab.services.hub.picture_fetch import fetch_picture
from ailab.services.hub.rate_keeper import RateKeeper
from ailab.services.hub.remote_file import RemoteFile

if TYPE_CHECKING:
    import aiohttp

_log = logging.getLogger(__name__)

_LISTS_STAY = 60.0  # seconds for which an answer kept is given without asking
_DETAILS_STAY = 300.0


class ModelService:
    """The Hub's models over HTTP; every method raises `HubError`.

    Nothing is connected, and aiohttp not imported, before the first question. The service opens
    a session of its own where it is given none, and closes only that one. Answers are kept for a
    while, the Hub's limits are kept too, and what fails for the moment is asked again.

    Args:
        endpoint: address of the Hub; None for `HF_ENDPOINT` or the real one.
        token: the access token; None to find it as `huggingface_hub` does, empty for none.
        session: a session to borrow, which stays open.
        proxy: used where environment and system name none; empty for none.
        keeper: holds requests back where the Hub's limit is near; None for one of its own.
        delays: seconds to wait before each further try of what failed for the moment.
        timeouts: how long an answer is waited for; None for the usual ones.
    """

    def __init__(
        self,
        endpoint: str | None = None,
        token: str | None = None,
        session: aiohttp.ClientSession | None = None,
        proxy: str = "",
        *,
        keeper: RateKeeper | None = None,
        delays: Sequence[float] = (0.5, 2.0),
        timeouts: HubTimeouts | None = None,
    ) -> None:
        self._client = HubClient(
            endpoint.rstrip("/") if endpoint else find_endpoint(),
            (find_token() or "") if token is None else token,
            session,
            proxy=proxy,
            keeper=keeper or RateKeeper(),
            delays=delays,
            timeouts=timeouts,
        )
        self._places = FilePlaces()

    @property
    def endpoint(self) -> str:
        """Address of the Hub, without a slash at its end."""
        return self._client.endpoint

    @property
    def has_token(self) -> bool:
        """True where an access token is sent along."""
        return self._client.has_token

    def set_token(self, token: str | None) -> None:
        """Send another access token from now on, or none; nothing kept is given to its owner."""
        self._client.set_token(token or "")

    def set_offline(self, *, is_offline: bool) -> None:
        """Answer from what is kept alone, and fail with `HubSwitchedOffError`; or ask again."""
        self._client.is_offline = is_offline

    def forget(self) -> None:
        """Drop the answers kept from before, so that the next questions are asked anew."""
        self._client.forget()
        self._places.clear()

    def on_wait(self, listener: Callable[[HubWait], None]) -> Callable[[], None]:
        """Tell a listener of every pause that the Hub's limits ask for, and of its end.

        Returns:
            What ends it.
        """
        return self._client.keeper.listen(listener)

    def applies_all(self, query: ModelQuery) -> bool:
        """True where the Hub's API can ask for every condition of the query."""
        return can_be_asked(query.filter)

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
        return await self._page(list_url(self.endpoint, query))

    async def next_page(self, page: ModelPage) -> ModelPage:
        """The rows after those of `page`; no rows where there are no more.

        Rows can move between two requests, so a row may come again: tell them apart by `key`.
        """
        if page.next_cursor is None:
            return ModelPage(())
        if not is_same_origin(page.next_cursor, self.endpoint):
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
        model_id = parse_model_id(model_id, self.endpoint)
        url = details_url(self.endpoint, model_id, revision)
        parse = partial(parse_details, endpoint=self.endpoint, ref=revision or "main")
        question = self._client.question(url, model_id, revision)
        return (await self._client.get_json(question, parse, fresh_for=_DETAILS_STAY))[0]

    async def list_refs(self, model_id: str) -> ModelRefs:
        """A model's branches and tags."""
        model_id = parse_model_id(model_id, self.endpoint)
        question = self._client.question(refs_url(self.endpoint, model_id), model_id)
        return (await self._client.get_json(question, parse_refs, fresh_for=_DETAILS_STAY))[0]

    async def list_providers(self, model_id: str) -> ModelProviders:
        """Which Inference Providers run a model."""
        model_id = parse_model_id(model_id, self.endpoint)
        question = self._client.question(providers_url(self.endpoint, model_id), model_id)
        return (await self._client.get_json(question, parse_providers, fresh_for=_LISTS_STAY))[0]

    def token_for(self, router: str) -> str:
        """The access token, for the Hub's own router; empty for every other, and where none is."""
        return self._client.token_for(router)

    async def who_am_i(self, token: str | None = None) -> HubAccount:
        """Whom an access token belongs to.

        Args:
            token: one to be checked, which is not kept; None for the one in use.

        Raises:
            InvalidTokenError: the Hub does not accept it, or there is none.
        """
        used = self._client.token if token is None else self._client.own(token)
        if used is None or not used.may_go_to(self.endpoint):
            raise no_token(self.endpoint)
        asked = Asked(self.endpoint, has_token=True, thing="your account")
        question = HubQuestion(account_url(self.endpoint), asked, used)
        return (await self._client.get_json(question, parse_account, fresh_for=_DETAILS_STAY))[0]

    async def check_access(self, model_id: str) -> None:
        """Make sure that a model's files are given to whoever the token belongs to.

        Raises:
            GatedModelError: they are not; its reason says why.
        """
        model_id = parse_model_id(model_id, self.endpoint)
        question = self._client.question(access_url(self.endpoint, model_id), model_id)
        connection = await self._client.connect()
        async with connection.ask(question):
            pass

    @asynccontextmanager
    async def open_file(
        self, model_id: str, revision: str, path: str, *, start: int = 0
    ) -> AsyncIterator[RemoteFile]:
        """A file of a model on its way; leaving the context ends the transfer.

        Args:
            model_id: `owner/name`.
            revision: branch, tag or commit.
            path: POSIX path inside the repository.
            start: the byte to begin at. The file tells where it really begins, which is 0 where
                the server gives no parts.

        Raises:
            HubRangeError: the file ends before `start`.
        """
        question = self._file_question(model_id, revision, path)
        async with open_part(await self._client.connect(), question, start) as file:
            yield file

    async def read_file(
        self, model_id: str, revision: str, path: str, *, start: int = 0, most: int = 2**20
    ) -> bytes:
        """At most `most` bytes of a file from byte `start` on, by an HTTP range request.

        Shorter where the file ends. Where the server ignores the range, what comes before
        `start` is read past, up to 32 MiB.
        """
        if most <= 0:
            return b""
        question = self._file_question(model_id, revision, path)
        connection = await self._client.connect()
        return await ask_again(
            lambda: read_part(connection, question, start, most, self._places),
            self._client.delays,
        )

    async def fetch_image(self, url: str, *, most: int = 8 * 2**20) -> bytes:
        """A picture at any https address, the token only where that is the Hub's own.

        Addresses of this machine and of private networks are refused, unless the Hub itself is
        there. A picture of over `most` bytes is refused.
        """
        connection = await self._client.connect()
        return await fetch_picture(connection, self.endpoint, url, self._client.token, most)

    async def close(self) -> None:
        """Close what the service opened."""
        await self._client.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _page(self, url: str) -> ModelPage:
        question = self._client.question(url)
        models, following = await self._client.get_json(
            question, parse_models, fresh_for=_LISTS_STAY
        )
        if following is not None and not is_same_origin(following, self.endpoint):
            _log.warning("The Hub names a next page on another server; it is left out.")
            following = None
        return ModelPage(models, following)

    def _file_question(self, model_id: str, revision: str, path: str) -> HubQuestion:
        url = file_url(self.endpoint, model_id, revision, path)
        return self._client.question(url, model_id, revision, path)
