"""Inference Providers that send nothing, and a person who is asked before."""

from __future__ import annotations

from pathlib import Path

from ailab.services.inference.picture_runner import PictureRunner
from ailab.services.inference.remote_model import RemoteModel
from ailab.services.inference.run_place import RunTarget
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.problem import Problem
from ailab.services.providers.provider_error import ProviderError
from ailab.viewmodels.sending import Sending
from fakes import FakeInference


class FakeProviders:
    """Providers that run every model but one.

    Args:
        task: what they do.
        decoder: `chat` for models that chat.
        names: keys and names of those who run it; HF Inference alone where none are given.
    """

    def __init__(self, task: str = "object-detection", decoder: str = "", **names: str) -> None:
        self.inference = FakeInference()
        self.task = task
        self.decoder = decoder
        self.names = names or {"hf-inference": "HF Inference"}
        self.refusal: ProviderError | None = None
        self.problem: Problem | None = None

    def lack(self) -> Problem | None:
        return self.problem

    def command(self) -> str:
        return 'pip install "ailab[providers]"'

    async def find(self, model_id: str, provider: str = "") -> RemoteModel:
        if self.refusal is not None:
            raise self.refusal
        key = provider or next(iter(self.names))
        if key not in self.names:
            raise ProviderError(f"{key} does not run {model_id}.", "Choose another.")
        model = RunnableModel(
            model_id, Path(), self.task, model_id=model_id, engine=key, decoder=self.decoder
        )
        return RemoteModel(model, self.names[key], "router.example", tuple(self.names.items()))

    def runner(self, _target: RunTarget) -> PictureRunner:
        return self.inference

    async def close(self) -> None:
        pass


class Asked:
    """A person who gives one answer, and remembers what was asked."""

    def __init__(self, *, agrees: bool) -> None:
        self.agrees = agrees
        self.questions: list[Sending] = []

    async def __call__(self, sending: Sending) -> bool:
        self.questions.append(sending)
        return self.agrees
