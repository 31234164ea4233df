"""How much of a message is believed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MessageLimits:
    """Limits of one message from a worker, beyond which it is none; as usual for results.

    Attributes:
        text: bytes of its JSON object.
        parts: how many binary parts it may have.
        part: bytes of each.
    """

    text: int = 64 * 2**20
    parts: int = 8
    part: int = 2**30
