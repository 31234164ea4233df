"""Stepping through some pictures of a run: with a label, without anything, near the threshold."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice
from operator import itemgetter

from ailab.services.inference.picture_result import PictureResult
from ailab.viewmodels.beside_state import BesideState
from ailab.viewmodels.found_scores import found_scores
from ailab.viewmodels.held_run import HeldRun
from ailab.viewmodels.picture_filter_state import (
    EVERY,
    PictureChoice,
    PictureFilterState,
    PictureKind,
)
from ailab.viewmodels.results import ResultsViewModel
from ailab.viewmodels.results_state import ResultsState
from ailab.viewmodels.view_model import ViewModel

NEAR = 0.1
"""How far from the threshold a score may be that a person would rather look at."""
_MOST_LABELS = 100
_MARK = "\0"
"""What no label begins with."""
_KINDS = (
    PictureKind.FOUND,
    PictureKind.NOTHING,
    PictureKind.NEAR,
    PictureKind.OTHERWISE,
    PictureKind.FAILED,
)


class PictureFilterViewModel(ViewModel[PictureFilterState]):
    """Knows which pictures hold what, at the threshold, and steps through those chosen.

    A new result costs as much as it holds, another threshold a look at each picture.

    Args:
        results: the run shown; its pictures are shown by it.
    """

    def __init__(self, results: ResultsViewModel) -> None:
        super().__init__(PictureFilterState())
        self._results = results
        self._threshold = results.state.threshold
        self._looked_at: list[_Look] = []
        self._last: PictureResult | None = None
        self._numbers: Counter[str] = Counter()
        self._other: HeldRun | None = None
        self._other_looks: dict[int, _Look | None] = {}
        results.changed.connect(self._follow)
        results.beside.changed.connect(self._follow_beside)
        self._look_again(results.state)

    def choose(self, choice: PictureChoice) -> None:
        """Step through the pictures of a choice alone, and show one of them."""
        if choice == self.state.choice:
            return
        self._become(replace(self.state, choice=choice, places=self._places(choice)))
        places, current = self.state.places, self._results.state.current
        if places and current not in places:
            after = bisect_left(places, current)
            self._results.go_to(places[after if after < len(places) else 0])

    def go_on(self) -> None:
        """Show the next picture of those chosen."""
        if (place := self._beside(1)) is not None:
            self._results.go_to(place)

    def go_back(self) -> None:
        """Show the picture before of those chosen."""
        if (place := self._beside(-1)) is not None:
            self._results.go_to(place)

    @property
    def can_go_on(self) -> bool:
        """There is one after the picture shown."""
        return self._beside(1) is not None

    @property
    def can_go_back(self) -> bool:
        """There is one before the picture shown."""
        return self._beside(-1) is not None

    def _beside(self, step: int) -> int | None:
        shown = self._results.state
        places = self.state.places
        if places is None:
            place = shown.current + step
            return place if 0 <= place < len(shown.pictures) else None
        after, here = bisect_right(places, shown.current), bisect_left(places, shown.current)
        number = after if step > 0 else here - 1
        return places[number] if 0 <= number < len(places) else None

    def _follow(self, old: ResultsState, new: ResultsState) -> None:
        known = len(self._looked_at)
        is_longer = len(new.results) >= known and (
            not known or new.results[known - 1] is self._last
        )
        if old.pictures is not new.pictures or not is_longer:
            self._look_again(new)
        elif new.threshold != self._threshold:
            self._look_at(new.results[known:])
            self._threshold = new.threshold
            self._count_again()
        elif len(new.results) > known:
            self._look_at(new.results[known:])
            self._count(range(known, len(self._looked_at)))
        elif new.current != self.state.current:
            self._become(replace(self.state, current=new.current))

    def _follow_beside(self, _old: BesideState, _new: BesideState) -> None:
        """Count again where another run is compared with, or none any more."""
        run = self._results.beside.run
        if run is self._other:
            return
        self._other = run
        self._other_looks.clear()
        if run is None and self.state.choice.kind is PictureKind.OTHERWISE:
            self._become(replace(self.state, choice=EVERY))
        self._count_again()

    def _look_again(self, state: ResultsState) -> None:
        """Begin with another run; what was chosen of the one before says nothing of it."""
        self._looked_at.clear()
        self._last = None
        self._threshold = state.threshold
        self._look_at(state.results)
        self._become(PictureFilterState(total=len(state.pictures), current=state.current))
        self._count_again()

    def _look_at(self, results: Iterable[PictureResult]) -> None:
        for result in results:
            self._looked_at.append(_Look(result))
            self._last = result

    def _count_again(self) -> None:
        self._numbers.clear()
        choice = self.state.choice
        self._become(replace(self.state, places=None if choice == EVERY else ()))
        self._count(range(len(self._looked_at)))

    def _count(self, places: Iterable[int]) -> None:
        """Count the choices that the pictures at these places fit."""
        state, fitting = self.state, list[int]()
        chosen_key = _key(state.choice)
        for place in places:
            keys = self._keys(place)
            self._numbers.update(keys)
            if chosen_key in keys:
                fitting.append(place)
        chosen = None if state.places is None else (*state.places, *fitting)
        current = self._results.state.current
        self._become(replace(state, offers=self._offers(), places=chosen, current=current))

    def _offers(self) -> tuple[tuple[PictureChoice, int], ...]:
        chosen = self.state.choice
        kinds = [PictureChoice(kind) for kind in _KINDS]
        common = (each for each, number in self._numbers.most_common() if number)
        names = islice((each for each in common if not each.startswith(_MARK)), _MOST_LABELS)
        labels = [PictureChoice(PictureKind.LABEL, name) for name in names]
        if chosen.label and chosen not in labels:
            labels.append(chosen)
        offered = (*kinds, *labels)
        some = [(each, self._numbers[_key(each)]) for each in offered]
        return (
            (EVERY, self.state.total),
            *((each, number) for each, number in some if number or each == chosen),
        )

    def _places(self, choice: PictureChoice) -> tuple[int, ...] | None:
        if choice == EVERY:
            return None
        every, key = range(len(self._looked_at)), _key(choice)
        return tuple(place for place in every if key in self._keys(place))

    def _keys(self, place: int) -> Sequence[str]:
        """Of all that a picture fits at the threshold."""
        look = self._looked_at[place]
        keys = look.keys(self._threshold)
        other = self._other_look(place)
        if other is not None and other.numbers(self._threshold) != look.numbers(self._threshold):
            return (*keys, _OTHERWISE)
        return keys

    def _other_look(self, place: int) -> _Look | None:
        """What the other run has of a picture; None where it has nothing of it."""
        if self._other is None:
            return None
        if place not in self._other_looks:
            result = self._other.result(place)
            self._other_looks[place] = None if result is None else _Look(result)
        return self._other_looks[place]


def _key(choice: PictureChoice) -> str:
    """What a choice is counted by: words are counted ten times as fast as choices."""
    return choice.label or f"{_MARK}{choice.kind.name}"


_FOUND, _NOTHING, _NEAR, _OTHERWISE, _FAILED = (_key(PictureChoice(kind)) for kind in _KINDS)


class _Look:
    """What one picture's result holds: the scores of each label, and all of them, in order."""

    __slots__ = ("_labels", "_only", "_scores")

    def __init__(self, result: PictureResult) -> None:
        found = None if result.prediction is None else found_scores(result.prediction)
        # Where no threshold changes anything.
        self._only = (_FAILED,) if result.prediction is None else (_FOUND,)
        self._scores: list[float] | None = None
        self._labels: dict[str, list[float]] = {}
        if found is not None:
            ordered = sorted(found, key=itemgetter(1))
            self._scores = [score for _, score in ordered]
            for label, score in ordered:
                self._labels.setdefault(label, []).append(score)

    def numbers(self, threshold: float) -> dict[str, int] | None:
        """How many of each label reach a threshold; None of a picture that failed."""
        if self._only == (_FAILED,):
            return None
        labels = self._labels.items()
        return {
            label: len(scores) - bisect_left(scores, threshold)
            for label, scores in labels
            if scores[-1] >= threshold
        }

    def keys(self, threshold: float) -> Sequence[str]:
        """Of all that the picture fits at a threshold."""
        scores = self._scores
        if scores is None:
            return self._only
        keys = [label for label, found in self._labels.items() if label and found[-1] >= threshold]
        keys.append(_FOUND if scores and scores[-1] >= threshold else _NOTHING)
        first = bisect_left(scores, threshold - NEAR)
        if first < len(scores) and scores[first] <= threshold + NEAR:
            keys.append(_NEAR)
        return keys
