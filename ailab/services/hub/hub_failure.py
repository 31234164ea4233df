"""A failing answer of the Hub made into the error that says what a person can do about it.

Statuses, `X-Error-Code`, `X-Error-Message`, `RateLimit` and the texts are those of the Hub's own
API, as `huggingface_hub.utils._http.hf_raise_for_status` reads them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from ailab.services.hub.access_token import TOKENS_PAGE
from ailab.services.hub.gate_failure import gate_failure, gate_reason_in
from ailab.services.hub.gate_reason import GateReason
from ailab.services.hub.hub_errors import (
    FileNotFoundOnHubError,
    GatedModelError,
    HubError,
    HubRangeError,
    HubRequestError,
    HubServerError,
    InvalidTokenError,
    ModelDisabledError,
    ModelNotFoundError,
    RateLimitError,
    RevisionNotFoundError,
)
from ailab.services.hub.json_values import fields_of, rows_of, text_of
from ailab.services.hub.rate_limit import seconds_to_wait
from ailab.services.next_step import NextStep

_DISABLED = "Access to this resource is disabled."
_BAD_TOKEN = "Invalid credentials in Authorization header"  # noqa: S105 - the Hub's message
_PASSING = frozenset({408, 500, 502, 503, 504})  # another try may be answered
_LONGEST_DETAIL = 500


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request is about, for the words of an error.

    Attributes:
        endpoint: address of the Hub.
        model_id: the model; None for the list of models.
        revision: branch, tag or commit; None for the default branch.
        file: path of a file; None for the model itself.
        has_token: an access token was sent along.
        thing: what it is, in words, where it is none of these.
    """

    endpoint: str
    model_id: str | None = None
    revision: str | None = None
    file: str | None = None
    has_token: bool = False
    thing: str = ""

    @property
    def what(self) -> str:
        """The thing asked for, in words."""
        if self.thing:
            return self.thing
        if self.model_id is None:
            return "the list of models"
        return f"{self.file} of {self.model_id}" if self.file else self.model_id


def failure_of(status: int, headers: Mapping[str, str], body: bytes, asked: Asked) -> HubError:
    """The error for an answer with a status of 400 or more.

    Args:
        status: of the answer.
        headers: of the answer, found regardless of their case.
        body: the beginning of the answer.
        asked: what was asked.
    """
    code = headers.get("X-Error-Code", "")
    reason = headers.get("X-Error-Message") or _reason_in(body)
    detail = _detail(status, headers, code, reason)
    if status == 429:
        return _rate_limit(headers, detail, has_token=asked.has_token)
    if status >= 500 or status in _PASSING:
        failure = HubServerError(
            f"The Hub failed while it answered for {asked.what} (status {status}).",
            "This is the Hub's own trouble: try again in a few minutes.",
            detail=detail,
        )
        failure.may_pass = status in _PASSING
        return failure
    if status == 416:
        return range_failure(asked, detail)
    return (
        _by_gate(status, code, reason, asked, detail)
        or _by_code(code, asked, detail)
        or _by_reason(status, reason, asked, detail)
        or _by_status(status, asked, detail)
    )


def range_failure(asked: Asked, detail: str) -> HubRangeError:
    """The error for a part of a file that lies behind its end."""
    return HubRangeError(
        f"{asked.what} is shorter on the Hub than it was before.",
        "It may have changed: look the model up once more and start again.",
        detail=detail,
    )


def _by_gate(status: int, code: str, text: str, asked: Asked, detail: str) -> HubError | None:
    if status not in {401, 403}:
        return None
    reason = gate_reason_in(text)
    if reason is None and code != "GatedRepo":
        return None
    if status == 401 and asked.has_token:
        # To a token that it does not know, the Hub answers as to somebody without one.
        return _bad_token(detail)
    if status == 401:
        reason = GateReason.NO_TOKEN
    return gate_failure(reason or GateReason.NOT_ACCEPTED, asked.model_id, asked.endpoint, detail)


def _by_code(code: str, asked: Asked, detail: str) -> HubError | None:
    model, revision = asked.model_id or "the model", asked.revision or "main"
    match code:
        case "RepoNotFound":
            return _not_found(asked, detail)
        case "RevisionNotFound":
            return RevisionNotFoundError(
                f"{model} has no revision “{revision}”.",
                "Check the branch, tag or commit on the model's page.",
                detail=detail,
            )
        case "EntryNotFound":
            return FileNotFoundOnHubError(
                f"{model} has no file {asked.file or 'of that name'} at revision {revision}.",
                "The model may have changed: look it up once more and try again.",
                detail=detail,
            )
        case _:
            return None


def _by_reason(status: int, reason: str, asked: Asked, detail: str) -> HubError | None:
    if reason.startswith(_BAD_TOKEN):
        return _bad_token(detail)
    if status == 403 and reason.startswith(_DISABLED):
        return ModelDisabledError(
            f"The Hub has switched off {asked.model_id or 'this model'}.",
            "Choose another model; the model's page may say why.",
            detail=detail,
        )
    return None


def _by_status(status: int, asked: Asked, detail: str) -> HubError:
    if status in {401, 403, 404} and asked.model_id is None:
        if asked.has_token and status != 404:
            return _bad_token(detail)
        return HubRequestError(
            f"{asked.endpoint} does not give out {asked.what} (status {status}).",
            "Check that HF_ENDPOINT names a Hugging Face Hub, and whether it wants a token.",
            detail=detail,
        )
    if status in {401, 404}:
        # To somebody who may not see it, the Hub answers alike for a private and a missing model.
        return _not_found(asked, detail)
    if status == 403:
        return _kept_back(asked, detail)
    return HubRequestError(
        f"The Hub refused the request for {asked.what} (status {status}).",
        "Change the search or the model and try again; if it stays so, ailab may be out of date.",
        detail=detail,
    )


def _kept_back(asked: Asked, detail: str) -> GatedModelError:
    """A refusal without the Hub's reason."""
    lacks = GateReason.TOKEN_LACKS_PERMISSION if asked.has_token else GateReason.NO_TOKEN
    error = GatedModelError(
        f"The Hub does not give you {asked.what}.",
        "Check on the model's page that you have access, and sign in with a token that may "
        f"read it ({TOKENS_PAGE}).",
        reason=lacks,
        detail=detail,
    )
    error.next_step = NextStep.OPEN_MODEL_PAGE if asked.has_token else NextStep.SIGN_IN
    return error


def _not_found(asked: Asked, detail: str) -> ModelNotFoundError:
    if asked.model_id and "/" not in asked.model_id:
        # Only old public models have a name alone: it is a word to search for, not a private one.
        return ModelNotFoundError(
            f"There is no model {asked.model_id} on the Hub.",
            "Search for it, or type owner/name, such as google/vit-base-patch16-224.",
            detail=detail,
        )
    model = f"no model {asked.model_id}" if asked.model_id else "no such model"
    message = f"There is {model} on the Hub, or it is private."
    advice = "check that your token may read it." if asked.has_token else "sign in first."
    error = ModelNotFoundError(
        message, f"Check the spelling of the id; for a private model, {advice}", detail=detail
    )
    if not asked.has_token:
        error.next_step = NextStep.SIGN_IN
    return error


def _bad_token(detail: str) -> InvalidTokenError:
    return InvalidTokenError(
        "The Hub does not accept your access token: it is wrong, expired or revoked.",
        f"Make a new one at {TOKENS_PAGE} and sign in with it; where HF_TOKEN is set, it wins, so "
        "change it there.",
        detail=detail,
    )


def no_token(endpoint: str) -> InvalidTokenError:
    """The error for asking who one is without a token."""
    return InvalidTokenError(
        f"No access token is sent to {endpoint}, so nobody is signed in.",
        "Sign in first.",
    )


def _rate_limit(headers: Mapping[str, str], detail: str, *, has_token: bool) -> RateLimitError:
    seconds = seconds_to_wait(headers)
    when = f"in {_duration(seconds)}" if seconds is not None else "in a few minutes"
    advice = f"Try again {when}."
    if not has_token:
        advice += " Who is signed in may ask more often."
    error = RateLimitError(
        "The Hub has been asked too often from here and wants a pause.",
        advice,
        seconds=seconds,
        detail=detail,
    )
    if not has_token:
        error.next_step = NextStep.SIGN_IN
    return error


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} seconds" if round(seconds) != 1 else "1 second"
    return f"{seconds / 60:.0f} minutes"


def _reason_in(body: bytes) -> str:
    """The reason in `{"error": "…"}` or `{"errors": [{"message": "…"}]}`; else a short text."""
    try:
        fields = fields_of(json.loads(body))
    except (ValueError, RecursionError):
        text = body[:_LONGEST_DETAIL].decode("utf-8", "replace").strip()
        return "" if text.startswith("<") else text
    reasons = [
        fields.get("error"),
        *(fields_of(e).get("message") for e in rows_of(fields.get("errors"))),
    ]
    return next(filter(None, map(text_of, reasons)), "")


def _detail(status: int, headers: Mapping[str, str], code: str, reason: str) -> str:
    names = ("X-Request-Id", "X-Amzn-Trace-Id", "X-Amz-Cf-Id")
    request_id = next(filter(None, (headers.get(name) for name in names)), "")
    parts = (f"status {status}", code, reason, request_id and f"request {request_id}")
    text = "; ".join(part for part in parts if part)
    return "".join(c if c.isprintable() else " " for c in text[:_LONGEST_DETAIL])
