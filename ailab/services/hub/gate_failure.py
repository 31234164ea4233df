"""A refusal of a gated model's files, each reason told apart by the Hub's own words."""

from __future__ import annotations

from dataclasses import dataclass

from ailab.services.hub.access_token import TOKENS_PAGE
from ailab.services.hub.gate_reason import GateReason
from ailab.services.hub.hub_errors import GatedModelError
from ailab.services.next_step import NextStep


@dataclass(frozen=True, slots=True)
class _Refusal:
    message: str
    advice: str
    step: NextStep


_WORDS = (
    ("awaiting a review", GateReason.AWAITING_APPROVAL),
    ("has been rejected", GateReason.DENIED),
    ("fine-grained token settings", GateReason.TOKEN_LACKS_PERMISSION),
    ("not in the authorized list", GateReason.NOT_ACCEPTED),
    ("authenticated to access it", GateReason.NO_TOKEN),
)
"""What the Hub's messages hold, in lower case."""

_REFUSALS = {
    GateReason.NO_TOKEN: _Refusal(
        "{model} is gated: its files are given only to people who accepted its conditions, and "
        "nobody is signed in.",
        "Sign in and accept the conditions on {page}.",
        NextStep.SIGN_IN,
    ),
    GateReason.TOKEN_LACKS_PERMISSION: _Refusal(
        "{model} is gated, and your access token has no permission to read gated models.",
        f"Switch on access to public gated repositories for the token at {TOKENS_PAGE}, or sign "
        "in with a token of the kind “read”.",
        NextStep.SIGN_IN,
    ),
    GateReason.NOT_ACCEPTED: _Refusal(
        "{model} is gated, and you have not accepted its conditions yet.",
        "Accept them on {page}, then try again.",
        NextStep.OPEN_MODEL_PAGE,
    ),
    GateReason.AWAITING_APPROVAL: _Refusal(
        "{model} is gated: you asked for access, and its authors have not decided yet.",
        "Wait until they do, then try again; {page} tells how it stands.",
        NextStep.OPEN_MODEL_PAGE,
    ),
    GateReason.DENIED: _Refusal(
        "{model} is gated, and its authors turned your request for access down.",
        "Choose another model, or ask the authors on {page}.",
        NextStep.OPEN_MODEL_PAGE,
    ),
}


def gate_reason_in(text: str) -> GateReason | None:
    """The reason in a message of the Hub; None where it tells none."""
    text = text.lower()
    return next((reason for words, reason in _WORDS if words in text), None)


def gate_failure(
    reason: GateReason, model_id: str | None, endpoint: str, detail: str
) -> GatedModelError:
    """The error for a model that is kept back.

    Args:
        reason: why.
        model_id: the model, where it is known.
        endpoint: address of the Hub.
        detail: for the log.
    """
    refusal = _REFUSALS[reason]
    model = model_id or "This model"
    page = f"{endpoint}/{model_id}" if model_id else "its page"
    error = GatedModelError(
        refusal.message.format(model=model),
        refusal.advice.format(page=page),
        reason=reason,
        detail=detail,
    )
    error.next_step = refusal.step
    return error
