"""An actor's own end of the clock that watches it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from ailab.services.inference.picture_result import PictureResult
from ailab.services.ray_run.picture_clock import LOADING

_PATIENCE = 60.0
_BETWEEN_STEPS = 5.0
_log = logging.getLogger(__name__)


class ActorClock:
    """Tells a `PictureClock` what this actor is at.

    Where an actor was started anew, what it begins is surely told before it does so: else nobody
    would know what has ended it again. Before that it is told beside the work, which costs it less.

    Args:
        clock: handle of the `PictureClock`.
    """

    def __init__(self, clock: Any) -> None:
        import ray  # noqa: PLC0415 - there on the cluster alone

        here = ray.get_runtime_context()
        self._clock = clock
        self._id = here.get_actor_id()
        self._me = here.current_actor
        self._is_again = bool(here.was_current_actor_reconstructed)
        self._told = 0.0
        self.given_up: dict[int, float] = {}
        """What this actor is not to try again; see `PictureClock.given_up`."""
        if self._is_again:
            self.given_up = self._wait_for(clock.given_up.remote(self._id)) or {}

    @contextmanager
    def loading(self) -> Iterator[None]:
        """While the model is loaded."""
        self._wait_for(self._clock.begin.remote(self._id, self._me, LOADING))
        yield
        self._clock.end.remote(self._id, LOADING, 0.0, 0)

    def run(
        self, number: int, picture: str, run: Callable[[Callable[[int, int], None]], PictureResult]
    ) -> PictureResult:
        """Run a picture.

        Args:
            number: of its request.
            picture: its path.
            run: does so; is given what is to be told how far it is.
        """
        began = monotonic()
        told = self._clock.begin.remote(self._id, self._me, number, picture)
        if self._is_again:
            self._wait_for(told)
        seconds, pixels = 0.0, 0
        try:
            result = run(self._tell)
            seconds, pixels = monotonic() - began, result.width * result.height
        finally:
            self._clock.end.remote(self._id, number, seconds, pixels)
        return result

    def _tell(self, done: int, total: int) -> None:
        del done, total
        now = monotonic()
        if now - self._told > _BETWEEN_STEPS:
            self._told = now
            self._clock.renew.remote(self._id)

    def _wait_for(self, told: Any) -> Any:
        import ray  # noqa: PLC0415

        try:
            return ray.get(told, timeout=_PATIENCE)
        except Exception as error:  # without a clock pictures are run all the same
            _log.warning("the clock does not answer: %r", error)
            return None
