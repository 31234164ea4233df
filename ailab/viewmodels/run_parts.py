"""What a network counts while it has a picture in hand."""

from __future__ import annotations

from enum import Enum


class RunParts(Enum):
    """The value is how that is told, with how many of how many are done."""

    POINTS = "Looking for masks: {done:,} of {total:,} points"
    TOKENS = "Written: {done:,} of at most {total:,} tokens"
    LINES = "Read: {done:,} of {total:,} lines"
