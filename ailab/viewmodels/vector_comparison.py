"""All vectors of two runs, compared picture by picture."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from ailab.services.comparison.agreement import VectorAgreement
from ailab.services.comparison.agreement_total import total_of
from ailab.services.comparison.two_networks import TWO_NETWORKS, is_of_one_network
from ailab.services.inference.picture_result import PictureResult
from ailab.viewmodels.agreement_total_text import total_text
from ailab.viewmodels.held_run import HeldRun
from ailab.viewmodels.latest import Latest
from ailab.viewmodels.prediction_text import counted
from ailab.viewmodels.results_state import ResultsState
from ailab.viewmodels.view_model import ViewModel

_AT_ONCE = 2000
"""Pictures that are compared before somebody may stop it: some tenths of a second."""
_MOST = 200
"""That are listed: those that differ least are of little interest."""


@dataclass(frozen=True, slots=True)
class ComparedVector:
    """A picture that both runs have a vector of.

    Attributes:
        place: of the picture in the run shown.
        picture: its reference.
        cosine: of both vectors, -1 to 1.
    """

    place: int
    picture: str
    cosine: float


@dataclass(frozen=True, slots=True)
class VectorComparisonState:
    """What the vectors of two runs come to.

    Attributes:
        words: that in sentences; empty where nothing is compared.
        note: why it may say nothing; empty where it does.
        pictures: those whose vectors differ most, the most first.
        is_comparing: further ones are on their way.
    """

    words: str = ""
    note: str = ""
    pictures: tuple[ComparedVector, ...] = ()
    is_comparing: bool = False


class VectorComparisonViewModel(ViewModel[VectorComparisonState]):
    """Compares what is there of both runs, and what comes to the one shown.

    Args:
        results: the run shown; lent.
        go_to: shows another of its pictures, by its place.
    """

    def __init__(self, results: ViewModel[ResultsState], go_to: Callable[[int], None]) -> None:
        super().__init__(VectorComparisonState())
        self._results = results
        self._go_to = go_to
        self._held: HeldRun | None = None
        self._first: PictureResult | None = None
        self._cosines: dict[int, float | None] = {}
        self._comparing = Latest("comparison of vectors")
        self._is_under_way = False

    def compare(self, held: HeldRun | None) -> None:
        """Compare with another run, as far as that was not done; None for none."""
        results = self._results.state.results
        first = results[0] if results else None
        if held is None or not held.is_of_vectors or held.pictures != self._results.state.pictures:
            held = None
        if held is not self._held or first is not self._first:
            self._held, self._first, self._cosines = held, first, {}
            self._comparing.cancel()
            self._is_under_way = False
            self._become(VectorComparisonState(note="" if held is None else self._note(held)))
        if held is not None and not self._is_under_way and len(self._cosines) < len(results):
            self._is_under_way = True
            self._become(replace(self.state, is_comparing=True))
            self._comparing.start(self._run(held))

    def go_to(self, place: int) -> None:
        """Show one of the pictures."""
        self._go_to(place)

    async def close(self) -> None:
        """Stop comparing and wait for its end."""
        await self._comparing.close()

    async def wait(self) -> None:
        """Wait until all that is there is compared."""
        await self._comparing.wait()

    async def _run(self, held: HeldRun) -> None:
        done = len(self._cosines)
        while done < len(results := self._results.state.results):
            some = results[done : done + _AT_ONCE]
            self._cosines.update(await asyncio.to_thread(_cosines, held, some, done))
            done += len(some)
        self._is_under_way = False
        self._tell(held)

    def _tell(self, held: HeldRun) -> None:
        pictures = self._results.state.pictures
        known = [(cosine, place) for place, cosine in self._cosines.items() if cosine is not None]
        least = sorted(known)[:_MOST]
        listed = tuple(ComparedVector(place, pictures[place], cosine) for cosine, place in least)
        words = _words(held, self._cosines)
        self._become(replace(self.state, words=words, pictures=listed, is_comparing=False))

    def _note(self, held: HeldRun) -> str:
        mine, its = self._results.state.model, held.saved.record.identity
        if mine is None:
            return "" if self._results.state.title == held.saved.title else TWO_NETWORKS
        return "" if is_of_one_network(mine, its) else TWO_NETWORKS


def _cosines(
    held: HeldRun, results: Sequence[PictureResult], start: int
) -> dict[int, float | None]:
    """The cosines of some pictures, by their places; None where both have no vector alike."""
    from ailab.services.comparison.not_compared import NotComparedError  # noqa: PLC0415
    from ailab.services.comparison.result_comparison import (  # noqa: PLC0415 - brings NumPy
        compare_results,
    )

    found: dict[int, float | None] = {}
    for place, mine in enumerate(results, start):
        its = held.result(place)
        found[place] = None
        if its is not None:
            try:
                agreement = compare_results(mine, its, (0.0, 0.0))
            except NotComparedError:
                continue
            if isinstance(agreement, VectorAgreement):
                found[place] = agreement.cosine
    return found


def _words(held: HeldRun, cosines: Mapping[int, float | None]) -> str:
    pairs = held.pairs
    counts = [f"{counted(len(pairs.both), 'picture', 'pictures')} in both"]
    alone = (("A", pairs.only_a), ("B", pairs.only_b))
    counts += [f"{len(places):,} only in {name}" for name, places in alone if places]
    words = f"{', '.join(counts)}."
    known = [VectorAgreement(each) for each in cosines.values() if each is not None]
    if known:
        told = total_text(total_of(known))
        words += f" {told[:1].upper()}{told[1:]}."
    lacking = sum(cosines.get(place, 0.0) is None for place, _ in pairs.both)
    return f"{words} {lacking:,} could not be compared." if lacking else words
