"""Why a picture is not decoded."""

from __future__ import annotations

from enum import Enum

MOST_PIXELS = 40_000_000
"""Of a larger picture no more than the size is read."""


class Reason(Enum):
    """What is wrong with a picture; the words for it are the window's own."""

    DRAWING = "drawing"
    DAMAGED = "damaged"
    TOO_LARGE = "too large"


class Refusal(Exception):  # noqa: N818 - an answer, not a failure
    """A picture cannot be shown.

    Attributes:
        reason: why not.
        detail: for the log.
    """

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
