"""Which other runs the pictures of the run shown may be compared with."""

from __future__ import annotations

from enum import Enum, auto
from pathlib import PurePath

from ailab.services.problem import Problem
from ailab.services.results.saved_vectors import SavedVectors
from ailab.viewmodels.compared_run import ComparedRun
from ailab.viewmodels.neighbours_state import OtherRun
from ailab.viewmodels.results_state import ResultsState


class _Wish(Enum):
    NONE, OWN, EARLIER, OPENED = auto(), auto(), auto(), auto()


class ComparedRuns:
    """Keeps the last run of several vectors before the one shown, and a saved one that was opened.

    A picture that is run alone is compared with the run before; a run of several with itself,
    until the person chooses. A saved run that was opened stays for all runs of the same model.
    """

    def __init__(self) -> None:
        self._earlier: ComparedRun | None = None
        self._opened: ComparedRun | None = None
        self._wish = _Wish.NONE
        self._failure: Problem | None = None

    def follow(self, old: ResultsState, new: ResultsState) -> None:
        """Keep the run that was shown, where another takes its place."""
        if not old.results or (new.results and new.results[0] is old.results[0]):
            return
        name = PurePath(old.folder).name
        self._earlier = ComparedRun.of_shown(old, name) or self._earlier
        self._failure = None
        if self._wish is not _Wish.OPENED:
            self._wish = _Wish.NONE

    def open(self, saved: SavedVectors) -> None:
        """Compare with a saved run."""
        self._opened = ComparedRun.of_saved(saved)
        self._wish, self._failure = _Wish.OPENED, None

    def fail(self, problem: Problem) -> None:
        """Take note that a saved run could not be opened."""
        self._failure = problem

    def choose(self, other: OtherRun | None) -> None:
        """Compare with one of those offered; None for the run shown itself."""
        self._failure = None
        self._wish = _Wish.OWN
        for run, wish in ((self._earlier, _Wish.EARLIER), (self._opened, _Wish.OPENED)):
            if run is not None and run.other == other:
                self._wish = wish

    def offered(self, state: ResultsState) -> tuple[OtherRun, ...]:
        """Those that are of the model of the run shown, and not that run itself."""
        runs = (self._earlier, self._opened)
        others = [run.other for run in runs if run is not None and _is_for(run, state)]
        return tuple(dict.fromkeys(others))

    def chosen(self, state: ResultsState) -> ComparedRun | None:
        """The one that the run shown is compared with; None for that run itself."""
        is_alone = self._wish is _Wish.NONE and len(state.pictures) == 1
        wish = _Wish.EARLIER if is_alone else self._wish
        run = {_Wish.EARLIER: self._earlier, _Wish.OPENED: self._opened}.get(wish)
        return run if run is not None and _is_for(run, state) else None

    def problem(self, state: ResultsState) -> Problem | None:
        """Why it is not compared with what the person wants; None where it is."""
        if self._failure is not None:
            return self._failure
        run = self._opened if self._wish is _Wish.OPENED else None
        if run is None or state.model is None:
            return None
        return state.model.why_not_compared(run.model, run.other.name)


def _is_for(run: ComparedRun, state: ResultsState) -> bool:
    is_same = state.model is not None and state.model.is_same(run.model)
    return is_same and not run.is_shown(state)
