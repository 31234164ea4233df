"""Questions to one Hub: whose they are, what is kept of the answers, what is asked again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar, cast

from ailab.services.hub.access_token import AccessToken
from ailab.services.hub.answer_cache import AnswerCache, KeptAnswer
from ailab.services.hub.ask_again import ask_again
from ailab.services.hub.hub_endpoint import check_endpoint
from ailab.services.hub.hub_errors import HubFormatError, HubSwitchedOffError
from ailab.services.hub.hub_failure import Asked
from ailab.services.hub.hub_question import HubQuestion
from ailab.services.hub.hub_timeouts import HubTimeouts
from ailab.services.hub.hub_urls import next_url
from ailab.services.hub.json_values import load_json
from ailab.services.hub.rate_keeper import RateKeeper
from ailab.services.settings.surroundings import find_overrides

if TYPE_CHECKING:
    import aiohttp

    from ailab.services.hub.hub_connection import HubConnection

T = TypeVar("T")

LARGEST_JSON = 32 * 2**20
_PARSED_AT_ONCE = 64 * 2**10  # bytes of JSON that take about a millisecond


class HubClient:
    """Asks a Hub in somebody's name; connects, and imports aiohttp, with the first question.

    Args:
        endpoint: address of the Hub.
        token: the access token; empty for none.
        session: a session to borrow, which stays open; None to own one.
        proxy: used where environment and system name none; empty for none.
        keeper: holds requests back where the Hub's limit is near.
        delays: seconds to wait before each further try of what failed for the moment.
        timeouts: how long an answer is waited for.
    """

    def __init__(
        self,
        endpoint: str,
        token: str,
        session: aiohttp.ClientSession | None,
        *,
        proxy: str,
        keeper: RateKeeper,
        delays: Sequence[float],
        timeouts: HubTimeouts | None,
    ) -> None:
        self.endpoint = endpoint
        self.keeper = keeper
        self.delays = delays
        self.token = self.own(token)
        self._session = session
        self._proxy = proxy
        self._timeouts = timeouts
        self._cache = AnswerCache()
        self._connection: HubConnection | None = None
        self._connecting = asyncio.Lock()
        self.is_offline = False

    @property
    def has_token(self) -> bool:
        """True where an access token is sent along."""
        return self.token is not None and self.token.may_go_to(self.endpoint)

    def set_token(self, token: str) -> None:
        """Ask in another name from now on; nothing kept, and no limit known, is that one's."""
        self.token = self.own(token)
        self.keeper.forget()
        self.forget()

    def own(self, token: str) -> AccessToken | None:
        """A token that goes to this Hub alone; None for an empty one."""
        return AccessToken(token.strip(), self.endpoint) if token.strip() else None

    def forget(self) -> None:
        """Drop the answers kept."""
        self._cache.forget()

    def question(
        self,
        url: str,
        model_id: str | None = None,
        revision: str | None = None,
        file: str | None = None,
    ) -> HubQuestion:
        """A question in the present name; see `Asked` for what it is about."""
        asked = Asked(self.endpoint, model_id, revision, file, self.has_token)
        return HubQuestion(url, asked, self.token)

    async def get_json(
        self, question: HubQuestion, parse: Callable[[object], T], *, fresh_for: float
    ) -> tuple[T, str | None]:
        """The parsed answer, and the address of the next page where there is one.

        Args:
            question: what is asked.
            parse: makes the value; always the same one for an address.
            fresh_for: seconds for which an answer kept is given without asking. After that the
                Hub is asked whether it is still the same.

        Raises:
            HubError: see `hub_errors`.
        """
        key = (question.token, question.url)
        kept = self._cache.find(key)
        if kept is None or not self._cache.is_fresh(kept, fresh_for):
            kept = await ask_again(lambda: self._ask(question, parse, kept), self.delays)
            self._cache.keep(key, kept)
        return cast("T", kept.value), kept.next_url

    async def connect(self) -> HubConnection:
        """The way to the Hub, made on first use: importing aiohttp takes a quarter of a second.

        Raises:
            HubSwitchedOffError: the Hub is not to be asked.
        """
        self._check_switch()
        async with self._connecting:
            if self._connection is None:
                check_endpoint(self.endpoint)
                connection = await asyncio.to_thread(_import_connection)
                self._connection = connection(
                    self.endpoint,
                    self.keeper,
                    self._session,
                    proxy=self._proxy,
                    timeouts=self._timeouts,
                )
            return self._connection

    def token_for(self, router: str) -> str:
        """The token for the Hub's own router; empty for every other, and where there is none.

        Raises:
            HubSwitchedOffError: nothing is to be asked.
        """
        self._check_switch()
        return "" if self.token is None else self.token.for_router(router)

    async def close(self) -> None:
        """Close what was opened."""
        async with self._connecting:
            if self._connection is not None:
                await self._connection.close()
                self._connection = None

    def _check_switch(self) -> None:
        if self.is_offline:
            advice = "Switch it off in the settings or above the list of models."
            variable = find_overrides().get("is_offline")
            if variable is not None:
                advice = (
                    f"{advice} The variable {variable.variable}, which is set here, switches it on "
                    "at each start."
                )
            raise HubSwitchedOffError(
                "The Hub is not asked, since “Offline” is switched on.", advice
            )

    async def _ask(
        self, question: HubQuestion, parse: Callable[[object], T], kept: KeptAnswer | None
    ) -> KeptAnswer:
        headers = {"Accept": "application/json"}
        if kept is not None and kept.etag:
            headers["If-None-Match"] = kept.etag
        connection = await self.connect()
        async with connection.ask(replace(question, headers=headers)) as answer:
            if answer.status == 304 and kept is not None:
                return kept
            if answer.headers.get("Content-Type", "").lower().startswith("text/html"):
                raise _web_page(question)
            body = await answer.read(LARGEST_JSON)
        if len(body) > LARGEST_JSON:
            raise _too_large(question)

        def decode() -> T:
            return parse(load_json(body, question.asked.what))

        value = decode() if len(body) < _PARSED_AT_ONCE else await asyncio.to_thread(decode)
        following = next_url(answer.headers.get("Link", ""), answer.url)
        return KeptAnswer(value, following, answer.headers.get("ETag", ""), len(body))


def _import_connection() -> type[HubConnection]:
    from ailab.services.hub.hub_connection import HubConnection  # noqa: PLC0415

    return HubConnection


def _web_page(question: HubQuestion) -> HubFormatError:
    return HubFormatError(
        f"Instead of {question.asked.what}, {question.asked.endpoint} sent a web page.",
        "If this network wants you to sign in first, do so in a web browser; else check that "
        "HF_ENDPOINT names a Hugging Face Hub.",
    )


def _too_large(question: HubQuestion) -> HubFormatError:
    return HubFormatError(
        f"The Hub's answer for {question.asked.what} is larger than any answer should be.",
        "Check that HF_ENDPOINT names a Hugging Face Hub.",
        detail=f"more than {LARGEST_JSON} bytes",
    )
