"""A picture that a network sees in overlapping squares."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from ailab.services.inference.device_in_use import ON_CPU
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.model_description import DecoderSettings, ModelDescription
from ailab.services.inference.network import MODEL, TensorSpec
from ailab.services.inference.pipelines.class_patches import ClassPatchesPipeline
from ailab.services.inference.preprocessor_config import parse_preprocessor_config
from ailab.services.inference.prompt import NO_PROMPT

SIDE = 8


class _BrightOrDark:
    """Two queries, one for each class, that claim what is bright and what is dark."""

    device = ON_CPU

    def __init__(self) -> None:
        self.seen: list[tuple[int, ...]] = []

    def inputs(self, _part: str = MODEL) -> list[TensorSpec]:
        return [TensorSpec("pixel_values", "float32", (None, 3, SIDE, SIDE))]

    def has(self, part: str) -> bool:
        return part == MODEL

    def run(
        self, feeds: Mapping[str, npt.NDArray[Any]], _part: str = MODEL
    ) -> dict[str, npt.NDArray[Any]]:
        pixels = feeds["pixel_values"]
        self.seen.append(pixels.shape)
        bright = pixels[:, :1] * 20 - 10
        return {
            "class_queries_logits": np.array([[[9, 0, 0], [0, 9, 0]]], np.float32),
            "masks_queries_logits": np.concatenate([bright, -bright], axis=1),
        }

    def terminate(self) -> None:
        """Nothing is under way."""


def pipeline(**settings: Any) -> tuple[ClassPatchesPipeline, _BrightOrDark]:
    how = parse_preprocessor_config(
        {
            "image_processor_type": "EomtImageProcessor",
            "size": {"shortest_edge": SIDE, "longest_edge": None},
            "do_normalize": False,
            "do_split_image": True,
            **settings,
        }
    )
    decoder = DecoderSettings("class-patches", class_count=2)
    labels = ("bright", "dark")
    described = ModelDescription(Path("m"), "image-segmentation", labels, how, decoder, 0.0)
    network = _BrightOrDark()
    return ClassPatchesPipeline(network, described), network


@pytest.mark.parametrize("is_upright", [False, True])
def test_that_the_pieces_make_one_map(is_upright: bool) -> None:
    picture = np.zeros((SIDE, 20, 3), np.uint8)
    picture[:, 5:9] = 255
    picture = np.ascontiguousarray(picture.swapaxes(0, 1)) if is_upright else picture
    found, network = pipeline()
    result = found.finish(found.run(found.prepare(picture, NO_PROMPT)))
    assert network.seen == [(1, 3, SIDE, SIDE)] * 3
    label_map = np.frombuffer(result.label_map.unpack(), np.uint8)
    label_map = label_map.reshape(result.height, result.width)
    bright = next(s.index for s in result.segments if s.label == "bright")
    assert np.array_equal(label_map == bright, picture[..., 0] == 255)


def test_that_squares_of_another_size_than_the_networks_are_refused() -> None:
    with pytest.raises(ModelFileError, match="8 × 8"):
        pipeline(size={"shortest_edge": 16, "longest_edge": None})
