"""A model's lanes: pictures run beside each other, each on its share of the cores."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from time import perf_counter
from typing import TYPE_CHECKING

from ailab.services.inference.count_at_once import CountAtOnce
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.pace import Pace

if TYPE_CHECKING:
    from ailab.services.inference.loaded_model import LoadedModel
    from ailab.services.inference.picture_steps import PictureSteps

_log = logging.getLogger(__name__)

_PAYS = 0.99
_WORTH = 10


class ModelLanes:
    """Gives each picture a lane, and learns how many of them are fastest.

    Cores that share one picture wait for each other at each step of the network, and all of them
    for the one that was taken for something else; cores with a picture each are never idle. It
    costs memory: in each lane what a picture takes, and with ONNX Runtime the weights once more.
    What is gained there are some hundredths, so that lanes are tried only once pictures have taken
    ten times as long as making them does.

    Args:
        most: no more lanes than these; 1 for none.
        may_grow: whether memory allows as much as this process holds once more.
        clock: seconds.
    """

    def __init__(
        self, most: int, may_grow: Callable[[], bool], clock: Callable[[], float] = perf_counter
    ) -> None:
        self._counts = CountAtOnce(most, _PAYS)
        self._may_grow = may_grow
        self._clock = clock
        self._pace = Pace()
        self._lock = threading.Lock()
        self._spent = 0.0
        self._busy = 0
        self._made = 1
        self._free: list[LoadedModel] = []

    @property
    def count(self) -> int:
        """How many pictures to run beside each other, where as many are ready."""
        return self._counts.count

    def run_alone(self, steps: PictureSteps) -> None:
        """Run a picture on all cores; see `PictureSteps.run`."""
        started = self._clock()
        self._pace.began(started)
        steps.run()
        ended = self._clock()
        self._spent += ended - started
        if self.count > 1:  # the last of a run in lanes, say
            self._pace.restart()
        elif self._spent >= _WORTH * steps.model.lanes_take:
            self._learn(ended)

    def run(self, steps: PictureSteps) -> None:
        """Run a picture in a lane; on no more than `count` threads at the same time.

        Raises:
            Exception: see `PictureSteps.run`.
        """
        with self._lock:
            if not self._busy:  # before lanes are made, which is no gap between pictures
                self._pace.began(self._clock())
            if self._made != self.count:
                self._make(steps.model)
            free = self._free
            lane = free.pop() if free else None  # on all cores, where there are no lanes
            self._busy += 1
        try:
            steps.run(lane, self._made)
        finally:
            with self._lock:
                self._busy -= 1
                if lane is not None:
                    free.append(lane)
                self._learn(self._clock())

    def _make(self, model: LoadedModel) -> None:
        self._made, self._free = 1, []  # the memory of the lanes before is given back first
        try:
            self._free = list(model.lanes(self.count))
            self._made = self.count
            # Neither those under way in the lanes before count, nor each lane's first.
            self._pace.restart(skipped=self._busy + self.count)
        except (MemoryError, ModelFileError):
            _log.warning("there are no lanes for this model", exc_info=True)
            self._counts.give_up()

    def _learn(self, ended: float) -> None:
        count = self.count
        if self._counts.is_settled or self._made != count:  # else of the lanes before
            return
        if (pace := self._pace.ended(ended)) is None:
            return
        self._counts.took(count, count * pace, may_grow=self._may_grow())
        if self._counts.is_settled:
            _log.info("%s pictures beside each other are the fastest", self.count)
        if self.count == 1:
            self._made, self._free = 1, []
