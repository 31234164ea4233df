"""Several pictures through a network in one run, where that is faster and gives the same."""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable, Sequence
from time import perf_counter
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np

from ailab.services.inference.count_at_once import CountAtOnce
from ailab.services.inference.engine import Terminated
from ailab.services.inference.pipeline import BatchPipeline

if TYPE_CHECKING:
    from ailab.services.inference.loaded_model import LoadedModel
    from ailab.services.inference.picture_steps import PictureSteps

_log = logging.getLogger(__name__)

_TOLERANCE = 1e-5


class PicturesAtOnce:
    """Runs pictures together, and learns of each model how many at once are fastest.

    A model that gives another answer to several pictures than to each alone (one that quantises
    by the largest value of all, say) gets one at a time.

    Args:
        may_grow: whether memory allows twice as many pictures at once as were just run.
        clock: seconds.
    """

    def __init__(
        self, may_grow: Callable[[], bool], clock: Callable[[], float] = perf_counter
    ) -> None:
        self._may_grow = may_grow
        self._clock = clock
        self._counts: WeakKeyDictionary[LoadedModel, CountAtOnce] = WeakKeyDictionary()
        self._checked: set[tuple[int, int]] = set()

    def most(self, steps: PictureSteps) -> int:
        """How many pictures to run at once with this one, where as many are ready."""
        return self._count_of(steps.model).count if self.key(steps) is not None else 1

    def key(self, steps: PictureSteps) -> Hashable | None:
        """Equal for pictures that can be run together; None for one that cannot."""
        pipeline = steps.model.pipeline
        if not isinstance(pipeline, BatchPipeline):
            return None
        key = pipeline.batch_key(steps.prepared)
        return None if key is None else (id(steps.model), key)

    def run(self, together: Sequence[PictureSteps]) -> None:
        """Run the network on pictures that can be run together.

        Raises:
            ModelFileError: it refused what it was given.
            Terminated: it was stopped.
            Exception: of several pictures, those without an answer are to be run alone.
        """
        first = together[0]
        counts = self._count_of(first.model)
        if len(together) == 1:
            started = self._clock()
            first.run()
            self._learn(counts, 1, self._clock() - started)
            return
        try:
            self._run_several(together, counts)
        except Terminated:
            raise
        except Exception:
            counts.give_up()
            raise

    def _run_several(self, together: Sequence[PictureSteps], counts: CountAtOnce) -> None:
        pipeline = together[0].model.pipeline
        if not isinstance(pipeline, BatchPipeline):
            raise TypeError("the model takes one picture at a time")
        prepared = [steps.prepared for steps in together]
        started = self._clock()
        for steps in together:
            steps.running = steps.model
        try:
            answers = pipeline.run_all(prepared)
        finally:
            for steps in together:
                steps.running = None
        seconds = self._clock() - started
        place = (id(counts), len(together))
        if place not in self._checked:
            alone = pipeline.run(prepared[-1])
            if not _are_alike(alone, answers[-1]):
                _log.info("%s answers several pictures otherwise", together[0].request.model.name)
                counts.give_up()
                together[-1].answered(alone, seconds / len(together))
                for steps in together[:-1]:
                    steps.run()
                return
            self._checked.add(place)
        for steps, answer in zip(together, answers, strict=True):
            steps.answered(answer, seconds / len(together))
        self._learn(counts, len(together), seconds)

    def _learn(self, counts: CountAtOnce, count: int, seconds: float) -> None:
        if count == counts.count and not counts.is_settled:
            counts.took(count, seconds, may_grow=self._may_grow())

    def _count_of(self, model: LoadedModel) -> CountAtOnce:
        counts = self._counts.get(model)
        if counts is None:
            counts = self._counts[model] = CountAtOnce()
        return counts


def _are_alike(first: Any, second: Any) -> bool:
    """Two answers whose arrays differ by no more than rounding does."""
    if isinstance(first, dict) and isinstance(second, dict):
        return first.keys() == second.keys() and all(
            _are_alike(value, second[name]) for name, value in first.items()
        )
    if isinstance(first, tuple) and isinstance(second, tuple):
        return len(first) == len(second) and all(map(_are_alike, first, second))
    if isinstance(first, np.ndarray) and isinstance(second, np.ndarray):
        if first.shape != second.shape or first.dtype != second.dtype:
            return False
        if first.dtype.kind not in "fc" or not first.size:
            return bool(np.array_equal(first, second))
        largest = max(1.0, float(np.abs(first).max()))
        return bool(np.abs(first - second).max() <= _TOLERANCE * largest)
    return bool(first == second)
