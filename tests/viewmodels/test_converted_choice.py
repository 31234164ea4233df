"""What is run of a model that was turned into ONNX on this machine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ailab.services.compatibility.compatibility import Compatibility
from ailab.services.compatibility.machine import Machine
from ailab.services.conversion.converted_model import ConvertedModel
from ailab.services.conversion.converted_store import ConvertedStore
from ailab.services.conversion.weights_stamp import weights_stamp
from ailab.services.hub.hub_errors import HubOfflineError
from ailab.services.inference.engine_table import ONNX, TORCH
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.runnable_model import RunnableModel
from ailab.viewmodels.bring_model import bring_model
from ailab.viewmodels.inference_state import Fitness, ModelSource, ModelStatus
from ailab.viewmodels.model_choice import ModelChoice
from ailab.viewmodels.other_weights import OtherWeights
from fake_conversions import a_conversion
from fakes import COMMIT, FakeDownloads, FakeHub, FakeInference, a_model, details_of

_LOCAL = ("/models/own", ModelSource.LOCAL)
SAFETENSORS = ("config.json", "preprocessor_config.json", "model.safetensors")


class _Store(ConvertedStore):
    """Conversions that lie nowhere."""

    def __init__(self, *there: ConvertedModel) -> None:
        super().__init__(Path("nowhere"))
        self.there = there

    def read(self) -> tuple[ConvertedModel, ...]:
        return self.there


class _Inference(FakeInference):
    """Snapshots run on PyTorch, where that is installed; `.onnx` files on ONNX Runtime."""

    def __init__(self, *, has_torch: bool) -> None:
        super().__init__()
        self.has_torch = has_torch
        self.opened: list[str] = []

    async def open(
        self,
        path: str,
        *,
        model_id: str | None = None,
        revision: str | None = None,
        variant: str | None = None,
    ) -> RunnableModel:
        self.opened.append(path)
        model = await super().open(path, model_id=model_id, revision=revision, variant=variant)
        if path.endswith(".onnx"):
            return model
        if not self.has_torch:
            raise ModelFileError("PyTorch is not installed.", "Install it.")
        return replace(model, engine=TORCH)


class Bench:
    """A safetensors model, converted at one revision."""

    def __init__(self, revision: str = COMMIT, *, has_torch: bool = True) -> None:
        model = a_model()
        self.hub = FakeHub(model)
        self.hub.details[model.id] = details_of(model, *SAFETENSORS)
        self.downloads = FakeDownloads()
        self.inference = _Inference(has_torch=has_torch)
        engines = frozenset({ONNX, TORCH} if has_torch else {ONNX})
        machine = Machine(engines=engines)
        self.judge = Compatibility(
            lambda: False,
            conversions=_Store(a_conversion(revision=revision)),
            look=lambda: machine,
        )

    def choice(
        self, text: str = "acme/nuclei", source: ModelSource = ModelSource.HUGGING_FACE
    ) -> ModelChoice:
        return ModelChoice(
            *(self.hub, self.downloads, self.inference, self.judge), source=source, text=text
        )

    async def bring(self, text: str = "acme/nuclei") -> RunnableModel:
        return await bring_model(self.choice(text), self.downloads, self.inference, lambda _: None)

    def lose_hub(self) -> None:
        self.hub.failure = HubOfflineError("The Hub can't be reached.", "Try again.")


@pytest.mark.parametrize("has_torch", [True, False])
async def test_that_the_conversion_is_run_and_nothing_downloaded(has_torch: bool) -> None:
    bench = Bench(has_torch=has_torch)
    status = await bench.choice().status()
    assert status.fitness is Fitness.RUNS
    assert "converted on this machine" in status.text
    assert status.is_here
    assert not status.can_convert
    model = await bench.bring()
    assert (model.variant, model.engine, model.revision) == ("converted", ONNX, COMMIT)
    assert (
        model.path == a_conversion().folder.with_name(f"acme--nuclei@{COMMIT}") / "onnx/model.onnx"
    )
    assert bench.downloads.asked == []


@pytest.mark.parametrize("has_torch", [True, False])
async def test_that_a_model_that_was_converted_can_be_run_either_way(has_torch: bool) -> None:
    bench = Bench(has_torch=has_torch)
    other = (await bench.choice("acme/nuclei@v1").status()).other
    if not has_torch:
        assert other is None  # nothing would run it
        return
    assert other == OtherWeights("acme/nuclei@v1:safetensors", "PyTorch")
    back = (await bench.choice(other.text).status()).other
    assert back == OtherWeights("acme/nuclei@v1", "ONNX Runtime")
    never_converted = Bench(revision="f" * 40)
    assert (await never_converted.choice().status()).other is None


async def test_that_safetensors_are_run_where_they_are_named() -> None:
    bench = Bench()
    model = await bench.bring("acme/nuclei:safetensors")
    assert (model.variant, model.engine) == ("safetensors", TORCH)
    assert bench.downloads.asked != []


async def test_that_the_conversion_of_another_revision_does_not_count() -> None:
    bench = Bench(revision="f" * 40)
    status = await bench.choice().status()
    assert "on PyTorch" in status.text
    assert status.can_convert
    assert (await bench.bring()).engine == TORCH


@pytest.mark.parametrize("has_torch", [True, False])
@pytest.mark.parametrize("is_kept", [True, False])
async def test_that_the_conversion_is_run_where_the_hub_cannot_be_asked(
    has_torch: bool, is_kept: bool
) -> None:
    bench = Bench(has_torch=has_torch)
    bench.lose_hub()
    if is_kept:
        bench.downloads.held.add("acme/nuclei")
    status = await bench.choice().status()
    assert status.fitness is Fitness.RUNS
    assert "converted on this machine" in status.text
    model = await bench.bring()
    assert model.variant == "converted"


async def test_that_safetensors_that_are_named_are_run_without_the_hub_too() -> None:
    bench = Bench()
    bench.lose_hub()
    bench.downloads.held.add("acme/nuclei")
    model = await bench.bring("acme/nuclei:safetensors")
    assert model.engine == TORCH
    status = await bench.choice("acme/nuclei:safetensors").status()
    assert "converted" not in status.text
    assert not status.can_convert


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A local folder with safetensors."""
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "config.json").write_text('{"architectures": ["ViTForImageClassification"]}')
    (folder / "preprocessor_config.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(b"weights")
    return folder


async def test_that_what_was_made_of_a_local_folder_is_run_in_its_place(
    own: Path, tmp_path: Path
) -> None:
    bench = Bench()
    store = ConvertedStore(tmp_path / "converted")
    bench.judge = Compatibility(lambda: False, conversions=store)
    choice = bench.choice(str(own), ModelSource.LOCAL)
    status = await choice.status()
    assert status.can_convert
    assert "converted" not in status.text
    stamp = weights_stamp(own)
    assert stamp is not None
    with store.begun() as partial:
        (partial / "onnx").mkdir()
        (partial / "onnx" / "model.onnx").write_bytes(b"graph")
        made = replace(a_conversion().record, model_id=str(own), revision=stamp)
        kept = store.keep(partial, replace(made, files=(("onnx/model.onnx", 5),)))
    status = await choice.status()
    assert "converted on this machine" in status.text
    assert not status.can_convert
    await _check_both_ways(bench, own, status)
    model = await bring_model(choice, bench.downloads, bench.inference, lambda _: None)
    assert (model.name, model.variant, model.path) == ("own", "converted", kept.weights)
    assert (model.model_id, model.engine) == (None, ONNX)
    (own / "model.safetensors").write_bytes(b"others")
    model = await bring_model(choice, bench.downloads, bench.inference, lambda _: None)
    assert (model.path, model.engine) == (own, TORCH)
    with pytest.raises(ModelFileError, match="as it is now"):
        await bench.choice(f"{own}:converted", ModelSource.LOCAL).open_local()


async def _check_both_ways(bench: Bench, own: Path, status: ModelStatus) -> None:
    """A folder and what was made of it can each be run by name."""
    assert status.other == OtherWeights(f"{own}:safetensors", "PyTorch")
    named = bench.choice(status.other.text, ModelSource.LOCAL)
    status = await named.status()
    assert "on PyTorch" in status.text
    assert not status.can_convert
    assert status.other == OtherWeights(str(own), "ONNX Runtime")
    model = await bring_model(named, bench.downloads, bench.inference, lambda _: None)
    assert (model.path, model.engine, model.variant) == (own, TORCH, "safetensors")
    model = await bench.choice(f"{own}:converted", ModelSource.LOCAL).open_local()
    assert model.variant == "converted"
    bench.inference.has_torch = False
    assert (await bench.choice(str(own), ModelSource.LOCAL).status()).other is None
    bench.inference.has_torch = True


@pytest.mark.parametrize(
    ("task", "architecture", "is_offered"),
    [
        ("mask-generation", "SamModel", True),
        ("keypoint-detection", "VitPoseForPoseEstimation", True),
        ("image-to-text", "VisionEncoderDecoderModel", True),
        ("image-to-text", "BlipForConditionalGeneration", True),
        ("image-to-text", "Florence2ForConditionalGeneration", True),
        ("image-to-text", "Kosmos2ForConditionalGeneration", False),
        ("image-to-text", "PaliGemmaForConditionalGeneration", False),
        ("mask-generation", "Sam2VideoModel", True),
        ("zero-shot-object-detection", "GroundingDinoForObjectDetection", True),
        ("image-segmentation", "CLIPSegForImageSegmentation", True),
    ],
)
async def test_that_models_are_offered_for_conversion_where_it_is_not_known_to_fail(
    task: str, architecture: str, is_offered: bool
) -> None:
    bench = Bench(revision="f" * 40)
    asked = replace(a_model(), task=task)
    files = (*SAFETENSORS, "tokenizer.json")
    details = replace(details_of(asked, *files), architectures=(architecture,))
    bench.hub.details[asked.id] = details
    bench.inference.architectures = (architecture,)
    told = [await bench.choice().status(), await bench.choice(*_LOCAL).status()]
    bench.lose_hub()
    bench.downloads.held.add(asked.id)
    told.append(await bench.choice().status())
    for status in told:
        assert status.fitness is Fitness.RUNS
        assert status.can_convert == is_offered
        assert status.why_not_convert.startswith("It cannot be converted to ONNX: ") != is_offered


async def test_that_what_onnx_runtime_runs_is_not_said_to_be_unconvertible() -> None:
    bench = Bench(revision="f" * 40)
    bench.inference.architectures = ("Kosmos2ForConditionalGeneration",)
    status = await bench.choice("own.onnx", ModelSource.LOCAL).status()
    assert (status.can_convert, status.why_not_convert) == (False, "")
