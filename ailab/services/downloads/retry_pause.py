"""The pause before another try, which a person may cut short."""

from __future__ import annotations

import asyncio


class RetryPause:
    """Lets the tries of one download wait, until their time is over or somebody is impatient."""

    def __init__(self) -> None:
        self._ends: set[asyncio.Event] = set()

    async def wait(self, seconds: float) -> None:
        """Wait as long, or until `end` is called; cancelling ends the wait."""
        end = asyncio.Event()
        self._ends.add(end)
        try:
            await asyncio.wait_for(end.wait(), seconds)
        except TimeoutError:
            pass
        finally:
            self._ends.discard(end)

    def end(self) -> None:
        """End all that wait now."""
        for end in self._ends:
            end.set()
