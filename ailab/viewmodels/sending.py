"""Pictures that are about to leave this computer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Sending:
    """What a person is asked about before the first picture is sent.

    Attributes:
        model: its name.
        provider: what people call who runs it.
        host: the host that the pictures are sent to.
        pictures: how many of them.
    """

    model: str
    provider: str
    host: str
    pictures: int


class SendingAsker(Protocol):
    """Asks; the window answers with a dialog, the command line on the terminal."""

    async def __call__(self, sending: Sending, /) -> bool:
        """True where the person lets the pictures be sent."""
        ...
