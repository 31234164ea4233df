"""Pictures that are sent elsewhere: never before the person agreed."""

from __future__ import annotations

import asyncio

import pytest

from ailab.services.inference.chat_models import CHAT
from ailab.services.inference.run_place import RunPlace, RunTarget
from ailab.services.providers.provider_error import ProviderError
from ailab.viewmodels.inference_state import Fitness, ModelSource
from ailab.viewmodels.remote_run import NOT_SENT
from ailab.viewmodels.sending import Sending
from fake_providers import Asked, FakeProviders
from fakes import FakeHub, a_model
from inference_lab import Lab


def _lab(providers: FakeProviders, asker: Asked | None = None) -> Lab:
    lab = Lab()
    lab.view_model.place.offer(RunPlace.PROVIDERS, providers, providers)
    if asker is not None:
        lab.view_model.place.set_asker(asker)
    lab.view_model.place.choose(RunPlace.PROVIDERS)
    return lab


async def test_that_nothing_is_sent_before_the_question_is_answered() -> None:
    providers, answer = FakeProviders(), asyncio.Event()
    lab = _lab(providers)
    asked = asyncio.Event()

    async def ask(_sending: Sending) -> bool:
        asked.set()
        await answer.wait()
        return True

    lab.view_model.place.set_asker(ask)
    await lab.choose("a.png", "b.png")
    lab.view_model.run()
    await asked.wait()
    assert lab.view_model.state.is_running
    assert not providers.inference.predicted

    answer.set()
    await lab.view_model.wait()
    assert providers.inference.predicted == ["a.png", "b.png"]
    assert not lab.inference.predicted
    assert not lab.downloads.asked
    await lab.close()


async def test_that_the_question_names_how_many_pictures_go_where() -> None:
    asker = Asked(agrees=True)
    lab = _lab(FakeProviders(), asker)
    await lab.run("folder")

    assert asker.questions == [Sending("acme/nuclei", "HF Inference", "router.example", 3)]
    await lab.close()


async def test_that_who_does_not_agree_sends_nothing_and_is_told_so() -> None:
    providers, asker = FakeProviders(), Asked(agrees=False)
    lab = _lab(providers, asker)
    await lab.run("a.png", save_to="results")

    assert not providers.inference.predicted
    assert lab.view_model.state.notice == NOT_SENT
    assert lab.view_model.state.problem is None
    assert not lab.runs.records

    await lab.run("a.png")
    assert len(asker.questions) == 2  # a refusal is not remembered
    await lab.close()


async def test_that_nothing_is_sent_where_nobody_can_be_asked() -> None:
    providers = FakeProviders()
    lab = _lab(providers)
    await lab.run("a.png")

    assert not providers.inference.predicted
    await lab.close()


async def test_that_who_agreed_is_asked_again_for_another_model_only() -> None:
    providers, asker = FakeProviders(), Asked(agrees=True)
    lab = _lab(providers, asker)
    await lab.run("a.png")
    await lab.run("b.png")
    assert len(asker.questions) == 1

    await lab.choose("a.png", model="acme/cells")
    lab.view_model.run()
    await lab.view_model.wait()
    assert [question.model for question in asker.questions] == ["acme/nuclei", "acme/cells"]
    await lab.close()


async def test_that_cancelling_the_run_takes_the_question_back() -> None:
    providers, asked, ended = FakeProviders(), asyncio.Event(), asyncio.Event()
    lab = _lab(providers)

    async def ask(_sending: Sending) -> bool:
        asked.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return True

    lab.view_model.place.set_asker(ask)
    await lab.choose("a.png")
    lab.view_model.run()
    await asked.wait()
    lab.view_model.cancel()
    await lab.view_model.wait()

    assert ended.is_set()
    assert not providers.inference.predicted
    await lab.close()


async def test_that_the_record_names_the_provider_and_no_revision() -> None:
    lab = _lab(FakeProviders(), Asked(agrees=True))
    await lab.run("a.png", save_to="results")

    (record,) = lab.runs.records.values()
    assert record.place == "providers:hf-inference"
    assert record.revision is None
    assert record.device is None
    assert not record.model_files
    assert record.model == "acme/nuclei"
    await lab.close()


async def test_that_the_status_says_who_can_run_the_model_there() -> None:
    providers = FakeProviders()
    lab = _lab(providers)
    await lab.choose("a.png")

    assert lab.view_model.state.status.fitness is Fitness.RUNS
    assert lab.view_model.state.status.text == "Can be run by HF Inference: Object Detection."

    lab.view_model.place.choose(RunPlace.THIS_COMPUTER)
    await lab.view_model.wait()
    assert "Can be run by" not in lab.view_model.state.status.text
    await lab.close()


async def test_that_a_model_that_nobody_runs_is_refused_there() -> None:
    providers = FakeProviders()
    providers.refusal = ProviderError("Nobody runs it.", "Choose another.")
    lab = _lab(providers)
    await lab.choose("a.png")

    assert lab.view_model.state.status.fitness is Fitness.REFUSED
    assert lab.view_model.state.status.text == "Nobody runs it."
    assert not lab.view_model.state.can_run
    await lab.close()


@pytest.mark.parametrize("text", ["acme/nuclei@v1", "acme/nuclei:int8"])
async def test_that_a_provider_runs_no_other_revision(text: str) -> None:
    lab = _lab(FakeProviders())
    await lab.choose("a.png", model=text)

    assert lab.view_model.state.status.fitness is Fitness.REFUSED
    assert "no other revision" in lab.view_model.state.status.text
    await lab.close()


async def test_that_models_of_this_disk_are_not_run_there() -> None:
    lab = _lab(FakeProviders())
    lab.view_model.set_local_path("model.onnx")
    lab.view_model.set_model_source(ModelSource.LOCAL)
    await lab.view_model.wait()

    assert lab.view_model.state.status.fitness is Fitness.REFUSED
    await lab.close()


async def test_that_labels_that_are_missing_are_asked_for_before_anything_else() -> None:
    asker = Asked(agrees=True)
    lab = _lab(FakeProviders("zero-shot-image-classification"), asker)
    await lab.choose("a.png")
    assert lab.view_model.state.why_not_run == "Type what to look for."
    assert not asker.questions
    await lab.close()


async def test_that_who_runs_a_model_that_does_not_run_here_is_told() -> None:
    lab, providers = Lab(hub=FakeHub(a_model(task="text-generation"))), FakeProviders()
    lab.view_model.place.offer(RunPlace.PROVIDERS, providers, providers)
    await lab.choose("a.png")

    status = lab.view_model.state.status
    assert status.fitness is Fitness.REFUSED
    assert status.advice.endswith(
        "Can be run by HF Inference: Object Detection. For that, choose “Inference Providers” to "
        "run on."
    )
    providers.refusal = ProviderError("Nobody runs it.", "Choose another.")
    lab.view_model.check_again()
    await lab.view_model.wait()
    assert "Can be run" not in lab.view_model.state.status.advice
    await lab.close()


def _several(asker: Asked) -> tuple[Lab, FakeProviders]:
    providers = FakeProviders("image-to-text", CHAT, novita="Novita", together="Together")
    return _lab(providers, asker), providers


async def test_that_another_provider_can_be_chosen_and_is_asked_about_anew() -> None:
    asker = Asked(agrees=True)
    lab, _ = _several(asker)
    place = lab.view_model.place
    await lab.run("a.png", save_to="results")
    assert place.state.run_by.chosen == "novita"

    place.choose_provider("together")
    assert place.state.run_by.chosen == "together"
    await lab.view_model.wait()
    assert lab.view_model.state.status.text == "Can be run by Together: Image-to-Text."
    await lab.run("a.png", save_to="results")
    assert [each.provider for each in asker.questions] == ["Novita", "Together"]
    places = [record.place for record in lab.runs.records.values()]
    assert places == ["providers:novita", "providers:together"]
    await lab.close()


async def test_that_a_provider_is_chosen_for_one_model_alone() -> None:
    lab, providers = _several(Asked(agrees=True))
    place = lab.view_model.place
    await lab.choose("a.png")
    place.choose_provider("together")
    await lab.view_model.wait()

    await lab.choose("a.png", model="acme/cells")
    assert place.state.run_by.chosen == "novita"
    await lab.choose("a.png")
    assert place.state.run_by.chosen == "together"

    providers.names = {"groq": "Groq"}  # who was chosen runs it no more, which is told once
    lab.view_model.check_again()
    await lab.view_model.wait()
    assert lab.view_model.state.status.fitness is Fitness.REFUSED
    assert not place.state.run_by.offered
    lab.view_model.check_again()
    await lab.view_model.wait()
    assert place.state.run_by.chosen == "groq"
    await lab.close()


async def test_that_nobody_is_offered_on_this_computer() -> None:
    lab, _ = _several(Asked(agrees=True))
    await lab.choose("a.png")
    assert lab.view_model.place.state.run_by.has_others
    lab.view_model.place.choose(RunPlace.THIS_COMPUTER)
    assert not lab.view_model.place.state.run_by.offered
    await lab.view_model.wait()
    lab.view_model.place.choose(RunPlace.PROVIDERS)
    await lab.view_model.wait()
    assert lab.view_model.place.state.run_by.has_others
    lab.view_model.set_model_text("")
    await lab.view_model.wait()
    assert not lab.view_model.place.state.run_by.offered
    await lab.close()


def test_that_a_cluster_typed_before_is_no_name_of_a_provider() -> None:
    assert str(RunTarget(RunPlace.PROVIDERS, "ray://cluster:10001")) == "providers"
    assert str(RunTarget(RunPlace.PROVIDERS, "", 0, "together")) == "providers:together"
