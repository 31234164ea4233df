"""A question about a picture, from the Inference tab to a provider that was chosen there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pytestqt.qtbot import QtBot

pytest.importorskip("huggingface_hub", reason="the extra providers is not installed")

from ailab.lab import Lab
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.run_place import RunPlace
from ailab.services.lab_folders import LabFolders
from ailab.services.providers.inference_providers import InferenceProviders
from ailab.services.providers.provided_models import ProvidedModels
from ailab.services.providers.provider_router import ProviderRouter
from ailab.viewmodels.sending import Sending
from ailab.views.inference_view import InferenceView
from fake_providers import Asked
from provider_lab import TOKEN, LoopbackRouter, chat, picture

MODEL = "cells/talker"
TALKS = {"status": "live", "providerId": "talker-v1", "task": "conversational"}


async def _hub(request: web.Request) -> web.StreamResponse:
    if request.path != f"/api/models/{MODEL}":
        return web.json_response({"error": "not here"}, status=404)
    mapping = [{"provider": key, **TALKS} for key in ("novita", "together")]
    told = {"id": MODEL, "pipeline_tag": "image-text-to-text", "inferenceProviderMapping": mapping}
    return web.json_response(told)


def _files_with_the_token(folder: Path) -> list[Path]:
    kept = [path for path in folder.rglob("*") if path.is_file()]
    assert kept
    return [path for path in kept if TOKEN.encode() in path.read_bytes()]


async def test_that_a_question_is_answered_by_the_provider_that_was_chosen(
    tmp_path: Path, qtbot: QtBot
) -> None:
    app = web.Application()
    app.router.add_get("/{path:.*}", _hub)
    asker = Asked(agrees=True)
    async with (
        TestServer(app) as server,
        LoopbackRouter(chat("Three."), chat("Three, one of them divides.", "length")) as router,
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
        inference.place.set_asker(asker)
        view = InferenceView(inference, lab.filmstrip)
        qtbot.addWidget(view)
        view.show()
        inference.place.choose(RunPlace.PROVIDERS)
        inference.set_model_text(MODEL)
        inference.set_inputs([picture(tmp_path)])
        inference.set_save_to(str(tmp_path / "results"))
        await inference.wait()
        assert inference.state.status.text == "Can be run by Novita: Image-to-Text."

        box = view.place_box.provider
        assert box.isVisible()
        box.activated.emit(box.findText("Together"))
        await inference.wait()
        assert inference.state.status.text == "Can be run by Together: Image-to-Text."

        question = view.prompt_panel.question.question
        assert question.isVisible()
        question.setPlainText("How many cells?")
        inference.run()
        await inference.wait()
        assert inference.state.problem is None
        folder = inference.results.state.folder
        inference.load_results(folder)
        await inference.wait()
        (result,) = inference.results.state.results
        assert result.prediction == GeneratedText("Three.", question="How many cells?")

        inference.run()
        await inference.wait()
        (result,) = inference.results.state.results
        assert result.notes == ("The answer was ended after 4,096 tokens; it may lack its end.",)
        assert asker.questions == [Sending(MODEL, "Together", "127.0.0.1", 1)]
        assert {each.path for each in router.asked} == {"/v1/chat/completions"}
        assert {each.json["model"] for each in router.asked} == {f"{MODEL}:together"}
        assert lab.worker.worker_pid is None

    record = json.loads((Path(folder) / "run.json").read_text("utf-8"))
    assert (record["place"], record["task"]) == ("providers:together", "image-to-text")
    assert "How many cells?" in json.dumps(record["prompts"])
    assert not _files_with_the_token(tmp_path)
