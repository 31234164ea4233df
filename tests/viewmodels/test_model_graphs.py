"""What small graphs name counts in what is told of a model, once it was read."""

from __future__ import annotations

from dataclasses import replace

from ailab.services.compatibility.compatibility import Compatibility
from ailab.services.compatibility.machine import Machine
from ailab.services.hub.model_info import RepoFile
from ailab.viewmodels.inference_state import ModelSource
from ailab.viewmodels.model_choice import ModelChoice
from browser_lab import BrowserLab
from fakes import FakeDownloads, FakeHub, FakeInference, Gate, a_model, details_of, until
from named_tensors import a_graph


def size_of(lab: BrowserLab) -> int | None:
    assert lab.browser.state.verdict is not None
    return lab.browser.state.verdict.download_size


async def test_that_the_browser_shows_the_details_first_and_then_the_whole_size() -> None:
    lab = BrowserLab(FakeHub(a_model("acme/a"), a_model("acme/b")))
    lab.judge.named["acme/a"] = 900_000_000
    lab.judge.gate = Gate(is_open=False)
    lab.browser.open()
    await until(lambda: lab.browser.state.has_searched and bool(lab.browser.state.results))
    lab.browser.select(lab.browser.state.results[0])
    await until(lambda: lab.browser.state.details is not None)
    assert size_of(lab) == 3_000_000
    lab.judge.gate.open()
    await lab.browser.wait()
    assert size_of(lab) == 903_000_000
    row = lab.browser.state.verdicts["key-acme/a"]
    assert row.download_size == 903_000_000


async def test_that_another_model_is_not_taken_for_the_one_that_was_read() -> None:
    lab = BrowserLab(FakeHub(a_model("acme/a"), a_model("acme/b")))
    lab.judge.named["acme/a"] = 900_000_000
    lab.browser.open()
    await lab.browser.wait()
    lab.judge.gate = Gate(is_open=False)
    lab.browser.select(lab.browser.state.results[0])
    await until(lambda: lab.judge.gate.waiting == 1)
    lab.browser.select(lab.browser.state.results[1])
    await until(lambda: lab.browser.state.details is not None)
    lab.judge.gate.open()
    await lab.browser.wait()
    assert size_of(lab) == 3_000_000
    assert "acme/a" not in lab.judge.looked_into


async def test_that_the_field_tells_the_whole_size_and_all_of_it_is_looked_for() -> None:
    model = a_model()
    hub, downloads = FakeHub(model), FakeDownloads()
    details = details_of(model, "config.json", "preprocessor_config.json")
    graph = a_graph("bias")
    files = (RepoFile("onnx/model.onnx", len(graph)), RepoFile("onnx/bias", 900_000_000))
    hub.details[model.id] = replace(details, files=(*details.files, *files))
    hub.files[model.id, "onnx/model.onnx"] = graph
    judge = Compatibility(lambda: False, hub=hub, look=Machine)
    choice = ModelChoice(
        *(hub, downloads, FakeInference(), judge), source=ModelSource.HUGGING_FACE, text=model.id
    )
    assert "902 MB to download" in (await choice.status()).text
    assert "onnx/bias" in (await choice.look_up())[1].files
