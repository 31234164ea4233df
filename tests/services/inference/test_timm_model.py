"""Networks of timm, by ailab and by timm itself. They need torchvision, which not all have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from ailab.services.inference.features import Features
from ailab.services.inference.imagenet_labels import imagenet_labels
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.loaded_model import load_model
from ailab.services.inference.open_model import open_model
from ailab.services.inference.predictions import Classification
from ailab.services.inference.preprocess import preprocess
from ailab.services.inference.timm_config import timm_preprocessing

pytest.importorskip("torch", reason="the extra torch is not installed")
pytest.importorskip("torchvision", reason="the extra timm is not installed (no torchvision)")
pytest.importorskip("timm", reason="the extra timm is not installed")

from tiny_networks.timm_cases import (
    PRETRAINED,
    answer_of,
    save_timm,
    transform_of,
)

pytestmark = pytest.mark.filterwarnings("ignore")  # of PyTorch and timm themselves

Pixels = npt.NDArray[np.uint8]
SIZES = {"landscape": (301, 200), "portrait": (133, 260), "tiny": (9, 7), "square": (235, 235)}
TRANSFORMS: tuple[dict[str, Any], ...] = (
    dict(PRETRAINED),
    {"input_size": [3, 64, 64], "crop_pct": 0.875, "interpolation": "bilinear"},
    {"input_size": [3, 96, 96], "crop_pct": 1.0, "crop_mode": "squash"},
    {"input_size": [3, 64, 64], "crop_pct": 0.9, "crop_mode": "squash", "mean": [0.5] * 3},
    {"input_size": [3, 64, 96], "crop_pct": 0.9, "interpolation": "lanczos", "std": [0.5] * 3},
)


def a_picture(kind: str = "landscape") -> Pixels:
    random = np.random.default_rng(3)
    small = random.integers(0, 255, (6, 8, 3), dtype=np.uint8)
    return np.asarray(Image.fromarray(small).resize(SIZES[kind], Image.Resampling.BICUBIC))


@pytest.mark.parametrize("kind", SIZES)
@pytest.mark.parametrize("pretrained", TRANSFORMS)
def test_that_pictures_go_in_as_timm_has_it(kind: str, pretrained: dict[str, Any]) -> None:
    pixels = a_picture(kind)
    expected = transform_of(pretrained)(Image.fromarray(pixels)).numpy()
    config = {"architecture": "x", "pretrained_cfg": pretrained}
    found, _ = preprocess(pixels, timm_preprocessing(config))
    np.testing.assert_allclose(found[0], expected, atol=2e-6)


def a_model(
    folder: Path, architecture: str, classes: int, extra: dict[str, Any] | None = None
) -> tuple[Path, Any]:
    return folder, save_timm(folder, architecture, classes, extra)


@pytest.mark.parametrize("architecture", ["resnet18", "test_vit", "mobilenetv3_small_050"])
def test_that_classes_are_those_of_timm(architecture: str, tmp_path: Path) -> None:
    folder, network = a_model(tmp_path / "model", architecture, 5)
    model = open_model(folder)
    assert (model.task, model.engine, model.variant) == (
        "image-classification",
        "torch",
        "safetensors",
    )
    found = load_model(model).predict(a_picture()).prediction
    assert isinstance(found, Classification)
    expected = answer_of(network, Image.fromarray(a_picture())).softmax(-1)
    assert [each.label for each in found.scores] == [
        f"n{index}" for index in expected.argsort(descending=True, stable=True).tolist()
    ]
    for each in found.scores:
        assert each.score == pytest.approx(float(expected[each.class_id]), abs=1e-4)


@pytest.mark.parametrize("architecture", ["resnet18", "test_vit"])
def test_that_a_vector_is_that_of_timm(architecture: str, tmp_path: Path) -> None:
    folder, network = a_model(tmp_path / "model", architecture, 0)
    found = load_model(open_model(folder)).predict(a_picture()).prediction
    assert isinstance(found, Features)
    ours, theirs = (
        found.vector.unpack()[0],
        answer_of(network, Image.fromarray(a_picture())).numpy(),
    )
    assert ours @ theirs / np.linalg.norm(ours) / np.linalg.norm(theirs) > 0.99999


def test_that_imagenets_classes_have_their_names() -> None:
    labels = imagenet_labels(1000)
    assert len(labels) == 1000
    assert "tabby" in labels[281]
    assert "timber wolf" in labels[269]
    assert imagenet_labels(7) == ()


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ({"architecture": "no_such_network"}, "does not know the network"),
        ({"architecture": "resnet34"}, "could not be loaded"),
        ({"num_classes": 6}, "could not be loaded"),
        ({"model_args": {"checkpoint_path": "/etc/passwd"}}, "checkpoint_path"),
        ({"model_args": {"pretrained": True}}, "pretrained"),
        ({"model_args": {"depth": 10**9}}, "depth"),
        ({"model_args": {"img_size": {"a": 1}}}, "img_size"),
    ],
)
def test_that_other_networks_and_arguments_are_refused(
    extra: dict[str, Any], said: str, tmp_path: Path
) -> None:
    folder, _ = a_model(tmp_path / "model", "resnet18", 5, extra)
    with pytest.raises(ModelFileError, match=said):
        load_model(open_model(folder))
