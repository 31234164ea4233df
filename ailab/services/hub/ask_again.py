"""Another try where the first one met a failure that passes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from ailab.services.hub.hub_errors import HubError

_log = logging.getLogger(__name__)
T = TypeVar("T")


async def ask_again(ask: Callable[[], Awaitable[T]], delays: Sequence[float]) -> T:
    """Ask until it is answered, or until the delays are used up.

    Args:
        ask: asks once.
        delays: seconds to wait before each further try.

    Raises:
        HubError: one that does not pass by itself, or the last.
    """
    for delay in delays:
        try:
            return await ask()
        except HubError as error:
            if not error.may_pass:
                raise
            _log.info("another try in %g s: %s", delay, error.detail or error)
            await asyncio.sleep(delay)
    return await ask()
