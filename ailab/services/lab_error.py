"""The base of every failure that a person is told about."""

from __future__ import annotations

from ailab.services.next_step import NextStep


class LabError(Exception):
    """A failure that says what happened, to what, and what to do next.

    Attributes:
        message: one sentence: what happened, and to what.
        advice: one sentence: what the person can do about it.
        detail: what belongs in the log only (a response's status line, an exception's text);
            never holds an access token.
        is_offline: True where the cause is a network that cannot be reached.
        next_step: what a button beside the words can do about it.
    """

    is_offline: bool = False
    next_step: NextStep = NextStep.NONE

    def __init__(self, message: str, advice: str, *, detail: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.message} {self.advice}".strip()
