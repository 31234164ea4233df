"""Where pictures are run, as it is chosen and shown."""

from __future__ import annotations

from dataclasses import dataclass

from ailab.services.inference.picture_runner import PictureRunner
from ailab.services.inference.run_place import HERE, RunPlace, RunTarget
from ailab.services.problem import Problem
from ailab.viewmodels.provider_choice import NOBODY, ProviderChoice
from ailab.viewmodels.remote_run import RemoteRun


@dataclass(frozen=True, slots=True)
class RunPlaceState:
    """The choice of where a run's pictures are run.

    Attributes:
        target: what is chosen.
        places: what can be chosen; this computer alone where nothing else is offered.
        problem: what is missing for what is chosen; None where nothing is.
        command: what to type to install it; empty where nothing is missing, or can be installed.
        run_by: who runs the model in the field at what is chosen; nobody on this computer.
    """

    target: RunTarget = HERE
    places: tuple[RunPlace, ...] = (RunPlace.THIS_COMPUTER,)
    problem: Problem | None = None
    command: str = ""
    run_by: ProviderChoice = NOBODY


@dataclass(frozen=True, slots=True)
class ChosenPlace:
    """Where one run's pictures are run.

    Attributes:
        target: the place.
        runner: what runs them there; None for ailab's own worker.
        remote: finds the model there and asks before pictures are sent; None where the model's
            files on this disk are run.
    """

    target: RunTarget = HERE
    runner: PictureRunner | None = None
    remote: RemoteRun | None = None


CHOSEN_HERE = ChosenPlace()
