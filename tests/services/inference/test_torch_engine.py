"""Tiny networks of transformers' own classes, run by ailab and by transformers' pipelines."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from ailab.services.compatibility.torch_architectures import TORCH_ARCHITECTURES
from ailab.services.inference.engine import Terminated
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.inference_service import InferenceService
from ailab.services.inference.model_config import is_known_head
from ailab.services.inference.open_model import open_model
from ailab.services.inference.predictions import Classification, Detections, Segmentation

torch = pytest.importorskip("torch", reason="the extra torch is not installed")
transformers = pytest.importorskip("transformers", reason="the extra torch is not installed")

from safetensors.torch import load_file, save_file  # noqa: E402 - needs PyTorch

from ailab.services.inference.loaded_model import LoadedModel, load_model  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")  # of PyTorch and transformers themselves

LABELS = {0: "cell", 1: "dividing cell", 2: "debris"}
Pixels = npt.NDArray[np.uint8]
Make = Callable[[], tuple[Any, Any]]


def _vit() -> tuple[Any, Any]:
    config = transformers.ViTConfig(
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        image_size=32,
        patch_size=8,
        id2label=LABELS,
    )
    size = {"height": 32, "width": 32}
    return transformers.ViTForImageClassification(config), transformers.ViTImageProcessor(size=size)


def _resnet() -> Any:
    return transformers.ResNetConfig(
        embedding_size=16,
        hidden_sizes=[16, 24, 32, 40],
        depths=[1, 1, 1, 1],
        out_features=["stage1", "stage2", "stage3", "stage4"],
    )


def _detr(kind: str = "DetrForObjectDetection") -> tuple[Any, Any]:
    config = transformers.DetrConfig(
        use_timm_backbone=False,
        backbone_config=_resnet(),
        backbone=None,
        use_pretrained_backbone=False,
        d_model=32,
        encoder_layers=1,
        decoder_layers=1,
        encoder_attention_heads=8,
        decoder_attention_heads=8,
        encoder_ffn_dim=32,
        decoder_ffn_dim=32,
        num_queries=12,
        id2label=LABELS,
    )
    processor = transformers.DetrImageProcessor(size={"shortest_edge": 64, "longest_edge": 96})
    return getattr(transformers, kind)(config), processor


def _yolos() -> tuple[Any, Any]:
    config = transformers.YolosConfig(
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        image_size=[64, 96],
        num_detection_tokens=10,
        id2label=LABELS,
    )
    processor = transformers.YolosImageProcessor(size={"shortest_edge": 64, "longest_edge": 96})
    return transformers.YolosForObjectDetection(config), processor


def _rt_detr() -> tuple[Any, Any]:
    backbone = transformers.RTDetrResNetConfig(
        embedding_size=16,
        hidden_sizes=[16, 24, 32, 40],
        depths=[1, 1, 1, 1],
        layer_type="basic",
        out_features=["stage2", "stage3", "stage4"],
    )
    config = transformers.RTDetrConfig(
        backbone_config=backbone,
        encoder_in_channels=[24, 32, 40],
        encoder_hidden_dim=32,
        encoder_ffn_dim=32,
        encoder_attention_heads=2,
        d_model=32,
        num_queries=10,
        decoder_in_channels=[32, 32, 32],
        decoder_ffn_dim=32,
        decoder_layers=1,
        decoder_attention_heads=2,
        id2label=LABELS,
    )
    processor = transformers.RTDetrImageProcessor(size={"height": 96, "width": 96})
    return transformers.RTDetrForObjectDetection(config), processor


def _segformer() -> tuple[Any, Any]:
    config = transformers.SegformerConfig(
        depths=[1, 1, 1, 1],
        hidden_sizes=[8, 16, 24, 32],
        num_attention_heads=[1, 1, 2, 2],
        decoder_hidden_size=16,
        id2label=LABELS,
    )
    processor = transformers.SegformerImageProcessor(size={"height": 64, "width": 64})
    return transformers.SegformerForSemanticSegmentation(config), processor


def _mask2former() -> tuple[Any, Any]:
    backbone = transformers.SwinConfig(
        embed_dim=16,
        depths=[1, 1, 1, 1],
        num_heads=[1, 1, 2, 2],
        window_size=4,
        image_size=64,
        out_features=["stage1", "stage2", "stage3", "stage4"],
    )
    config = transformers.Mask2FormerConfig(
        backbone_config=backbone,
        feature_size=32,
        mask_feature_size=32,
        hidden_dim=32,
        encoder_feedforward_dim=32,
        encoder_layers=1,
        decoder_layers=2,
        dim_feedforward=32,
        num_attention_heads=2,
        num_queries=8,
        id2label=LABELS,
    )
    processor = transformers.Mask2FormerImageProcessor(size={"height": 64, "width": 64})
    return transformers.Mask2FormerForUniversalSegmentation(config), processor


def _saved(make: Make, folder: Path, seed: int = 0) -> Path:
    """A network of random weights, made surer of itself than such networks are."""
    torch.manual_seed(seed)
    network, processor = make()
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            if "class" in name and name.endswith("weight"):
                parameter.mul_(20)
    network.eval().save_pretrained(folder, safe_serialization=True)
    processor.save_pretrained(folder)
    return folder


@pytest.fixture
def save(tmp_path: Path) -> Callable[[Make], Path]:
    return lambda make: _saved(make, tmp_path / "model")


@pytest.fixture(scope="module")
def picture() -> Pixels:
    random = np.random.default_rng(3)
    small = random.integers(0, 255, (6, 8, 3), dtype=np.uint8)
    return np.asarray(Image.fromarray(small).resize((150, 100), Image.Resampling.BICUBIC))


def _load(folder: Path) -> LoadedModel:
    model = open_model(folder)
    assert (model.engine, model.variant) == ("torch", "safetensors")
    return load_model(model)


def _pipeline(task: str, folder: Path) -> Any:
    return transformers.pipeline(task, model=str(folder), device="cpu")


def _indices(found: Segmentation) -> Pixels:
    indices = np.frombuffer(found.label_map.unpack(), np.uint8)
    return indices.reshape(found.height, found.width)


def test_that_every_architecture_that_is_promised_is_one_of_transformers() -> None:
    missing = [name for name in TORCH_ARCHITECTURES if not hasattr(transformers, name)]
    assert missing == []
    assert all(is_known_head(name) for name in TORCH_ARCHITECTURES)


def test_that_classes_are_those_of_the_pipeline(
    save: Callable[[Make], Path], picture: Pixels
) -> None:
    folder = save(_vit)
    expected = _pipeline("image-classification", folder)(Image.fromarray(picture), top_k=3)
    found = _load(folder).predict(picture).prediction
    assert isinstance(found, Classification)
    assert [each.label for each in found.scores] == [each["label"] for each in expected]
    for ours, theirs in zip(found.scores, expected, strict=True):
        assert ours.score == pytest.approx(theirs["score"], abs=1e-3)


@pytest.mark.parametrize("make", [_detr, _yolos, _rt_detr])
def test_that_boxes_are_those_of_the_pipeline(
    save: Callable[[Make], Path], picture: Pixels, make: Make
) -> None:
    folder = save(make)
    expected = _pipeline("object-detection", folder)(Image.fromarray(picture), threshold=0.06)
    found = _load(folder).predict(picture).prediction
    assert isinstance(found, Detections)
    ours = sorted(
        ((each.label, each.score, *each.box) for each in found.items if each.score > 0.06),
        key=lambda each: -each[1],
    )
    assert ours
    assert len(ours) == len(expected)
    for one, other in zip(ours, sorted(expected, key=lambda each: -each["score"]), strict=True):
        assert one[0] == other["label"]
        assert one[1] == pytest.approx(other["score"], abs=1e-3)
        box = [other["box"][side] for side in ("xmin", "ymin", "xmax", "ymax")]
        # The pipeline cuts to whole pixels and lets boxes reach beyond the picture.
        inside = np.clip(box, 0, [150, 100] * 2)
        assert np.abs(np.array(one[2:]) - inside).max() < 1.01


def test_that_semantic_regions_are_those_of_the_pipeline(
    save: Callable[[Make], Path], picture: Pixels
) -> None:
    folder = save(_segformer)
    expected = _pipeline("image-segmentation", folder)(Image.fromarray(picture))
    found = _load(folder).predict(picture).prediction
    assert isinstance(found, Segmentation)
    label_map = _indices(found)
    assert {each.label for each in found.segments} == {each["label"] for each in expected}
    for segment in found.segments:
        theirs = next(each["mask"] for each in expected if each["label"] == segment.label)
        agreeing = (label_map == segment.index) == (np.asarray(theirs) > 0)
        assert agreeing.mean() > 0.999


def test_that_masks_of_queries_are_those_of_the_pipeline(
    save: Callable[[Make], Path], picture: Pixels
) -> None:
    pytest.importorskip("scipy", reason="Mask2Former needs SciPy")
    folder = save(_mask2former)
    pipeline = _pipeline("image-segmentation", folder)
    expected = pipeline(Image.fromarray(picture), subtask="panoptic", threshold=0.5)
    found = _load(folder).predict(picture).prediction
    assert isinstance(found, Segmentation)
    assert sorted(each.label for each in found.segments) == sorted(e["label"] for e in expected)
    label_map = _indices(found)
    for each in expected:
        theirs = np.asarray(each["mask"]) > 0
        shares = [((label_map == s.index) == theirs).mean() for s in found.segments]
        assert max(shares) > 0.995


def test_that_a_panoptic_detr_is_run(save: Callable[[Make], Path], picture: Pixels) -> None:
    folder = save(lambda: _detr("DetrForSegmentation"))
    assert isinstance(_load(folder).predict(picture).prediction, Segmentation)


@pytest.mark.parametrize(
    ("name", "kind", "depths", "widths"),
    [
        ("resnet18", "basic", [2, 2, 2, 2], [64, 128, 256, 512]),
        ("resnet50", "bottleneck", [3, 4, 6, 3], [256, 512, 1024, 2048]),
    ],
)
@pytest.mark.parametrize("model", ["Detr", "TableTransformer", "DeformableDetr"])
def test_that_a_backbone_by_timms_names_is_run_without_timm(
    tmp_path: Path,
    picture: Pixels,
    model: str,
    name: str,
    kind: str,
    depths: list[int],
    widths: list[int],
) -> None:
    def make() -> tuple[Any, Any]:
        stages = [f"stage{n}" for n in ((2, 3, 4) if model == "DeformableDetr" else (1, 2, 3, 4))]
        backbone = transformers.ResNetConfig(
            layer_type=kind, depths=depths, hidden_sizes=widths, out_features=stages
        )
        config = getattr(transformers, f"{model}Config")(
            backbone_config=backbone,
            d_model=32,
            encoder_layers=1,
            decoder_layers=2,
            encoder_attention_heads=4,
            decoder_attention_heads=4,
            encoder_ffn_dim=32,
            decoder_ffn_dim=32,
            num_queries=12,
            id2label=LABELS,
        )
        processor = transformers.DetrImageProcessor(size={"shortest_edge": 64, "longest_edge": 96})
        return getattr(transformers, f"{model}ForObjectDetection")(config), processor

    folder = _saved(make, tmp_path / "model")
    expected = _load(folder).predict(picture).prediction
    config = json.loads((folder / "config.json").read_text())
    for key in ("backbone_config", "use_timm_backbone"):
        config.pop(key, None)
    config |= {"use_timm_backbone": True, "backbone": name, "use_pretrained_backbone": True}
    (folder / "config.json").write_text(json.dumps(config))
    weights = folder / "model.safetensors"
    named = {_name_of_timm(key): value for key, value in load_file(weights).items()}
    assert any("model.layer4.1.conv2.weight" in key for key in named)
    save_file(named, weights, {"format": "pt"})
    found = _load(folder).predict(picture).prediction
    assert isinstance(found, Detections)
    assert found == expected


def _name_of_timm(key: str) -> str:
    """The name that timm gives a part of transformers' ResNet."""
    key = key.replace("embedder.embedder.convolution", "conv1")
    key = key.replace("embedder.embedder.normalization", "bn1")

    def part(match: re.Match[str]) -> str:
        stage, layer, index, kind = match.groups()
        place = f"layer{int(stage) + 1}.{layer}"
        if index is None:
            return f"{place}.downsample.{0 if kind == 'convolution' else 1}"
        return f"{place}.{'conv' if kind == 'convolution' else 'bn'}{int(index) + 1}"

    pattern = r"encoder\.stages\.(\d)\.layers\.(\d+)\.(?:layer\.(\d)|shortcut)\.(\w+?)(?=\.)"
    return re.sub(pattern, part, key)


def test_that_a_prediction_stops_at_the_next_layer(
    save: Callable[[Make], Path], picture: Pixels
) -> None:
    loaded = _load(save(_vit))
    network: Any = loaded.network._network  # type: ignore[attr-defined]  # stopped from within
    network.register_forward_pre_hook(lambda *_: loaded.terminate())
    with pytest.raises(Terminated):
        loaded.predict(picture)


def _rewrite(folder: Path, name: str, **changes: object) -> None:
    path = folder / name
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_that_whole_numbers_stand_for_real_ones_and_old_names_are_understood(
    save: Callable[[Make], Path], picture: Pixels
) -> None:
    folder = save(_vit)
    expected = _load(folder).predict(picture).prediction
    _rewrite(folder, "config.json", initializer_range=1, hidden_size=32.0)
    _rewrite(
        folder,
        "preprocessor_config.json",
        image_processor_type=None,
        feature_extractor_type="ViTFeatureExtractor",
        size=32,
    )
    assert _load(folder).predict(picture).prediction == expected


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"model_type": "no-such-network"}, "does not know models of the type no-such-network"),
        ({"num_hidden_layers": 3}, "parts of its network would be left at random"),
        ({"hidden_size": 48, "num_attention_heads": 3}, "not"),
        ({"hidden_size": "wide"}, "refuses the model's config.json"),
    ],
)
def test_that_what_does_not_belong_together_is_refused(
    save: Callable[[Make], Path], changes: dict[str, object], message: str
) -> None:
    folder = save(_vit)
    _rewrite(folder, "config.json", **changes)
    with pytest.raises(ModelFileError) as caught:
        _load(folder)
    assert message in caught.value.message
    assert caught.value.advice


def test_that_code_and_pickles_beside_the_weights_are_not_touched(
    save: Callable[[Make], Path], picture: Pixels, tmp_path: Path
) -> None:
    folder, trace = save(_vit), tmp_path / "trace"
    _rewrite(
        folder,
        "config.json",
        auto_map={"AutoModelForImageClassification": "evil.Evil", "AutoConfig": "evil.Config"},
    )
    (folder / "evil.py").write_text(f"open({str(trace)!r}, 'w')\nclass Evil: pass\n")
    (folder / "pytorch_model.bin").write_bytes(b"cos\nsystem\n(S'touch trace'\ntR.")
    assert _load(folder).predict(picture).prediction is not None
    assert not trace.exists()


def test_that_a_trained_network_answers_as_its_onnx_twin(
    real_models: Callable[[str], Path], shared_dir: Path
) -> None:
    folder = real_models("vit-tiny-digits")
    engines = [
        load_model(model)
        for model in (open_model(folder, variant=name) for name in ("fp32", "safetensors"))
    ]
    digits = sorted((shared_dir / "realdata" / "photos" / "digits").glob("*.png"))
    assert len(digits) > 5
    for digit in digits:
        pixels = np.asarray(Image.open(digit).convert("RGB"))
        answers = [engine.predict(pixels).prediction for engine in engines]
        first, second = (each.scores for each in answers if isinstance(each, Classification))
        assert second[0].label == digit.stem
        assert [each.label for each in first[:1]] == [each.label for each in second[:1]]
        by_label = {each.label: each.score for each in first}
        assert all(abs(by_label[each.label] - each.score) < 1e-3 for each in second)


async def test_that_the_worker_runs_it_and_tells_what_it_took(
    save: Callable[[Make], Path], green_picture: str
) -> None:
    folder = save(_segformer)
    service = InferenceService()
    try:
        model = await service.open(str(folder))
        result = await service.predict(model, green_picture, threshold=0.5, save_to=None)
    finally:
        await service.close()
    assert isinstance(result.prediction, Segmentation)
    assert result.memory is not None
    assert 50_000_000 < result.memory < 8_000_000_000
