from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from ailab.services.hub.hub_errors import HubError, HubFormatError, HubSwitchedOffError
from ailab.services.hub.model_providers import ModelProvider, parse_providers
from ailab.services.hub.model_service import ModelService
from ailab.services.inference.prompt_kind import PromptKind
from ailab.services.providers.inference_providers import InferenceProviders
from ailab.services.providers.provided_models import ProvidedModels
from ailab.services.providers.provider_error import ProviderError
from ailab.services.providers.provider_router import ProviderRouter
from provider_lab import TOKEN

ROUTER = "http://127.0.0.1:1"
LIVE = {"status": "live", "providerId": "cells/nuclei", "task": "image-segmentation"}
Seen = list[tuple[str, str | None]]


@asynccontextmanager
async def _providers(told: object) -> AsyncIterator[tuple[InferenceProviders, ModelService, Seen]]:
    """Providers of a Hub on loopback that says who runs its one model."""
    seen: Seen = []

    async def answer(request: web.Request) -> web.StreamResponse:
        seen.append((request.path_qs, request.headers.get("Authorization")))
        return web.json_response(told)

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    async with TestServer(app) as server:
        endpoint = str(server.make_url("")).rstrip("/")
        async with ModelService(endpoint, TOKEN, delays=()) as hub:
            router = ProviderRouter(hub.endpoint, hub.token_for, address=ROUTER)
            models = ProvidedModels(hub.list_providers, router)
            yield InferenceProviders(models, router), hub, seen


def _model(mapping: object, **others: Any) -> dict[str, Any]:
    return {"id": "cells/nuclei", "inferenceProviderMapping": mapping, **others}


@pytest.mark.parametrize(
    "mapping", [{"hf-inference": LIVE}, [{"provider": "hf-inference", **LIVE}]]
)
async def test_that_a_model_that_is_served_is_found_in_both_forms(mapping: object) -> None:
    async with _providers(_model(mapping)) as (providers, _, seen):
        found = await providers.find("cells/nuclei")

    assert (found.provider, found.host) == ("HF Inference", "127.0.0.1")
    assert (found.model.name, found.model.task) == ("cells/nuclei", "image-segmentation")
    ((path, token),) = seen
    assert path == ("/api/models/cells/nuclei?expand=inferenceProviderMapping&expand=pipeline_tag")
    assert token == f"Bearer {TOKEN}"


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ({}, "No Inference Provider runs"),
        (None, "No Inference Provider runs"),
        ({"hf-inference": {**LIVE, "status": "error"}}, "No Inference Provider runs"),
        ({"fal-ai": LIVE, "replicate": LIVE}, "is run by fal, Replicate"),
        ({"hf-inference": {**LIVE, "task": "text-generation"}}, "gives no answer for"),
        ({"hf-inference": {**LIVE, "task": "depth-estimation"}}, "gives no answer for"),
    ],
)
async def test_that_why_a_model_is_not_run_is_told(mapping: object, words: str) -> None:
    async with _providers(_model(mapping)) as (providers, _, _seen):
        with pytest.raises(ProviderError, match=words):
            await providers.find("cells/nuclei")


TALKS = {"status": "live", "providerId": "x", "task": "conversational"}
SEES = {"pipeline_tag": "image-text-to-text"}


@pytest.mark.parametrize("tag", ["image-text-to-text", "visual-question-answering"])
async def test_that_a_model_that_chats_is_found_at_whoever_serves_it(tag: str) -> None:
    told = _model({"together": TALKS}, pipeline_tag=tag)
    async with _providers(told) as (providers, _, _seen):
        found = await providers.find("cells/nuclei")

    assert (found.provider, found.host) == ("Together", "127.0.0.1")
    assert (found.model.task, found.model.engine) == ("image-to-text", "together")
    assert found.model.asks_for is PromptKind.QUESTION
    assert found.providers == (("together", "Together"),)


async def test_that_of_several_providers_the_first_that_the_hub_lists_is_asked() -> None:
    mapping = [
        {"provider": "fal-ai", **LIVE},
        {"provider": "groq", **TALKS, "status": "error"},
        {"provider": "novita", **TALKS},
        {"provider": "hf-inference", **TALKS},
        {"provider": "new-one", **TALKS},
    ]
    async with _providers(_model(mapping, **SEES)) as (providers, _, _seen):
        found = await providers.find("cells/nuclei")
        other = await providers.find("cells/nuclei", "new-one")
        with pytest.raises(ProviderError) as caught:
            await providers.find("cells/nuclei", "groq")

    offered = (("novita", "Novita"), ("hf-inference", "HF Inference"), ("new-one", "new-one"))
    assert (found.model.engine, found.providers) == ("novita", offered)
    assert (other.model.engine, other.providers) == ("new-one", offered)
    assert caught.value.message == (
        "Groq does not run cells/nuclei, but Novita, HF Inference, new-one do."
    )
    assert "novita, hf-inference, new-one" in caught.value.advice


@pytest.mark.parametrize("tag", ["text-generation", None, "image-classification"])
async def test_that_a_model_that_reads_words_alone_is_refused(tag: str | None) -> None:
    told = _model({"together": TALKS}, pipeline_tag=tag)
    async with _providers(told) as (providers, _, _seen):
        with pytest.raises(ProviderError, match="not known to look at pictures"):
            await providers.find("cells/nuclei")


async def test_that_a_provider_with_an_odd_key_is_not_asked() -> None:
    told = _model({"../together?x": TALKS, "together:cheapest": TALKS}, **SEES)
    async with _providers(told) as (providers, _, _seen):
        with pytest.raises(ProviderError):
            await providers.find("cells/nuclei")


async def test_that_an_answer_of_another_kind_is_a_fault_of_the_hub() -> None:
    async with _providers(["odd"]) as (providers, _, _seen):
        with pytest.raises(HubError):
            await providers.find("cells/nuclei")


def test_that_odd_entries_are_left_out() -> None:
    mapping = {"hf-inference": "odd", "a\nb": LIVE, "fal-ai": {"status": 3, "task": []}}
    told = parse_providers(_model(mapping, pipeline_tag=5))
    assert told.providers == (ModelProvider("fal-ai", "", is_live=False),)
    assert told.task is None
    with pytest.raises(HubFormatError):
        parse_providers({"id": 3})


async def test_that_offline_gives_no_token_away() -> None:
    async with _providers(_model({"hf-inference": LIVE})) as (_, hub, _seen):
        assert hub.token_for(ROUTER) == TOKEN
        assert not hub.token_for("https://router.huggingface.co")
        hub.set_offline(is_offline=True)
        with pytest.raises(HubSwitchedOffError):
            hub.token_for(ROUTER)


async def test_that_what_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async with _providers(_model({"hf-inference": LIVE})) as (providers, _, _seen):
        monkeypatch.setattr("ailab.services.providers.provider_lack.find_spec", lambda _: None)
        lack = providers.lack()
        assert lack is not None
        assert "huggingface_hub" in lack.message
        assert "providers" in providers.command()
        found = await providers.find("cells/nuclei")
        with pytest.raises(ProviderError, match="not installed"):
            await providers.runner(None).load(found.model)  # type: ignore[arg-type]
