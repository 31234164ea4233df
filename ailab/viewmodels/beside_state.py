"""What is shown of a saved run beside the one shown."""

from __future__ import annotations

from dataclasses import dataclass, field

from ailab.services.comparison.differences import Differences
from ailab.services.inference.picture_result import PictureResult
from ailab.services.problem import Problem
from ailab.viewmodels.result_maps import ResultMaps


@dataclass(frozen=True, slots=True)
class BesideState:
    """A saved run (B) that is held beside the one shown (A).

    Attributes:
        title: what its results are of: the model's name; empty while none is held.
        weights: which of the model's weights; empty where there is no choice.
        folder: where it lies.
        is_of_vectors: it has vectors, which are nothing to look at.
        can_open: a run may be opened: there are results to compare it with.
        is_opening: one is being read.
        problem: why one could not be held.
        result: what it found in the picture shown; None where it has nothing of it.
        lack: why it has nothing of it, in a sentence; empty where it has.
        maps: what the result is drawn with; None where there is nothing, and while it is unpacked.
        hidden_labels: its labels that are switched off.
        words: how A and B differ in the picture shown; empty where that is not known.
        is_comparing: that is being found out.
        can_differ: what they found can be left out where both found the same.
        wants_differences: only what differs is to be shown.
        differences: what that is; None where it is not known, or not wanted.
        counterparts: numbers of the things of A and of B that are the same; None where that is not
            known, and of results that are no things.
    """

    title: str = ""
    weights: str = ""
    folder: str = ""
    is_of_vectors: bool = False
    can_open: bool = False
    is_opening: bool = False
    problem: Problem | None = None
    result: PictureResult | None = None
    lack: str = ""
    maps: ResultMaps | None = None
    hidden_labels: frozenset[str] = field(default=frozenset())
    words: str = ""
    is_comparing: bool = False
    can_differ: bool = False
    wants_differences: bool = False
    differences: Differences | None = None
    counterparts: tuple[tuple[int, int], ...] | None = None

    @property
    def is_held(self) -> bool:
        """There is such a run."""
        return bool(self.title)

    @property
    def is_seen(self) -> bool:
        """What it found is shown in a picture of its own."""
        return self.is_held and not self.is_of_vectors

    @property
    def awaits_differences(self) -> bool:
        """Only what differs is to be shown, and it is not known yet."""
        wants = self.wants_differences and self.can_differ
        return wants and self.is_comparing and self.differences is None

    def left_out(self, side: int) -> frozenset[int]:
        """Numbers of the things that are not shown of A (0) or B (1), since both found them."""
        return self.differences.found_by_both[side] if self.differences else frozenset()

    def counterpart(self, side: int, number: int | None) -> int | None:
        """What a thing of A (0) or B (1) is in the other one, by its number; None for nothing."""
        pairs = self.counterparts or ()
        return next((pair[1 - side] for pair in pairs if pair[side] == number), None)

    def maps_of(self, side: int, maps: ResultMaps | None) -> ResultMaps | None:
        """The maps to draw A (0) or B (1) with: its own, or what differs of them."""
        if maps is None or self.differences is None or self.differences.maps is None:
            return maps
        return self.differences.maps[side]
