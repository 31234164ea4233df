"""Tiny depth networks of transformers' own classes, run by ailab and by its pipeline."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from ailab.services.images.image_reader import read_image
from ailab.services.inference.cubic_interpolation import interpolated
from ailab.services.inference.open_model import open_model
from ailab.services.inference.predictions import DepthMap, DepthScale

torch = pytest.importorskip("torch", reason="the extra torch is not installed")
transformers = pytest.importorskip("transformers", reason="the extra torch is not installed")

from ailab.services.inference.loaded_model import load_model  # noqa: E402 - needs PyTorch

pytestmark = pytest.mark.filterwarnings("ignore")  # of PyTorch and transformers themselves

Make = Callable[[], tuple[Any, Any]]
PICTURES = (
    ((97, 61), "RGB"),
    ((101, 233), "RGB"),
    ((333, 200), "L"),
    ((151, 149), "RGBA"),
    ((64, 64), "RGB"),
)


def _dpt() -> tuple[Any, Any]:
    config = transformers.DPTConfig(
        hidden_size=32,
        num_hidden_layers=4,
        num_attention_heads=4,
        intermediate_size=64,
        image_size=64,
        backbone_out_indices=[0, 1, 2, 3],
        neck_hidden_sizes=[16, 16, 32, 32],
        fusion_hidden_size=16,
        is_hybrid=False,
    )
    processor = transformers.DPTImageProcessor(size={"height": 64, "width": 64})
    return transformers.DPTForDepthEstimation(config), processor


def _depth_anything(**kind: Any) -> tuple[Any, Any]:
    backbone = transformers.Dinov2Config(
        hidden_size=32,
        num_hidden_layers=4,
        num_attention_heads=4,
        image_size=70,
        patch_size=14,
        out_features=["stage1", "stage2", "stage3", "stage4"],
        reshape_hidden_states=False,
        apply_layernorm=True,
    )
    config = transformers.DepthAnythingConfig(
        backbone_config=backbone,
        reassemble_hidden_size=32,
        patch_size=14,
        neck_hidden_sizes=[16, 16, 32, 32],
        fusion_hidden_size=16,
        head_hidden_size=8,
        **kind,
    )
    processor = transformers.DPTImageProcessor(
        size={"height": 70, "width": 70}, keep_aspect_ratio=True, ensure_multiple_of=14
    )
    return transformers.DepthAnythingForDepthEstimation(config), processor


def _metric() -> tuple[Any, Any]:
    return _depth_anything(depth_estimation_type="metric", max_depth=20)


def _glpn() -> tuple[Any, Any]:
    config = transformers.GLPNConfig(
        hidden_sizes=[16, 32, 64, 64],
        depths=[1, 1, 1, 1],
        num_attention_heads=[1, 2, 4, 4],
        decoder_hidden_size=32,
    )
    return transformers.GLPNForDepthEstimation(config), transformers.GLPNImageProcessor()


@pytest.fixture
def save(tmp_path: Path) -> Callable[[Make], Path]:
    """Save a network of random weights, livelier than such networks are."""

    def saved(make: Make) -> Path:
        torch.manual_seed(0)
        network, processor = make()
        with torch.no_grad():
            for name, parameter in network.named_parameters():
                if parameter.dim() > 1:
                    parameter.normal_(std=1.5 / parameter[0].numel() ** 0.5)
                elif "head" in name:
                    parameter.add_(0.3)
        network.eval().save_pretrained(tmp_path / "model", safe_serialization=True)
        processor.save_pretrained(tmp_path / "model")
        return tmp_path / "model"

    return saved


@pytest.mark.parametrize(
    ("make", "scale"),
    [
        (_dpt, DepthScale.INVERSE),
        (_depth_anything, DepthScale.INVERSE),
        (_metric, DepthScale.METRES),
        (_glpn, DepthScale.METRES),
    ],
)
def test_that_depths_are_those_of_the_pipeline(
    save: Callable[[Make], Path], tmp_path: Path, make: Make, scale: DepthScale
) -> None:
    folder = save(make)
    pipeline = transformers.pipeline("depth-estimation", model=str(folder), device="cpu")
    model = open_model(folder)
    assert model.task == "depth-estimation"
    loaded = load_model(model)
    noise = np.random.default_rng(0)
    for size, mode in PICTURES:
        path = tmp_path / "picture.png"
        small = noise.integers(0, 255, (size[1] // 16, size[0] // 16, 3), dtype=np.uint8)
        Image.fromarray(small).resize(size, Image.Resampling.BICUBIC).convert(mode).save(path)
        expected = pipeline(Image.open(path).convert("RGB"))["predicted_depth"].numpy()
        found = loaded.predict(read_image(path).pixels).prediction
        assert isinstance(found, DepthMap)
        assert found.scale is scale
        depth = np.empty(expected.shape, np.float32)
        for rows, values in interpolated(found.depth.unpack(), *expected.shape):
            depth[rows] = values
        assert np.abs(depth - expected).max() < 1e-3 * np.abs(expected).max()
