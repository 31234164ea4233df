"""Inference Providers as a place where pictures can be run."""

from __future__ import annotations

from pathlib import Path

from ailab.services.hub.model_service import ModelService
from ailab.services.inference.chat_models import CHAT
from ailab.services.inference.remote_model import RemoteModel
from ailab.services.inference.run_place import RunTarget
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.inference.writing_models import WRITES
from ailab.services.install_command import install_command
from ailab.services.problem import Problem
from ailab.services.providers.provided_model import provider_name
from ailab.services.providers.provided_models import ProvidedModels
from ailab.services.providers.provider_lack import EXTRA, find_lack
from ailab.services.providers.provider_router import ProviderRouter
from ailab.services.providers.providers_inference import ProvidersInference


class InferenceProviders:
    """Finds models at providers, and runs pictures there; an `Elsewhere` and a `RemoteModels`.

    Args:
        models: asks the Hub who runs a model.
        router: where providers are asked.
    """

    def __init__(self, models: ProvidedModels, router: ProviderRouter) -> None:
        self._models = models
        self._router = router

    @classmethod
    def of(cls, hub: ModelService, proxy: str = "") -> InferenceProviders:
        """Those of a Hub, asked in the name of whoever is signed in there.

        Args:
            hub: says who runs a model, and lends the token.
            proxy: used where environment and system name none; empty for none.
        """
        router = ProviderRouter(hub.endpoint, hub.token_for, proxy=proxy)
        return cls(ProvidedModels(hub.list_providers, router), router)

    def lack(self) -> Problem | None:
        """What is missing on this computer; None where nothing is."""
        return find_lack()

    def command(self) -> str:
        """What to type to install what is missing; empty where nothing can be."""
        return install_command(EXTRA)

    async def find(self, model_id: str, provider: str = "") -> RemoteModel:
        """The model as it can be asked for; see `ProvidedModels.find`."""
        found = await self._models.find(model_id, provider)
        model = RunnableModel(
            found.name,
            Path(),
            WRITES if found.chats else found.task,
            model_id=found.name,
            default_threshold=0.5,
            engine=found.provider,
            decoder=CHAT if found.chats else "",
        )
        named = tuple((key, provider_name(key)) for key in found.providers)
        return RemoteModel(model, provider_name(found.provider), found.host, named)

    def runner(self, _target: RunTarget) -> ProvidersInference:
        """What runs pictures there."""
        return ProvidersInference(self._router)

    async def close(self) -> None:
        """Nothing stays between runs."""
