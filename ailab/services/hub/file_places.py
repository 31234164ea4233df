"""Where the Hub's download server has a file."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from ailab.services.hub.access_token import AccessToken
from ailab.services.hub.hub_question import HubAnswer, HubQuestion

_SECONDS = 300.0  # signed addresses are good for about an hour
_MOST = 16


class FilePlaces:
    """Remembers for five minutes where the Hub sent a question on to.

    So many parts of a file take one question to the Hub and not as many, which counts against its
    limits. What is remembered for one token is not given to another.

    Args:
        clock: seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._places: dict[tuple[AccessToken | None, str], tuple[str, float]] = {}

    def find(self, question: HubQuestion) -> HubQuestion | None:
        """The question to the download server itself; None where its address is not known."""
        url, until = self._places.get(_key(question), ("", 0.0))
        return replace(question, url=url) if self._clock() < until else None

    def keep(self, question: HubQuestion, answer: HubAnswer) -> None:
        """Remember who answered, unless that was the Hub itself."""
        self.forget(question)
        if not answer.is_hub:
            self._places[_key(question)] = answer.url, self._clock() + _SECONDS
            while len(self._places) > _MOST:
                del self._places[next(iter(self._places))]

    def clear(self) -> None:
        """Forget all: a branch may have moved on."""
        self._places.clear()

    def forget(self, question: HubQuestion) -> None:
        """The address did not do."""
        self._places.pop(_key(question), None)


def _key(question: HubQuestion) -> tuple[AccessToken | None, str]:
    return question.token, question.url
