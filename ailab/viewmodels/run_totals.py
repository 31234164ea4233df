"""How many objects of each label all pictures of a run have at a threshold."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from ailab.services.inference.picture_result import PictureResult
from ailab.viewmodels.found_scores import object_scores


@dataclass(frozen=True, slots=True)
class RunTotals:
    """The objects of all pictures that are done.

    Attributes:
        labels: each with its number, the most frequent first; those that reach the threshold.
        pictures: how many were run well.
        empty: in how many of them nothing reaches the threshold.
        failed: how many were not run well.
    """

    labels: tuple[tuple[str, int], ...]
    pictures: int
    empty: int
    failed: int


class RunScores:
    """Keeps the scores of a run's objects, so that no threshold looks through the results again.

    A new result costs as much as it holds, another threshold the search in each label's scores,
    which are put into order for the first of them.

    Args:
        results: the run so far.
        threshold: confidence below which nothing counts, 0 to 1.
    """

    def __init__(self, results: Iterable[PictureResult] = (), threshold: float = 0.5) -> None:
        self._threshold = threshold
        self._scores: dict[str, list[float]] = {}
        self._best: list[float] = []  # of each picture; below 0 where it has no objects
        self._failed = 0
        self._numbers: Counter[str] = Counter()
        self._empty = 0
        self._is_ordered = False
        for result in results:
            self.add(result)

    def add(self, result: PictureResult) -> None:
        """Count the objects of one more picture."""
        if result.prediction is None:
            self._failed += 1
            return
        found = object_scores(result.prediction)
        if found is None:
            return
        best = -1.0
        for label, score in found:
            self._scores.setdefault(label, []).append(score)
            best = max(best, score)
            if score >= self._threshold:
                self._numbers[label] += 1
        self._best.append(best)
        self._empty += best < self._threshold
        self._is_ordered = False

    def set_threshold(self, threshold: float) -> None:
        """Count what reaches another threshold."""
        if threshold == self._threshold:
            return
        self._threshold = threshold
        if not self._is_ordered:
            for scores in (*self._scores.values(), self._best):
                scores.sort()
            self._is_ordered = True
        self._numbers = Counter(
            {label: _at_least(threshold, scores) for label, scores in self._scores.items()}
        )
        self._empty = bisect_left(self._best, threshold)

    @property
    def totals(self) -> RunTotals | None:
        """The numbers at the threshold; None where a run's results are no objects."""
        if not self._best:
            return None
        labels = tuple((label, number) for label, number in self._numbers.most_common() if number)
        return RunTotals(labels, len(self._best), self._empty, self._failed)


def _at_least(threshold: float, ordered: list[float]) -> int:
    return len(ordered) - bisect_left(ordered, threshold)
