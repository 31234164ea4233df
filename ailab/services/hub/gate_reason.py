"""Why the Hub keeps a model's files back."""

from __future__ import annotations

from enum import Enum


class GateReason(Enum):
    """What stands between a person and a gated model's files."""

    NO_TOKEN = "nobody is signed in"  # noqa: S105 - words, not a secret
    TOKEN_LACKS_PERMISSION = "the token may not read gated models"  # noqa: S105
    NOT_ACCEPTED = "the conditions are not accepted yet"
    AWAITING_APPROVAL = "the authors have not decided yet"
    DENIED = "the authors said no"
