"""The choice of where pictures are run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ailab.services.inference.elsewhere import Elsewhere
from ailab.services.inference.remote_model import RemoteModels
from ailab.services.inference.run_place import MOST_WORKERS, PLACE_NAMES, RunPlace, RunTarget
from ailab.viewmodels.inference_state import Fitness, ModelSource, ModelStatus
from ailab.viewmodels.model_choice import ModelChoice
from ailab.viewmodels.provider_choice import NOBODY, ProviderChoice
from ailab.viewmodels.remote_run import RemoteRun
from ailab.viewmodels.run_place_state import CHOSEN_HERE, ChosenPlace, RunPlaceState
from ailab.viewmodels.sending import SendingAsker
from ailab.viewmodels.view_model import ViewModel

_SENT_BY_RAY = "On Ray, the machines that run the pictures send them, and have to reach it."


class RunPlaceViewModel(ViewModel[RunPlaceState]):
    """Keeps what is chosen. This computer is always there; other places are offered to it.

    What stays from one start to the next is kept by whoever follows `changed`.

    Args:
        on_other_place: is told where another kind of place, or another provider, is chosen.
    """

    def __init__(self, on_other_place: Callable[[], None] = lambda: None) -> None:
        super().__init__(RunPlaceState())
        self._on_other_place = on_other_place
        self._offered: dict[RunPlace, Elsewhere] = {}
        self._remote: dict[RunPlace, RemoteRun] = {}
        self._asker: SendingAsker | None = None

    @property
    def chosen(self) -> ChosenPlace:
        """The place that a run that starts now is run at."""
        target = self.state.target
        elsewhere = self._offered.get(target.place)
        if elsewhere is None:
            return CHOSEN_HERE
        return ChosenPlace(target, elsewhere.runner(target), self._remote.get(target.place))

    def offer(
        self, place: RunPlace, elsewhere: Elsewhere, models: RemoteModels | None = None
    ) -> None:
        """Let a kind of place be chosen; what runs pictures there is lent.

        Args:
            place: the kind.
            elsewhere: runs pictures there.
            models: finds the models there, where the person is asked before pictures are sent;
                None where models of this disk are run.
        """
        self._offered[place] = elsewhere
        if models is not None:
            self._remote[place] = RemoteRun(models, PLACE_NAMES[place])
            if self._asker is not None:
                self._remote[place].set_asker(self._asker)
        self._become(replace(self.state, places=(RunPlace.THIS_COMPUTER, *self._offered)))
        self.show(self.state.target)

    def set_asker(self, asker: SendingAsker) -> None:
        """Name who asks the person before pictures leave this computer."""
        self._asker = asker
        for remote in self._remote.values():
            remote.set_asker(asker)

    async def status_of(self, choice: ModelChoice) -> ModelStatus:
        """Whether a model runs at the chosen place, in a sentence.

        Of a model that does not run on this computer, who runs it elsewhere is told as well.
        """
        target = self.state.target
        remote = self._remote.get(target.place)
        if remote is not None:
            return await remote.status(choice, target.provider)
        status = await choice.status()
        is_on_ray = target.place is RunPlace.RAY
        if is_on_ray and choice.source is ModelSource.SERVER and status.fitness is Fitness.RUNS:
            return replace(status, advice=f"{status.advice} {_SENT_BY_RAY}".strip())
        if status.fitness is not Fitness.REFUSED:
            return status
        for place, other in self._remote.items():
            elsewhere = await other.status(choice)
            if elsewhere.fitness is Fitness.RUNS:
                advice = f"{elsewhere.text} For that, choose “{PLACE_NAMES[place]}” to run on."
                return replace(status, advice=f"{status.advice} {advice}".strip())
        return status

    def choose(self, place: RunPlace) -> None:
        """Choose a kind of place."""
        self.show(replace(self.state.target, place=place))

    def show_providers(self, run_by: ProviderChoice) -> None:
        """Take who runs the model in the field at the chosen place."""
        self._become(replace(self.state, run_by=run_by))

    def choose_provider(self, provider: str) -> None:
        """Have the model in the field run by another of those that run it.

        Args:
            provider: its key.
        """
        target, run_by = self.state.target, self.state.run_by
        remote = self._remote.get(target.place)
        if remote is not None and provider != run_by.chosen:
            remote.prefer(provider)
            target, run_by = replace(target, provider=""), replace(run_by, chosen=provider)
            self._become(replace(self.state, target=target, run_by=run_by))
            self._on_other_place()

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
        old = self.state.target
        is_other = (target.place, target.provider) != (old.place, old.provider)
        run_by = NOBODY if is_other else self.state.run_by
        now = replace(self.state, target=target, problem=problem, command=command, run_by=run_by)
        self._become(now)
        if is_other:
            self._on_other_place()
