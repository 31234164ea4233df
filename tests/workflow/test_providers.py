"""A run at Inference Providers through the whole lab: a Hub, a router, and what is left of it."""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

pytest.importorskip("huggingface_hub", reason="the extra providers is not installed")

from ailab.lab import Lab
from ailab.services.inference.predictions import Classification
from ailab.services.inference.run_place import RunPlace
from ailab.services.lab_folders import LabFolders
from ailab.services.providers.inference_providers import InferenceProviders
from ailab.services.providers.provided_models import ProvidedModels
from ailab.services.providers.provider_router import ProviderRouter
from ailab.viewmodels.sending import Sending
from provider_lab import TOKEN, LoopbackRouter, picture

pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=<...>':DeprecationWarning")

MODEL = "cells/nuclei"
SERVED = {"status": "live", "providerId": MODEL, "task": "image-classification"}


async def _answer(request: web.Request) -> web.StreamResponse:
    if request.path != f"/api/models/{MODEL}":
        return web.json_response({"error": "not here"}, status=404)
    return web.json_response({"id": MODEL, "inferenceProviderMapping": {"hf-inference": SERVED}})


def _files_with_the_token(folder: Path) -> list[Path]:
    kept = [path for path in folder.rglob("*") if path.is_file()]
    assert kept
    return [path for path in kept if TOKEN.encode() in path.read_bytes()]


async def test_that_pictures_go_to_the_router_alone_and_once_that_is_agreed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    app = web.Application()
    app.router.add_get("/{path:.*}", _answer)
    pictures = [picture(tmp_path, f"{name}.png") for name in ("a", "b")]
    asked, answer = asyncio.Event(), asyncio.Event()
    questions: list[Sending] = []

    async def ask(sending: Sending) -> bool:
        questions.append(sending)
        asked.set()
        await answer.wait()
        return True

    async with (
        TestServer(app) as server,
        LoopbackRouter([{"label": "mitosis", "score": 0.75}]) as router,
        Lab(
            str(server.make_url("")).rstrip("/"),
            tmp_path / "cache",
            TOKEN,
            LabFolders.below(tmp_path / "lab"),
        ) as lab,
    ):
        way = ProviderRouter(lab.endpoint, lab.hub.token_for, address=router.address)
        providers = InferenceProviders(ProvidedModels(lab.hub.list_providers, way), way)
        inference = lab.inference
        inference.place.offer(RunPlace.PROVIDERS, providers, providers)
        inference.place.set_asker(ask)
        inference.place.choose(RunPlace.PROVIDERS)
        inference.set_model_text(MODEL)
        inference.set_inputs(pictures)
        inference.set_save_to(str(tmp_path / "results"))
        await inference.wait()
        assert inference.state.status.text == "Can be run by HF Inference: Image Classification."

        inference.run()
        await asked.wait()
        assert not router.asked
        answer.set()
        await inference.wait()

        assert inference.state.problem is None
        assert questions == [Sending(MODEL, "HF Inference", "127.0.0.1", 2)]
        assert {each.path for each in router.asked} == {f"/hf-inference/models/{MODEL}"}
        assert lab.worker.worker_pid is None
        folder = inference.results.state.folder
        inference.load_results(folder)
        await inference.wait()
        found = inference.results.state.results[1].prediction
        assert isinstance(found, Classification)
        assert found.scores[0].label == "mitosis"

    record = json.loads((Path(folder) / "run.json").read_text("utf-8"))
    assert (record["place"], record["revision"]) == ("providers:hf-inference", None)
    assert not _files_with_the_token(tmp_path)
    assert TOKEN not in caplog.text


async def test_that_a_hub_of_this_machine_lends_no_token_to_the_real_router(
    tmp_path: Path,
) -> None:
    app = web.Application()
    app.router.add_get("/{path:.*}", _answer)
    async with (
        TestServer(app) as server,
        Lab(
            str(server.make_url("")).rstrip("/"),
            tmp_path / "cache",
            TOKEN,
            LabFolders.below(tmp_path / "lab"),
        ) as lab,
    ):
        lab.inference.place.choose(RunPlace.PROVIDERS)
        lab.inference.set_model_text(MODEL)
        await lab.inference.wait()

        assert "only huggingface.co has" in lab.inference.state.status.text
        assert not lab.hub.token_for("https://router.huggingface.co")
