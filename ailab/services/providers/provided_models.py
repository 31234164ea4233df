"""Finds whether an Inference Provider runs a model."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable

from ailab.services.hub.model_providers import ModelProvider, ModelProviders
from ailab.services.hub.pipeline_tag import display_name
from ailab.services.providers.provided_model import (
    CONVERSATIONAL,
    HF_INFERENCE,
    PROVIDED_TASKS,
    SEEING_TAGS,
    ProvidedModel,
    provider_name,
)
from ailab.services.providers.provider_error import ProviderError
from ailab.services.providers.provider_router import ProviderRouter

_KEY = re.compile(r"[a-z0-9][a-z0-9._-]{0,60}", re.IGNORECASE)
_OTHERWISE = "Choose another model, or run it on this computer."


class ProvidedModels:
    """Asks the Hub, and never a provider; no picture is sent.

    Args:
        list_providers: asks the Hub who runs a model, by its id.
        router: where providers are asked.
    """

    def __init__(
        self, list_providers: Callable[[str], Awaitable[ModelProviders]], router: ProviderRouter
    ) -> None:
        self._list_providers = list_providers
        self._router = router

    async def find(self, model_id: str, provider: str = "") -> ProvidedModel:
        """The model as it can be asked for.

        Where several can be asked, it is the first that the Hub lists: it lists them as the person
        ordered them at huggingface.co/settings/inference-providers.

        Args:
            model_id: `owner/name`.
            provider: key of the one that shall run it; empty for that first one.

        Raises:
            HubError: the Hub does not say.
            ProviderError: nobody runs it, or not in a way that ailab can ask for; says who does.
        """
        self._router.check_hub()
        told = await self._list_providers(model_id)
        live = [each for each in told.providers if each.is_live]
        found = {each.name: task for each in live if (task := _task(each, told.task))}
        if not found:
            raise _lack(told, live)
        key = provider or next(iter(found))
        if key not in found:
            do = "do" if len(found) > 1 else "does"
            raise ProviderError(
                f"{provider_name(key)} does not run {told.model_id}, but {_names(found)} {do}.",
                f"Choose among {', '.join(found)}, or another model.",
                is_final=True,
            )
        return ProvidedModel(told.model_id, found[key], key, self._router.host, tuple(found))


def _task(provider: ModelProvider, tag: str | None) -> str:
    """What a provider is asked for; empty where it cannot be asked for anything."""
    if provider.task == CONVERSATIONAL:
        is_key = _KEY.fullmatch(provider.name) is not None
        return CONVERSATIONAL if tag in SEEING_TAGS and is_key else ""
    task = provider.task or tag or ""
    return task if provider.name == HF_INFERENCE and task in PROVIDED_TASKS else ""


def _lack(told: ModelProviders, live: list[ModelProvider]) -> ProviderError:
    """Why a model cannot be asked for."""
    name, names = told.model_id, _names(each.name for each in live)
    if not live:
        return ProviderError(f"No Inference Provider runs {name}.", _OTHERWISE, is_final=True)
    if any(each.task == CONVERSATIONAL for each in live):
        return ProviderError(
            f"{name} is run by {names} to chat, but is not known to look at pictures.",
            "Choose a model that the Hub files under Image-Text-to-Text.",
            is_final=True,
        )
    own = next((each for each in live if each.name == HF_INFERENCE), None)
    if own is None:
        return ProviderError(
            f"{name} is run by {names}, which ailab does not ask for that.",
            f"It asks others than HF Inference where they serve a model that chats. {_OTHERWISE}",
            is_final=True,
        )
    task = own.task or told.task
    what = display_name(task) if task else "what it does"
    return ProviderError(
        f"HF Inference gives no answer for {what} that ailab can show.", _OTHERWISE, is_final=True
    )


def _names(keys: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(provider_name(key) for key in keys))
