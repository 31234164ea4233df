"""How long the Hub is waited for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HubTimeouts:
    """Seconds after which a request is given up.

    Attributes:
        connect: to reach the server, its certificate included.
        read: without a byte from it.
        answer: for a whole answer that is not a file.
    """

    connect: float = 15.0
    read: float = 30.0
    answer: float = 60.0
