"""An access token that the embedded Hub takes, and what its owner may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

TokenRole = Literal["read", "write", "fineGrained"]


@dataclass(frozen=True, slots=True)
class DemoToken:
    """A token and its owner's standing with each gated or private model.

    Attributes:
        may_read: ids of the gated and private models that the owner may read.
        awaiting: ids of the gated models whose author has not answered the owner yet.
        rejected: ids of the gated models whose author has said no.
        role: what the token was made for.
        reads_gated: False for a fine-grained token without the permission to read gated
            models, whatever its owner may.
        user: the owner's name.
        full_name: the owner's name for people.
        name: what the owner called the token.
    """

    may_read: frozenset[str] = frozenset()
    awaiting: frozenset[str] = frozenset()
    rejected: frozenset[str] = frozenset()
    role: TokenRole = "read"
    reads_gated: bool = True
    user: str = "demo"
    full_name: str = "Demo Person"
    name: str = "lab"
