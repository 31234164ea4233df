"""What the Hub's refusals say to a person."""

from __future__ import annotations

from email.utils import formatdate

import pytest
from multidict import CIMultiDict

from ailab.services.hub import hub_errors
from ailab.services.hub.access_token import AccessToken
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
from ailab.services.hub.hub_failure import Asked, failure_of, no_token
from ailab.services.lab_error import LabError
from ailab.services.next_step import NextStep
from ailab.services.problem import Problem
from loopback_hub import MODEL

HUB = "https://huggingface.co"
ANONYMOUS = Asked(HUB, MODEL)
SIGNED_IN = Asked(HUB, MODEL, has_token=True)
A_FILE = Asked(HUB, MODEL, "v9", "onnx/model.onnx")
THE_LIST = Asked(HUB)


def told(asked: Asked, status: int, body: bytes = b"", **headers: str) -> HubError:
    named = CIMultiDict({name.replace("_", "-"): value for name, value in headers.items()})
    return failure_of(status, named, body, asked)


def coded(asked: Asked, status: int, code: str) -> HubError:
    return told(asked, status, x_error_code=code, x_error_message=f"{code}, says the Hub")


@pytest.mark.parametrize(
    ("error", "kind", "message", "advice"),
    [
        (
            told(ANONYMOUS, 401, b'{"error":"Invalid username or password."}'),
            ModelNotFoundError,
            "no model cells/nuclei on the Hub, or it is private",
            "sign in first",
        ),
        (coded(SIGNED_IN, 404, "RepoNotFound"), ModelNotFoundError, "private", "your token may"),
        (
            told(SIGNED_IN, 401, x_error_message="Invalid credentials in Authorization header"),
            InvalidTokenError,
            "does not accept your access token",
            "settings/tokens",
        ),
        (told(Asked(HUB, has_token=True), 401), InvalidTokenError, "access token", "new one"),
        (told(THE_LIST, 401), HubRequestError, "the list of models", "HF_ENDPOINT"),
        (told(THE_LIST, 404), HubRequestError, "the list of models", "HF_ENDPOINT"),
        (coded(A_FILE, 401, "GatedRepo"), GatedModelError, "is gated", "Sign in and accept"),
        (coded(SIGNED_IN, 403, "GatedRepo"), GatedModelError, "is gated", "Accept them on"),
        (coded(SIGNED_IN, 401, "GatedRepo"), InvalidTokenError, "access token", "new one"),
        (told(SIGNED_IN, 403), GatedModelError, "does not give you", "a token that may read it"),
        (
            told(ANONYMOUS, 403, b"Access to this resource is disabled."),
            ModelDisabledError,
            "switched off cells/nuclei",
            "another model",
        ),
        (coded(A_FILE, 404, "RevisionNotFound"), RevisionNotFoundError, "“v9”", "branch"),
        (
            coded(A_FILE, 404, "EntryNotFound"),
            FileNotFoundOnHubError,
            "no file onnx/model.onnx at revision v9",
            "look it up once more",
        ),
        (told(ANONYMOUS, 404), ModelNotFoundError, "cells/nuclei", "spelling"),
        (told(THE_LIST, 400, '{"error":"✖ Invalid"}'.encode()), HubRequestError, "400", "again"),
        (told(ANONYMOUS, 500), HubServerError, "status 500", "few minutes"),
        (told(ANONYMOUS, 503, b"<html>busy</html>"), HubServerError, "status 503", "few minutes"),
        (told(ANONYMOUS, 504), HubServerError, "status 504", "few minutes"),
        (told(A_FILE, 408), HubServerError, "status 408", "few minutes"),
        (told(A_FILE, 416), HubRangeError, "onnx/model.onnx of cells/nuclei is shorter", "changed"),
        (told(ANONYMOUS, 429), RateLimitError, "too often", "in a few minutes"),
        (
            told(ANONYMOUS, 429, ratelimit='"api";r=0;t=295'),
            RateLimitError,
            "too often",
            "in 5 minutes. Who is signed in",
        ),
        (told(SIGNED_IN, 429, retry_after="30"), RateLimitError, "too often", "in 30 seconds."),
    ],
)
def test_that_each_failure_says_what_happened_and_what_to_do(
    error: HubError, kind: type[HubError], message: str, advice: str
) -> None:
    assert type(error) is kind
    assert message in error.message
    assert advice in error.advice
    assert error.message.endswith(".")
    assert error.advice.endswith(".")
    assert not error.is_offline


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"ratelimit": '"api";r=0;t=1'}, 2.0),
        ({"ratelimit": '"api"; r=0; t=60', "retry_after": "5"}, 61.0),
        ({"retry_after": "5"}, 5.0),
        ({"retry_after": "soon"}, None),
        ({"retry_after": formatdate(0, usegmt=True)}, 0.0),
        ({"ratelimit": "nonsense", "retry_after": "٣"}, None),
    ],
)
def test_that_the_wait_is_the_one_the_hub_names(
    headers: dict[str, str], seconds: float | None
) -> None:
    error = told(ANONYMOUS, 429, b"", **headers)
    assert isinstance(error, RateLimitError)
    assert error.seconds == seconds


@pytest.mark.parametrize("has_token", [False, True])
def test_that_a_word_alone_leads_to_browsing_rather_than_to_signing_in(has_token: bool) -> None:
    error = coded(Asked(HUB, "nuclei", has_token=has_token), 401, "RepoNotFound")
    assert error.message == "There is no model nuclei on the Hub."
    assert error.advice.startswith("Search for it, or type owner/name")
    assert error.next_step is NextStep.NONE


def test_that_the_request_id_and_the_hubs_words_are_kept_for_the_log() -> None:
    error = told(
        ANONYMOUS, 404, x_error_code="RepoNotFound", x_error_message="no\x1b[31m", x_request_id="R1"
    )
    assert error.detail == "status 404; RepoNotFound; no [31m; request R1"
    body = b'{"errors":[{"message":"first"}]}'
    assert "first; request A2" in told(ANONYMOUS, 500, body, x_amz_cf_id="A2").detail
    assert len(told(ANONYMOUS, 500, b"x" * 100_000).detail) <= 500
    assert told(ANONYMOUS, 500, b"[" * 100_000).detail


GATES = [
    (
        401,
        "Access to model X is restricted. You must have access to it and be authenticated to "
        "access it. Please log in.",
        GateReason.NO_TOKEN,
        "nobody is signed in",
        NextStep.SIGN_IN,
    ),
    (
        403,
        "Access to model X is restricted and you are not in the authorized list. Visit "
        "https://huggingface.co/X to ask for access.",
        GateReason.NOT_ACCEPTED,
        "have not accepted",
        NextStep.OPEN_MODEL_PAGE,
    ),
    (
        403,
        "Your request to access model X is awaiting a review from the repo authors.",
        GateReason.AWAITING_APPROVAL,
        "not decided yet",
        NextStep.OPEN_MODEL_PAGE,
    ),
    (
        403,
        "Your request to access model X has been rejected by the repo's authors.",
        GateReason.DENIED,
        "turned your request",
        NextStep.OPEN_MODEL_PAGE,
    ),
    (
        403,
        "Please enable access to public gated repositories in your fine-grained token settings "
        "to view this repository.",
        GateReason.TOKEN_LACKS_PERMISSION,
        "no permission to read gated models",
        NextStep.SIGN_IN,
    ),
]


@pytest.mark.parametrize("code", ["GatedRepo", ""])
@pytest.mark.parametrize(("status", "said", "reason", "words", "step"), GATES)
def test_that_each_gate_is_told_apart_with_its_own_next_step(
    status: int, said: str, reason: GateReason, words: str, step: NextStep, code: str
) -> None:
    asked = SIGNED_IN if status == 403 else ANONYMOUS
    error = told(asked, status, x_error_code=code, x_error_message=said)
    assert isinstance(error, GatedModelError)
    assert error.reason is reason
    assert words in error.message
    assert MODEL in error.message
    assert error.next_step is step
    assert Problem.of(error).next_step is step
    if step is NextStep.OPEN_MODEL_PAGE:
        assert f"{HUB}/{MODEL}" in error.advice


def test_that_signing_in_is_offered_where_it_helps() -> None:
    helped = (
        told(ANONYMOUS, 401, b'{"error":"Invalid username or password."}'),
        told(SIGNED_IN, 401, x_error_message="Invalid credentials in Authorization header"),
        told(ANONYMOUS, 429),
        no_token(HUB),
    )
    assert [error.next_step for error in helped] == [NextStep.SIGN_IN] * 4
    assert all("ign" in error.advice for error in helped)
    hopeless = (coded(SIGNED_IN, 404, "RepoNotFound"), told(SIGNED_IN, 429), told(ANONYMOUS, 500))
    assert [error.next_step for error in hopeless] == [NextStep.NONE] * 3


@pytest.mark.parametrize(
    ("status", "may_pass"),
    [
        *((status, True) for status in (408, 500, 502, 503, 504)),
        *((status, False) for status in (400, 401, 403, 404, 416, 429, 501)),
    ],
)
def test_that_only_what_may_pass_is_worth_another_try(status: int, may_pass: bool) -> None:
    assert told(ANONYMOUS, status).may_pass is may_pass


def test_that_every_error_is_one_a_person_is_told_about() -> None:
    named = {name: item for name, item in vars(hub_errors).items() if name.endswith("Error")}
    assert len(named) > 10
    assert all(issubclass(item, LabError) for item in named.values())
    assert "AccessToken" in repr(AccessToken("x", HUB))
