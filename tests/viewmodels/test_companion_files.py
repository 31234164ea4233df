"""A run of a model that needs small files of other repositories."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ailab.services.compatibility.compatibility import Compatibility
from ailab.services.compatibility.machine import Machine
from ailab.services.hub.hub_errors import HubOfflineError
from ailab.services.inference.engine_table import ONNX
from ailab.services.lab_error import LabError
from ailab.viewmodels.bring_model import bring_model
from ailab.viewmodels.inference_state import ModelSource
from ailab.viewmodels.model_choice import ModelChoice
from ailab.viewmodels.run_progress import RunProgress
from fakes import FakeDownloads, FakeHub, FakeInference, a_model, details_of

TOKENIZERS = [
    ("openai-community/gpt2", ("tokenizer.json",)),
    ("google-bert/bert-base-uncased", ("tokenizer.json",)),
]
FILES = ("config.json", "preprocessor_config.json", "tokenizer.json", "onnx/model.onnx")


class Bench:
    """MGP-STR on a Hub, and nothing on this disk."""

    def __init__(self) -> None:
        model = a_model("acme/reader", task="image-to-text")
        details = replace(
            details_of(model, *FILES), architectures=("MgpstrForSceneTextRecognition",)
        )
        self.hub = FakeHub(model)
        self.hub.details[model.id] = details
        self.downloads, self.inference = FakeDownloads(), FakeInference()
        self.told: list[RunProgress] = []
        self.judge = Compatibility(lambda: False, look=lambda: Machine(engines=frozenset({ONNX})))

    def choice(self) -> ModelChoice:
        return ModelChoice(
            *(self.hub, self.downloads, self.inference, self.judge),
            source=ModelSource.HUGGING_FACE,
            text="acme/reader",
        )

    async def bring(self) -> None:
        await bring_model(self.choice(), self.downloads, self.inference, self.told.append)


async def test_that_a_run_downloads_them_and_names_what_it_downloads() -> None:
    bench = Bench()
    await bench.bring()
    asked = dict(bench.downloads.asked)
    assert [*asked] == [*(name for name, _ in TOKENIZERS), "acme/reader"]
    assert all(asked[name] == files for name, files in TOKENIZERS)
    assert {"openai-community/gpt2", "acme/reader"} <= {each.model for each in bench.told}


async def test_that_what_is_here_is_not_downloaded_again() -> None:
    bench = Bench()
    bench.downloads.held = {"acme/reader", "gpt2"}
    assert not (await bench.choice().status()).is_here
    await bench.bring()
    assert [name for name, _ in bench.downloads.asked] == [TOKENIZERS[1][0], "acme/reader"]
    assert (await bench.choice().status()).is_here


async def test_that_the_model_runs_without_what_the_hub_does_not_give() -> None:
    bench = Bench()

    class Missing(FakeDownloads):
        async def download(self, details, files, on_progress):  # type: ignore[no-untyped-def]
            if details.info.id != "acme/reader":
                raise HubOfflineError("The Hub can't be reached.", "Try again.")
            return await super().download(details, files, on_progress)

    bench.downloads = Missing()
    await bench.bring()
    assert [name for name, _ in bench.downloads.asked] == ["acme/reader"]


async def test_that_a_disk_that_refuses_them_is_told() -> None:
    bench = Bench()
    bench.downloads.failure = LabError("The disk is full.", "Free some space.")
    with pytest.raises(LabError, match="disk is full"):
        await bench.bring()
