"""The choice of where pictures are run."""

from __future__ import annotations

from dataclasses import replace

from ailab.services.inference.elsewhere import Elsewhere
from ailab.services.inference.run_place import MOST_WORKERS, RunPlace, RunTarget
from ailab.viewmodels.run_place_state import CHOSEN_HERE, ChosenPlace, RunPlaceState
from ailab.viewmodels.view_model import ViewModel


class RunPlaceViewModel(ViewModel[RunPlaceState]):
    """Keeps what is chosen. This computer is always there; other places are offered to it.

    What stays from one start to the next is kept by whoever follows `changed`.
    """

    def __init__(self) -> None:
        super().__init__(RunPlaceState())
        self._offered: dict[RunPlace, Elsewhere] = {}

    @property
    def chosen(self) -> ChosenPlace:
        """The place that a run that starts now is run at."""
        target = self.state.target
        elsewhere = self._offered.get(target.place)
        return CHOSEN_HERE if elsewhere is None else ChosenPlace(target, elsewhere.runner(target))

    def offer(self, place: RunPlace, elsewhere: Elsewhere) -> None:
        """Let a kind of place be chosen; what runs pictures there is lent."""
        self._offered[place] = elsewhere
        self._become(replace(self.state, places=(RunPlace.THIS_COMPUTER, *self._offered)))
        self.show(self.state.target)

    def choose(self, place: RunPlace) -> None:
        """Choose a kind of place."""
        self.show(replace(self.state.target, place=place))

    def set_address(self, address: str) -> None:
        """Type the address of the system there."""
        self.show(replace(self.state.target, address=address))

    def set_workers(self, workers: int) -> None:
        """Choose how many copies of the model work at once; 0 for as many as suit."""
        self.show(replace(self.state.target, workers=max(0, min(workers, MOST_WORKERS))))

    def show(self, target: RunTarget) -> None:
        """Take a whole choice, such as that of an earlier start."""
        elsewhere = self._offered.get(target.place)
        problem = None if elsewhere is None else elsewhere.lack()
        command = "" if elsewhere is None or problem is None else elsewhere.command()
        self._become(replace(self.state, target=target, problem=problem, command=command))
