"""A failure as a value that a view model's state can hold."""

from __future__ import annotations

from dataclasses import dataclass

from ailab.services.lab_error import LabError
from ailab.services.next_step import NextStep


@dataclass(frozen=True, slots=True)
class Problem:
    """What happened and what to do next, ready to be shown.

    Attributes:
        message: one sentence: what happened, and to what.
        advice: one sentence: the next step; may be empty.
        is_offline: True where the network cannot be reached.
        next_step: what a button beside the words can do about it.
    """

    message: str
    advice: str = ""
    is_offline: bool = False
    next_step: NextStep = NextStep.NONE

    @classmethod
    def of(cls, error: LabError) -> Problem:
        """The problem that an error tells of."""
        return cls(error.message, error.advice, error.is_offline, error.next_step)
