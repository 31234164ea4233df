"""What is shown of a saved run beside the one shown."""

from __future__ import annotations

from dataclasses import dataclass, field

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
        can_open: a run may be opened: there are results that can be looked at side by side.
        is_opening: one is being read.
        problem: why one could not be held.
        result: what it found in the picture shown; None where it has nothing of it.
        lack: why it has nothing of it, in a sentence; empty where it has.
        maps: what the result is drawn with; None where there is nothing, and while it is unpacked.
        hidden_labels: its labels that are switched off.
        words: how A and B differ in the picture shown; empty where that is not known.
        is_comparing: that is being found out.
    """

    title: str = ""
    weights: str = ""
    folder: str = ""
    can_open: bool = False
    is_opening: bool = False
    problem: Problem | None = None
    result: PictureResult | None = None
    lack: str = ""
    maps: ResultMaps | None = None
    hidden_labels: frozenset[str] = field(default=frozenset())
    words: str = ""
    is_comparing: bool = False

    @property
    def is_held(self) -> bool:
        """There is such a run."""
        return bool(self.title)
