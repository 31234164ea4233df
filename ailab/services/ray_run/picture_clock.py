"""What ends pictures that take too long on a cluster: an actor that watches the others.

It lives on the cluster, so that it ends what hangs there whether or not anybody listens, and
whatever the actor that hangs is still able to do.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any

from ailab.services.inference.run_before import Paces
from ailab.services.inference.time_limit import LONG, MOST, TimeLimit

LOADING = -1
"""The number of what an actor does before its first picture."""
CRASHED = 0.0
"""The seconds of what was given up since its process ended by itself."""

_TRIES = 2
_TICK = 1.0  # seconds
_PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class _Turn:
    """What an actor is at.

    Attributes:
        actor: its handle.
        number: of the picture, or `LOADING`.
        picture: its reference; empty once it was looked at how large it is.
        pixels: of the picture; None where not known.
        began: by this machine's clock.
        since: when it was heard of last.
    """

    actor: Any
    number: int
    picture: str
    pixels: int | None
    began: float
    since: float


class PictureClock:
    """Ends actors that are at a picture for longer than its limit.

    Ray then starts the actor anew and has it try the same pictures again; it asks here first which
    of them are given up: those that took too long, and those at which its process has ended twice.

    Args:
        fixed: seconds that each picture has; None to follow the run's pace.
        measure: tells how large a picture is; None to read it from its file, which this machine
            sees, too.
        paces: what is known of the run's pace before its first picture.
    """

    def __init__(
        self,
        fixed: float | None,
        measure: Callable[[str], int | None] | None = None,
        paces: Paces = (),
    ) -> None:
        self._measure = measure or _pixels
        self._limit = TimeLimit(fixed, paces)
        self._turns: dict[str, _Turn] = {}
        self._tries: Counter[tuple[str, int]] = Counter()
        self._overdue: dict[tuple[str, int], float] = {}
        self._ticking: asyncio.Task[None] | None = None

    async def begin(self, actor_id: str, actor: Any, number: int, picture: str = "") -> None:
        """An actor begins a picture, or to load its model."""
        now = monotonic()
        self._turns[actor_id] = _Turn(actor, number, picture, None, now, now)
        self._tries[actor_id, number] += 1
        if self._ticking is None:
            self._ticking = asyncio.ensure_future(self._tick())

    async def renew(self, actor_id: str) -> None:
        """An actor has come further with its picture."""
        if self._limit.fixed is None and (turn := self._turns.get(actor_id)) is not None:
            self._turns[actor_id] = replace(turn, since=monotonic())

    async def end(self, actor_id: str, number: int, seconds: float, pixels: int) -> None:
        """An actor is done; what it took counts for the pace where the picture came through.

        Args:
            actor_id: of the actor.
            number: of the picture.
            seconds: what it took; 0 where it failed, and for loading.
            pixels: its width × height.
        """
        self._turns.pop(actor_id, None)
        self._tries.pop((actor_id, number), None)
        if seconds > 0:
            self._limit.learn(seconds, pixels)

    async def given_up(self, actor_id: str) -> dict[int, float]:
        """What an actor is not to try again: numbers, and seconds that each had, or `CRASHED`."""
        found = {
            number: CRASHED
            for (actor, number), tries in self._tries.items()
            if actor == actor_id and tries >= _TRIES
        }
        overdue = self._overdue.items()
        return found | {number: given for (actor, number), given in overdue if actor == actor_id}

    async def expired(self, now: float) -> list[Any]:
        """The actors whose time is over, each told once."""
        found = []
        for actor_id in list(self._turns):
            turn = await self._measured(actor_id, now)
            if turn is None:
                continue
            given = LONG if turn.number == LOADING else self._limit.of_size(turn.pixels)
            if now - turn.since < given and now - turn.began < MOST:
                continue
            self._overdue[actor_id, turn.number] = min(given, MOST)
            del self._turns[actor_id]
            found.append(turn.actor)
        return found

    async def _measured(self, actor_id: str, now: float) -> _Turn | None:
        """What an actor is at where it may be overdue; None where it is not.

        How large its picture is, is looked up then alone: it costs the others nothing.
        """
        turn = self._turns.get(actor_id)
        if turn is None or turn.number == LOADING or not turn.picture:
            return turn
        if now - turn.since < self._limit.usual and now - turn.began < MOST:
            return None
        pixels: int | None = None
        if self._limit.fixed is None:
            with suppress(TimeoutError):  # a network drive may hang, too
                reading = asyncio.to_thread(self._measure, turn.picture)
                pixels = await asyncio.wait_for(reading, _PATIENCE)
        if self._turns.get(actor_id) is not turn:
            return None  # it has gone on meanwhile
        self._turns[actor_id] = replace(turn, picture="", pixels=pixels)
        return self._turns[actor_id]

    async def _tick(self) -> None:
        import ray  # noqa: PLC0415 - there on the cluster alone

        while True:
            await asyncio.sleep(_TICK)
            for actor in await self.expired(monotonic()):
                with suppress(Exception):  # it has ended by itself meanwhile; the others count
                    ray.kill(actor, no_restart=False)


def _pixels(picture: str) -> int | None:
    from ailab.services.images.image_reader import picture_pixels  # noqa: PLC0415 - Pillow

    return picture_pixels(picture)
