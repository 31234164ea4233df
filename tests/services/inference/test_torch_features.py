"""Vectors of tiny networks, by both engines and by transformers itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from ailab.services.inference.features import Features
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.loaded_model import load_model
from ailab.services.inference.open_model import open_model

torch = pytest.importorskip("torch", reason="the extra torch is not installed")
transformers = pytest.importorskip("transformers", reason="the extra torch is not installed")

from safetensors.torch import load_file, save_file  # noqa: E402 - needs PyTorch

from tiny_networks import classifiers, features  # noqa: E402 - needs PyTorch

pytestmark = pytest.mark.filterwarnings("ignore")  # of PyTorch and transformers themselves

Pixels = npt.NDArray[np.uint8]
Vector = npt.NDArray[np.float32]


@pytest.fixture(scope="module")
def picture() -> Pixels:
    random = np.random.default_rng(3)
    small = random.integers(0, 255, (6, 8, 3), dtype=np.uint8)
    return np.asarray(Image.fromarray(small).resize((150, 100), Image.Resampling.BICUBIC))


def vector_of(folder: Path, picture: Pixels) -> Vector:
    model = open_model(folder)
    assert model.task == "image-feature-extraction"
    found = load_model(model).predict(picture).prediction
    assert isinstance(found, Features)
    vector: Vector = found.vector.unpack()[0]
    return vector


def cosine(one: Vector, other: Vector) -> float:
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))


def answer_of(tiny: features.Tiny, picture: Pixels) -> Any:
    inputs = tiny.processor(Image.fromarray(picture), return_tensors="pt")
    with torch.no_grad():
        return tiny.network(**inputs)


@pytest.mark.parametrize("architecture", features.NETWORKS)
def test_that_a_vector_is_that_of_the_reference(
    architecture: str, tmp_path: Path, picture: Pixels
) -> None:
    tiny = features.make(architecture)
    folder = features.save(tiny, tmp_path / "model")
    expected = features.expected(answer_of(tiny, picture), architecture)
    found = vector_of(folder, picture)
    assert found.shape == expected.shape
    assert cosine(found, expected) > 0.99999


@pytest.mark.parametrize("architecture", ["ViTModel", "Dinov2Model", "ResNetModel", "SwinModel"])
def test_that_a_vector_is_that_of_the_pipeline(
    architecture: str, tmp_path: Path, picture: Pixels
) -> None:
    folder = features.save(features.make(architecture), tmp_path / "model")
    pipeline = transformers.pipeline("image-feature-extraction", model=str(folder), device="cpu")
    expected = np.array(pipeline(Image.fromarray(picture), pool=True), np.float32).reshape(-1)
    assert cosine(vector_of(folder, picture), expected) > 0.99999


@pytest.mark.parametrize(
    ("architecture", "outputs"),
    [
        ("ViTModel", ("last_hidden_state", "pooler_output")),
        ("Dinov2Model", ("last_hidden_state", "pooler_output")),
        ("Dinov2Model", ("last_hidden_state",)),  # there the pooler is the class token itself
        ("SwinModel", ("last_hidden_state",)),  # and here the mean of all tokens
        ("ResNetModel", ("last_hidden_state",)),
        ("CLIPVisionModelWithProjection", ("image_embeds", "last_hidden_state")),
    ],
)
def test_that_an_onnx_export_gives_the_same_vector(
    architecture: str, outputs: tuple[str, ...], tmp_path: Path, picture: Pixels
) -> None:
    tiny = features.make(architecture)
    expected = features.expected(answer_of(tiny, picture), architecture)
    folder = features.export(tiny, tmp_path / "model", outputs)
    assert open_model(folder).engine == "onnxruntime"
    assert cosine(vector_of(folder, picture), expected) > 0.9999


def without(folder: Path, beginning: str) -> None:
    weights = load_file(folder / "model.safetensors")
    kept = {name: value for name, value in weights.items() if not name.startswith(beginning)}
    assert len(kept) < len(weights)
    save_file(kept, folder / "model.safetensors", {"format": "pt"})


def test_that_an_untrained_pooler_gives_way_to_the_class_token(
    tmp_path: Path, picture: Pixels
) -> None:
    tiny = features.make("ViTModel")
    folder = features.save(tiny, tmp_path / "model")
    without(folder, "pooler.")
    token = answer_of(tiny, picture).last_hidden_state[0, 0].numpy()
    assert cosine(vector_of(folder, picture), token) > 0.99999


def test_that_other_untrained_layers_are_refused(tmp_path: Path, picture: Pixels) -> None:
    folder = features.save(features.make("ViTModel"), tmp_path / "model")
    without(folder, "layernorm.")
    with pytest.raises(ModelFileError, match="left at random"):
        vector_of(folder, picture)


def test_that_the_processor_of_dinov3_is_known_without_torchvision(
    tmp_path: Path, picture: Pixels
) -> None:
    tiny = features.make("DINOv3ViTModel")
    folder = features.save(tiny, tmp_path / "model")
    size = {"height": classifiers.SIDE, "width": classifiers.SIDE}
    kept = {"image_processor_type": "DINOv3ViTImageProcessorFast", "size": size}
    (folder / "preprocessor_config.json").write_text(json.dumps(kept))
    usual = {"image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225]}
    processor = transformers.ViTImageProcessorPil(size=size, **usual)
    expected = answer_of(tiny._replace(processor=processor), picture).pooler_output[0].numpy()
    assert cosine(vector_of(folder, picture), expected) > 0.99999
