"""Tiny networks of transformers turned into ONNX, compared, and run from then on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper
from PIL import Image

from ailab.services.conversion.conversion_service import ConversionService
from ailab.services.conversion.conversions import ConversionStage
from ailab.services.conversion.converted_store import ConvertedStore
from ailab.services.images.image_reader import read_picture
from ailab.services.inference.inference_errors import ModelFileError, OtherAnswerError
from ailab.services.inference.inference_service import InferenceService
from ailab.services.inference.json_fields import Fields
from ailab.services.inference.onnx_file import check_onnx_file
from ailab.services.inference.open_model import open_model
from ailab.services.inference.predictions import Classification

torch = pytest.importorskip("torch", reason="the extra torch is not installed")
transformers = pytest.importorskip("transformers", reason="the extra torch is not installed")
pytest.importorskip("onnxscript", reason="the extra torch is not installed whole")
pytest.importorskip("transformers.exporters.exporter_onnx", reason="needs a newer transformers")

from ailab.services.inference import onnx_export  # noqa: E402 - needs PyTorch
from ailab.services.inference.converter import Converter, own_picture  # noqa: E402
from ailab.services.inference.onnx_parts import OnnxPart  # noqa: E402
from tiny_networks.conversion import convert  # noqa: E402
from tiny_networks.fidelity_case import cases  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")  # of PyTorch and transformers themselves

LABELS = {0: "cell", 1: "dividing cell", 2: "debris"}
REVISION = "a" * 40
Make = Callable[[], tuple[Any, Any]]


def _stages() -> dict[str, Any]:
    return {"embedding_size": 8, "hidden_sizes": [8, 8, 16, 16], "depths": [1, 1, 1, 1]}


def _vit() -> tuple[Any, Any]:
    config = transformers.ViTConfig(
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        image_size=32,
        patch_size=8,
        id2label=LABELS,
    )
    size = {"height": 32, "width": 32}
    return transformers.ViTForImageClassification(config), transformers.ViTImageProcessor(size=size)


def _resnet() -> tuple[Any, Any]:
    config = transformers.ResNetConfig(**_stages(), id2label=LABELS)
    processor = transformers.ConvNextImageProcessor(size={"shortest_edge": 32}, crop_pct=0.875)
    return transformers.ResNetForImageClassification(config), processor


def _segformer() -> tuple[Any, Any]:
    config = transformers.SegformerConfig(
        depths=[1, 1, 1, 1],
        hidden_sizes=[8, 8, 16, 16],
        num_attention_heads=[1, 1, 2, 2],
        decoder_hidden_size=16,
        id2label=LABELS,
    )
    processor = transformers.SegformerImageProcessor(size={"height": 64, "width": 64})
    return transformers.SegformerForSemanticSegmentation(config), processor


def _detr() -> tuple[Any, Any]:
    config = transformers.DetrConfig(
        use_timm_backbone=False,
        backbone_config=transformers.ResNetConfig(**_stages(), out_features=["stage4"]),
        backbone=None,
        use_pretrained_backbone=False,
        d_model=16,
        encoder_layers=1,
        decoder_layers=1,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=16,
        decoder_ffn_dim=16,
        num_queries=6,
        id2label=LABELS,
    )
    processor = transformers.DetrImageProcessor(size={"shortest_edge": 64, "longest_edge": 96})
    return transformers.DetrForObjectDetection(config), processor


def _dpt() -> tuple[Any, Any]:
    config = transformers.DPTConfig(
        hidden_size=32,
        num_hidden_layers=4,
        num_attention_heads=2,
        intermediate_size=32,
        image_size=64,
        patch_size=16,
        backbone_out_indices=[0, 1, 2, 3],
        neck_hidden_sizes=[8, 8, 8, 8],
        fusion_hidden_size=8,
        use_batch_norm_in_fusion_residual=False,
    )
    size = {"height": 64, "width": 64}
    return transformers.DPTForDepthEstimation(config), transformers.DPTImageProcessor(size=size)


def save(make: Make, folder: Path) -> Path:
    """A snapshot as it lies in a cache."""
    torch.manual_seed(0)
    network, processor = make()
    place = folder / "models--acme--tiny" / "snapshots" / REVISION
    network.save_pretrained(place)
    processor.save_pretrained(place)
    return place


FEEDS = {"pixel_values": np.zeros((1, 3, 8, 8), np.float32)}


def part(*frees: set[int], feeds: dict[str, Any] = FEEDS) -> OnnxPart:
    """A network that is written whole, with these axes of the picture left free."""
    return OnnxPart("model.onnx", None, feeds, tuple({"pixel_values": axes} for axes in frees))


def pass_over() -> None:
    """What was written is taken to answer right."""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("make", "wants_free_size"),
    [(_resnet, False), (_segformer, False), (_detr, True), (_dpt, False)],
)
def test_that_a_network_answers_the_same_as_onnx(
    tmp_path: Path, make: Make, wants_free_size: bool
) -> None:
    model = open_model(save(make, tmp_path), variant="safetensors")
    made = tmp_path / "made"
    made.mkdir()
    converter = Converter(read_picture)
    fields = Fields({"save_to": str(made)})
    assert converter.step("load", model, fields) == {}
    export = converter.step("export", model, fields)
    assert export["reason"] == ""
    assert export["is_size_free"] or not wants_free_size
    check_onnx_file(made / "model.onnx")
    figures = converter.step("check", model, fields)["figures"]
    assert figures
    assert all(isinstance(each["value"], float) for each in figures)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "SamModel, points",
        "SamHQModel, points",
        "ViTPose",
        "SuperPoint",
        "VisionEncoderDecoderModel (ViT, GPT-2)",
        "VisionEncoderDecoderModel (ViT, TrOCR)",
        "BlipForConditionalGeneration",
        "Florence2ForConditionalGeneration",
        "GitForCausalLM",
        "Pix2StructForConditionalGeneration",
        "PPOCRV6TinyRecForTextRecognition",
    ],
)
def test_that_masks_points_and_words_are_the_same_as_onnx(tmp_path: Path, name: str) -> None:
    case = next(each for each in cases() if each.name == name)
    case.save(tmp_path)
    assert convert(tmp_path)
    written = open_model(tmp_path)  # as the Hub's exports are found
    assert (written.engine, written.task) == ("onnxruntime", case.task)


def test_that_what_writes_by_a_way_of_its_own_is_refused_with_the_reason(tmp_path: Path) -> None:
    case = next(each for each in cases() if each.name == "Kosmos2ForConditionalGeneration")
    case.save(tmp_path)
    model = open_model(tmp_path, variant="safetensors")
    converter = Converter(read_picture)
    fields = Fields({"save_to": str(tmp_path)})
    converter.step("load", model, fields)
    with pytest.raises(ModelFileError, match="a way of its own"):
        converter.step("export", model, fields)


@pytest.mark.slow
def test_that_a_worker_within_its_walls_converts_and_the_outcome_is_run(tmp_path: Path) -> None:
    # On a loop of its own: exporting takes longer than coroutine tests may, on a busy machine.
    asyncio.run(_convert_and_run(tmp_path))


async def _convert_and_run(tmp_path: Path) -> None:
    folder = save(_vit, tmp_path)
    picture = tmp_path / "own.png"
    Image.fromarray(own_picture()).save(picture)
    inference = InferenceService()
    service = ConversionService(ConvertedStore(tmp_path / "converted"))
    stages: list[ConversionStage] = []
    try:
        model = await inference.open(str(folder), model_id="acme/tiny", revision=REVISION)
        before = await inference.predict(model, str(picture), threshold=0.5, save_to=None)
        kept = await service.convert(model, str(picture), stages.append)
        assert stages == list(ConversionStage)
        assert kept.record.picture == "own.png"
        assert dict(kept.record.versions).keys() >= {"torch", "transformers", "onnx", "onnxscript"}
        converted = await inference.open(str(kept.weights), model_id="acme/tiny", revision=REVISION)
        assert (converted.engine, converted.labels) == ("onnxruntime", model.labels)
        after = await inference.predict(converted, str(picture), threshold=0.5, save_to=None)
    finally:
        await inference.close()
    assert isinstance(before.prediction, Classification)
    assert isinstance(after.prediction, Classification)
    scores = {each.label: each.score for each in before.prediction.scores}
    for each in after.prediction.scores:
        assert each.score == pytest.approx(scores[each.label], abs=1e-3)


def test_that_an_operator_that_the_exporter_does_not_know_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: object) -> None:
        raise RuntimeError("No ONNX function found for aten.strange")

    monkeypatch.setattr(onnx_export, "_traced", unknown)
    with pytest.raises(ModelFileError, match="does not know all") as caught:
        onnx_export.export_onnx(
            [part({0}, set())], tmp_path, wants_free_size=True, try_out=pass_over
        )
    assert "aten.strange" in caught.value.detail
    assert list(tmp_path.iterdir()) == []


class Traces:
    """Stands in for the exporter: a graph of fixed sizes where no axis is free."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *refused: set[int]) -> None:
        self.tried: list[set[int]] = []
        self._refused = refused
        monkeypatch.setattr(onnx_export, "_traced", self._traced)
        monkeypatch.setattr(onnx_export, "_save", lambda *_: None)

    def _traced(self, _exporter: object, _network: object, _feeds: object, free: Any) -> object:
        axes = free["pixel_values"]
        self.tried.append(axes)
        if axes in self._refused:
            raise ValueError("Constraints violated (height)")
        sides = ("h", "w") if -1 in axes else (8, 8)
        picture = SimpleNamespace(shape=(1, 3, *sides))
        return SimpleNamespace(graph=SimpleNamespace(inputs=(picture,)))


def test_that_a_size_that_cannot_be_free_is_fixed_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Traces(monkeypatch, {0, -2, -1})
    export = onnx_export.export_onnx(
        [part({0, -2, -1}, set())], tmp_path, wants_free_size=True, try_out=pass_over
    )
    assert export == onnx_export.Export(False, "Constraints violated (height)")
    other = onnx_export.export_onnx(
        [part(set())], tmp_path, wants_free_size=False, try_out=pass_over
    )
    assert other == onnx_export.Export(False)


def test_that_what_answers_otherwise_is_written_with_less_left_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    traces = Traces(monkeypatch)

    def try_out() -> None:
        if 0 in traces.tried[-1]:
            raise OtherAnswerError("It keeps the number of pictures.", "")

    export = onnx_export.export_onnx(
        [part({0, -2, -1}, {-2, -1}, set())], tmp_path, wants_free_size=True, try_out=try_out
    )
    assert traces.tried == [{0, -2, -1}, {-2, -1}]
    assert export == onnx_export.Export(True)


def test_that_what_answers_otherwise_however_it_is_written_is_refused_with_that_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    traces = Traces(monkeypatch, set())

    def try_out() -> None:
        raise OtherAnswerError("The scores differ by 0.5.", "")

    with pytest.raises(OtherAnswerError, match="differ by"):
        onnx_export.export_onnx(
            [part({0}, set())], tmp_path, wants_free_size=False, try_out=try_out
        )
    assert traces.tried == [{0}, set()]


def test_that_a_full_disk_is_told(tmp_path: Path) -> None:
    class Exporter:
        @staticmethod
        def save_program(_program: object, _path: Path) -> None:
            raise OSError(28, "No space left on device")

    with pytest.raises(ModelFileError, match="disk is full"):
        onnx_export._save(Exporter, None, tmp_path / "model.onnx")


def test_that_an_outcome_that_answers_otherwise_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = save(_vit, tmp_path)
    model = open_model(folder, variant="safetensors")
    converter = Converter(read_picture)
    converter.step("load", model, Fields({"save_to": ""}))
    # An ONNX file of the same shape with an answer of its own.
    graph = helper.make_graph(
        [helper.make_node("ReduceMean", ["pixel_values"], ["logits"], axes=[2, 3], keepdims=0)],
        "g",
        [helper.make_tensor_value_info("pixel_values", TensorProto.FLOAT, [1, 3, 32, 32])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, 3])],
    )
    opset = helper.make_opsetid("", 17)
    onnx.save(
        helper.make_model(graph, opset_imports=[opset], ir_version=8), tmp_path / "model.onnx"
    )
    with pytest.raises(ModelFileError, match="does not answer as PyTorch does"):
        converter.step("check", model, Fields({"save_to": str(tmp_path)}))
