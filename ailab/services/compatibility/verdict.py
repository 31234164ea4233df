"""Whether ailab can run a model."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ailab.services.inference.companions import Companion


class Fit(Enum):
    """The answer in a word; the value is its name for people."""

    RUNS = "Runs"
    NEEDS_EXTRA = "Runs with an extra"
    NEEDS_SHEET = "Runs once described"
    NEEDS_ACCESS = "Needs access"
    WONT_RUN = "Won't run"
    UNKNOWN = "Not known"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer for one model, with its reason and its cost.

    Attributes:
        fit: whether it runs.
        summary: one line for the person: how it runs, or why it does not.
        advice: what to do next where it does not run; may be empty.
        files: paths inside the repository that a run needs, to be downloaded; empty where it
            cannot run here, or where they are not known yet.
        download_size: bytes of these files; None where unknown.
        engine: name of the engine that runs it; empty where none does.
        memory: bytes of memory that a run is expected to take, or took; None where unknown.
        seconds: seconds that a picture took here; None where it was never run here.
        command: what to type to install what is missing; empty where nothing is.
        companions: other repositories of which a run needs a small file too.
        variant: which of the model's weights these files are, such as `fp16`; empty where none.
        sheet_for: the `.onnx` file that a sheet describes, or has to; empty where none does.
    """

    fit: Fit
    summary: str
    advice: str = ""
    files: tuple[str, ...] = ()
    download_size: int | None = None
    engine: str = ""
    memory: int | None = None
    seconds: float | None = None
    command: str = ""
    variant: str = ""
    companions: tuple[Companion, ...] = ()
    sheet_for: str = ""

    @property
    def runs(self) -> bool:
        """True where ailab can run the model here as it is installed."""
        return self.fit is Fit.RUNS

    @property
    def is_measured(self) -> bool:
        """True where memory and seconds come from a run on this machine."""
        return self.seconds is not None
