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
from tiny_networks.depths import depth_anything, dpt, glpn  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")  # of PyTorch and transformers themselves

Make = Callable[[], tuple[Any, Any]]
PICTURES = (
    ((97, 61), "RGB"),
    ((101, 233), "RGB"),
    ((333, 200), "L"),
    ((151, 149), "RGBA"),
    ((64, 64), "RGB"),
)


def _metric() -> tuple[Any, Any]:
    return depth_anything(depth_estimation_type="metric", max_depth=20)


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
        (dpt, DepthScale.INVERSE),
        (depth_anything, DepthScale.INVERSE),
        (_metric, DepthScale.METRES),
        (glpn, DepthScale.METRES),
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
