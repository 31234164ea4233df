"""Whether ailab can run a model."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer for one model, with its reason.

    Attributes:
        runs: True where ailab can run the model here.
        summary: one line for the person: how it runs, or why it does not.
        advice: what to do next where it does not run; may be empty.
        files: paths inside the repository that a run needs, to be downloaded; empty where it
            does not run.
        download_size: bytes of these files; None where unknown.
    """

    runs: bool
    summary: str
    advice: str = ""
    files: tuple[str, ...] = ()
    download_size: int | None = None
