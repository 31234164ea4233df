"""What went wrong at a provider, in words that say what to do.

The only module, but for the client itself, that knows the exceptions of `huggingface_hub`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import httpx2
from huggingface_hub.errors import HfHubHTTPError, InferenceTimeoutError

from ailab.services.hub.access_token import TOKENS_PAGE
from ailab.services.images.picture_reference import parse_picture
from ailab.services.providers.chat_completion import NoWordsError
from ailab.services.providers.provided_model import ProvidedModel, provider_name
from ailab.services.providers.provider_error import ProviderError

LONGEST_WAIT = 60.0
"""Seconds for which a provider's answer is waited for at once; what takes longer is told."""

_FIRST_WAIT = 2.0
_NOT_ENABLED = "model_not_supported"
"""What the router calls a model whose provider the person has not enabled, with status 400."""

_PROVIDERS_PAGE = "https://huggingface.co/settings/inference-providers"
_BILLING_PAGE = "https://huggingface.co/settings/billing"
_LARGEST_BODY = 4096


class OddAnswerError(Exception):
    """An answer that no provider gives: too large, packed, or leading elsewhere."""


def seconds_to_wait(error: Exception, tries: int) -> float | None:
    """How long to wait before the same is asked again; None where that is of no use.

    A provider says 503 while it loads a model, with `estimated_time` in its JSON, and 429 where
    it is asked too often, with `Retry-After`.

    Args:
        error: how asking failed.
        tries: how often it was asked so far, from 1.
    """
    if not isinstance(error, HfHubHTTPError) or error.response.status_code not in {429, 503}:
        return None
    said = _number(error.response.headers.get("Retry-After"))
    if said is None:
        said = _number(_body(error).get("estimated_time"))
    seconds = _FIRST_WAIT * 2 ** (tries - 1) if said is None else max(0.5, said)
    return seconds if seconds <= LONGEST_WAIT else None


def failure_of(error: Exception, model: ProvidedModel, picture: str) -> ProviderError:
    """The failure as a person is told of it.

    Args:
        error: how asking failed.
        model: what was asked.
        picture: reference of the picture that was sent.
    """
    provider, name = provider_name(model.provider), parse_picture(picture).name
    if isinstance(error, HfHubHTTPError):
        return _refusal(error, model, provider, name)
    if isinstance(error, InferenceTimeoutError | httpx2.TimeoutException):
        return ProviderError(
            f"{provider} gave no answer for {name} in time.",
            "Try again in a few minutes, or run it on this computer.",
            detail=type(error).__name__,
        )
    if isinstance(error, httpx2.TransportError):
        return ProviderError(
            f"{model.host} cannot be reached.",
            "Check the network and the proxy, and run it again.",
            detail=f"{type(error).__name__}: {error}",
            is_offline=True,
        )
    if isinstance(error, NoWordsError):
        why = ": it was still thinking when the answer was as long as it may be"
        return ProviderError(
            f"{model.name} wrote nothing about {name}{why if error.is_cut else ''}.",
            "Ask it something else, or take another model.",
            detail=f"from {provider}",
        )
    return ProviderError(
        f"{provider} gave an answer for {name} that makes no sense.",
        "Try again; if it stays so, take another model, or run it on this computer.",
        detail=f"{type(error).__name__}: {str(error)[:500]}",
    )


def _refusal(
    error: HfHubHTTPError, model: ProvidedModel, provider: str, name: str
) -> ProviderError:
    status = error.response.status_code
    detail = f"status {status} from {model.host}"
    is_enabled = status != 400 or _code(error) != _NOT_ENABLED
    match status:
        case 400 if not is_enabled:
            message = f"{provider} does not run {model.name} for this account."
            advice = f"Enable the provider at {_PROVIDERS_PAGE}, or choose another."
        case 401:
            message = f"{model.host} does not accept the access token."
            advice = f"Make a new one at {TOKENS_PAGE} and sign in with it."
        case 402:
            message = "The account's monthly credits for Inference Providers are used up."
            advice = f"Buy more at {_BILLING_PAGE}, wait for the next month, or run it here."
        case 403:
            message = "The access token may not ask Inference Providers."
            advice = (
                "Give it the permission “Make calls to Inference Providers” at "
                f"{TOKENS_PAGE}, or sign in with another."
            )
        case 404 | 410:
            message = f"{provider} does not run {model.name} any more."
            advice = "Choose another model, or run it on this computer."
        case 413:
            message = f"{name} is larger than {provider} takes."
            advice = "Scale it down in another program first, or run it on this computer."
        case 429:
            message = f"{provider} is asked more often than it allows."
            advice = "Wait a few minutes, and run the rest."
        case 503:
            message = f"{provider} has not made {model.name} ready in time."
            advice = "Try again in a few minutes, or choose another model."
        case 400 | 422:
            message = f"{provider} cannot run {model.name} on {name}."
            advice = "Take another picture or another model, or run it on this computer."
        case _:
            message = f"{provider} failed at {name} (status {status})."
            advice = "Try again in a few minutes, or run it on this computer."
    is_final = status in {401, 402, 403, 404, 410} or not is_enabled
    return ProviderError(message, advice, detail=detail, is_final=is_final)


def _code(error: HfHubHTTPError) -> object:
    said = _body(error).get("error")
    return said.get("code") if isinstance(said, dict) else None


def _body(error: HfHubHTTPError) -> Mapping[str, object]:
    try:
        body = json.loads(error.response.content[:_LARGEST_BODY])
    except (ValueError, RecursionError, RuntimeError):
        return {}
    return body if isinstance(body, dict) else {}


def _number(value: object) -> float | None:
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None
    return number if 0 <= number < 1e9 else None
