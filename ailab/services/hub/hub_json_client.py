"""Answers in JSON: kept for a while, confirmed where they got old, asked again where one fails."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar, cast

from ailab.services.hub.answer_cache import AnswerCache, KeptAnswer
from ailab.services.hub.ask_again import ask_again
from ailab.services.hub.hub_errors import HubFormatError
from ailab.services.hub.hub_question import HubQuestion
from ailab.services.hub.hub_urls import next_url
from ailab.services.hub.json_values import load_json

if TYPE_CHECKING:
    from ailab.services.hub.hub_connection import HubConnection

T = TypeVar("T")

LARGEST_JSON = 32 * 2**20
_PARSED_AT_ONCE = 64 * 2**10  # bytes of JSON that take about a millisecond


class HubJsonClient:
    """Asks a Hub for JSON.

    Args:
        connection: the way to the Hub.
        cache: the answers kept.
        delays: seconds to wait before each further try of what failed for the moment.
    """

    def __init__(
        self, connection: HubConnection, cache: AnswerCache, delays: Sequence[float]
    ) -> None:
        self._connection = connection
        self._cache = cache
        self._delays = delays

    async def get(
        self, question: HubQuestion, parse: Callable[[object], T], *, fresh_for: float
    ) -> tuple[T, str | None]:
        """The parsed answer, and the address of the next page where there is one.

        Args:
            question: what is asked.
            parse: makes the value; always the same one for an address.
            fresh_for: seconds for which an answer kept is given without asking.

        Raises:
            HubError: see `hub_errors`.
        """
        key = (question.token, question.url)
        kept = self._cache.find(key)
        if kept is None or not self._cache.is_fresh(kept, fresh_for):
            kept = await ask_again(lambda: self._ask(question, parse, kept), self._delays)
            self._cache.keep(key, kept)
        return cast("T", kept.value), kept.next_url

    async def _ask(
        self, question: HubQuestion, parse: Callable[[object], T], kept: KeptAnswer | None
    ) -> KeptAnswer:
        headers = {"Accept": "application/json"}
        if kept is not None and kept.etag:
            headers["If-None-Match"] = kept.etag
        async with self._connection.ask(replace(question, headers=headers)) as answer:
            if answer.status == 304 and kept is not None:
                return kept
            if answer.headers.get("Content-Type", "").startswith("text/html"):
                raise _web_page(question)
            body = await answer.read(LARGEST_JSON)
        if len(body) > LARGEST_JSON:
            raise _too_large(question)

        def decode() -> T:
            return parse(load_json(body, question.asked.what))

        value = decode() if len(body) < _PARSED_AT_ONCE else await asyncio.to_thread(decode)
        following = next_url(answer.headers.get("Link", ""), answer.url)
        return KeptAnswer(value, following, answer.headers.get("ETag", ""), len(body))


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
