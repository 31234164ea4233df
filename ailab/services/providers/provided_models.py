"""Finds whether an Inference Provider runs a model."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from ailab.services.hub.model_providers import ModelProviders
from ailab.services.hub.pipeline_tag import display_name
from ailab.services.providers.provided_model import (
    HF_INFERENCE,
    PROVIDED_TASKS,
    ProvidedModel,
    provider_name,
)
from ailab.services.providers.provider_error import ProviderError
from ailab.services.providers.provider_router import ProviderRouter


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

    async def find(self, model_id: str) -> ProvidedModel:
        """The model as it can be asked for.

        Raises:
            HubError: the Hub does not say.
            ProviderError: nobody runs it, or not in a way that ailab can ask for; says who does.
        """
        self._router.check_hub()
        told = await self._list_providers(model_id)
        live = [provider for provider in told.providers if provider.is_live]
        names = ", ".join(dict.fromkeys(provider_name(provider.name) for provider in live))
        if not live:
            raise ProviderError(
                f"No Inference Provider runs {told.model_id}.",
                "Choose another model, or run it on this computer.",
                is_final=True,
            )
        own = next((provider for provider in live if provider.name == HF_INFERENCE), None)
        if own is None:
            raise ProviderError(
                f"{told.model_id} is run by {names}, which ailab does not ask.",
                "It asks HF Inference alone. Choose another model, or run it on this computer.",
                is_final=True,
            )
        task = own.task or told.task or ""
        if task not in PROVIDED_TASKS:
            what = display_name(task) if task else "what it does"
            raise ProviderError(
                f"HF Inference gives no answer for {what} that ailab can show.",
                "Choose another model, or run it on this computer.",
                is_final=True,
            )
        return ProvidedModel(told.model_id, task, HF_INFERENCE, self._router.host)
