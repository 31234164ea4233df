"""Depths of pictures that are too large to go through a network whole."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from ailab.services.inference.device_in_use import ON_CPU
from ailab.services.inference.model_description import ModelDescription
from ailab.services.inference.model_layout import SAFETENSORS
from ailab.services.inference.network import MODEL, TensorSpec
from ailab.services.inference.open_model import describe_model
from ailab.services.inference.pipelines import depth
from ailab.services.inference.pipelines.depth import DepthPipeline
from ailab.services.inference.predictions import DepthMap
from ailab.services.inference.prompt import NO_PROMPT

Floats = npt.NDArray[np.float32]
SIZE = (150, 70)


class Brightness:
    """Says of each pixel how bright it is, at once."""

    device = ON_CPU

    def __init__(self) -> None:
        self.seen: list[tuple[int, ...]] = []

    def inputs(self, part: str = MODEL) -> list[TensorSpec]:
        """Pictures of any size."""
        return [TensorSpec("pixel_values", "float32", (None, 3, None, None))]

    def has(self, part: str) -> bool:
        """True for the whole."""
        return part == MODEL

    def run(self, feeds: Mapping[str, npt.NDArray[Any]], part: str = MODEL) -> dict[str, Floats]:
        """Shape (1, h, w)."""
        self.seen.append(feeds["pixel_values"].shape[2:])
        return {"predicted_depth": feeds["pixel_values"].mean(axis=1)}

    def terminate(self) -> None:
        """It is done at once."""


@pytest.fixture
def description(tmp_path: Path) -> ModelDescription:
    """CHMv2's, whose processor leaves pictures as they are."""
    config = {"model_type": "chmv2", "architectures": ["CHMv2ForDepthEstimation"]}
    (tmp_path / "config.json").write_text(json.dumps(config), encoding="utf-8")
    processor = {"image_processor_type": "CHMv2ImageProcessor", "image_mean": [0, 0, 0]}
    (tmp_path / "preprocessor_config.json").write_text(json.dumps(processor), encoding="utf-8")
    header = b"{}      "
    (tmp_path / "model.safetensors").write_bytes(len(header).to_bytes(8, "little") + header)
    return describe_model(tmp_path, SAFETENSORS)


@pytest.fixture
def picture() -> Image.Image:
    chance = np.random.default_rng(4)
    small = Image.fromarray(chance.integers(0, 256, (9, 17, 3), dtype=np.uint8))
    return small.resize(SIZE, Image.Resampling.BICUBIC)


def depths(
    network: Brightness, description: ModelDescription, picture: Image.Image
) -> tuple[DepthMap, list[tuple[int, int]]]:
    """What was found, and what was told meanwhile."""
    told: list[tuple[int, int]] = []
    pipeline = DepthPipeline(network, description)
    prepared = pipeline.prepare_image(picture, NO_PROMPT)
    answer = pipeline.run_telling(prepared, lambda done, total: told.append((done, total)))
    found = pipeline.finish(answer)
    assert isinstance(found, DepthMap)
    return found, told


@pytest.fixture
def whole(description: ModelDescription, picture: Image.Image) -> DepthMap:
    found, told = depths(Brightness(), description, picture)
    assert (found.tiles, told) == (1, [])
    return found


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch, whole: DepthMap) -> None:
    """From here on, pictures of more than 2,000 pixels go in by pieces of 48 by 48."""
    monkeypatch.setattr(depth, "_MOST_AT_ONCE", 2_000)
    monkeypatch.setattr(depth, "_TILE", (48, 48))
    monkeypatch.setattr(depth, "_OVERLAP", 16)


@pytest.mark.usefixtures("small_pieces")
def test_that_joined_pieces_are_what_the_whole_would_be(
    description: ModelDescription, picture: Image.Image, whole: DepthMap
) -> None:
    network = Brightness()
    found, told = depths(network, description, picture)
    assert network.seen == [(48, 48)] * 10
    assert told == [(done, 10) for done in range(1, 11)]
    assert (found.width, found.height, found.tiles) == (*SIZE, 10)
    np.testing.assert_allclose(found.depth.unpack(), whole.depth.unpack(), atol=1e-5)
    np.testing.assert_allclose(
        [found.minimum, found.median, found.maximum],
        [whole.minimum, whole.median, whole.maximum],
        atol=1e-5,
    )


@pytest.mark.usefixtures("small_pieces")
def test_that_a_map_that_would_be_too_large_is_joined_at_a_smaller_scale(
    description: ModelDescription,
    picture: Image.Image,
    whole: DepthMap,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(depth, "MOST_PIXELS", SIZE[0] * SIZE[1] / 4)
    found, _ = depths(Brightness(), description, picture)
    assert (found.width, found.height) == (SIZE[0] / 2, SIZE[1] / 2)
    every = whole.depth.unpack()
    between = every.reshape(found.height, 2, found.width, 2).mean(axis=(1, 3))
    np.testing.assert_allclose(found.depth.unpack(), between, atol=0.1)


@pytest.mark.usefixtures("small_pieces")
def test_that_only_what_goes_in_as_it_is_goes_in_by_pieces(
    description: ModelDescription, picture: Image.Image, tmp_path: Path
) -> None:
    config = {"model_type": "dpt", "architectures": ["DPTForDepthEstimation"]}
    (tmp_path / "config.json").write_text(json.dumps(config), encoding="utf-8")
    network = Brightness()
    found, _ = depths(network, describe_model(tmp_path, SAFETENSORS), picture)
    assert found.tiles == 1
    assert len(network.seen) == 1


@pytest.mark.usefixtures("small_pieces")
def test_that_pictures_in_pieces_are_not_run_several_at_once(
    description: ModelDescription, picture: Image.Image
) -> None:
    pipeline = DepthPipeline(Brightness(), description)
    assert pipeline.batch_key(pipeline.prepare_image(picture, NO_PROMPT)) is None
    small = picture.resize((32, 32))
    assert pipeline.batch_key(pipeline.prepare_image(small, NO_PROMPT)) is not None
