"""Pictures in patches and as numbers of colours, bit for bit as transformers makes them."""

from __future__ import annotations

import hashlib
import tracemalloc
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from ailab.services.inference.flattened_patches import flattened_patches
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.network import TensorSpec
from ailab.services.inference.patch_input import MASK, PIXELS, SHAPE
from ailab.services.inference.picture_input import picture_input
from ailab.services.inference.preprocess import preprocess
from ailab.services.inference.preprocessing import PatchSteps
from ailab.services.inference.preprocessor_config import (
    parse_preprocessor_config,
    unknown_processor,
)

PATCHES = {
    "image_processor_type": "Siglip2ImageProcessor",
    "patch_size": 16,
    "max_num_patches": 40,
}
COLOURS = {
    "image_processor_type": "ImageGPTImageProcessor",
    "size": {"height": 16, "width": 16},
    "clusters": [[r / 1.5 - 1, g / 1.5 - 1, (r + g) / 3 - 1] for r in range(4) for g in range(4)],
}
IN_PATCHES = [
    TensorSpec(PIXELS, "float32", (None, None, None)),
    TensorSpec(MASK, "int32", (None, None)),
    TensorSpec(SHAPE, "int64", (None, 2)),
]
IN_COLOURS = [TensorSpec("input_ids", "int64", (None, None))]
PICTURE = [TensorSpec(PIXELS, "float32", (None, 3, None, None))]


def feeds(
    config: dict[str, Any], specs: list[TensorSpec], size: tuple[int, int]
) -> dict[str, npt.NDArray[Any]]:
    y, x, c = np.mgrid[: size[0], : size[1], :3]
    pixels = np.asarray((x * x * 7 + y * 13 + x * y * 3 + c * 91) % 256, np.uint8)
    form = picture_input(specs, parse_preprocessor_config(config))
    return form.feeds(*preprocess(pixels, form.preprocessing))


def digest(values: npt.NDArray[Any]) -> str:
    return hashlib.sha256(np.ascontiguousarray(values).tobytes()).hexdigest()[:16]


# The digests are those of what transformers 5.24.0 with Pillow 13.0.0 makes of the same picture.
@pytest.mark.parametrize(
    ("size", "rows", "expected"),
    [((61, 97), (5, 8), "33d8ffdf432eb251"), ((233, 101), (10, 4), "a1f2e873421ef7dc")],
)
def test_that_patches_are_those_of_transformers(
    size: tuple[int, int], rows: tuple[int, int], expected: str
) -> None:
    made = feeds(PATCHES, IN_PATCHES, size)
    assert made[PIXELS].shape == (1, 40, 768)
    assert digest(made[PIXELS]) == expected
    assert made[SHAPE].tolist() == [list(rows)]
    assert made[MASK].dtype == np.int32
    assert made[MASK].sum() == rows[0] * rows[1]


@pytest.mark.parametrize(
    ("size", "expected"), [((61, 97), "189b45d03d4ac2d6"), ((233, 101), "36234259e826aecf")]
)
def test_that_numbers_of_colours_are_those_of_transformers(
    size: tuple[int, int], expected: str
) -> None:
    made = feeds(COLOURS, IN_COLOURS, size)["input_ids"]
    assert made.shape == (1, 256)
    assert digest(made) == expected


def test_that_a_large_picture_is_cut_into_patches_in_little_more_than_its_memory() -> None:
    pixels = np.full((2400, 1200, 3), 7, np.uint8)
    tracemalloc.start()
    try:
        flattened_patches(pixels, PatchSteps(12, 8, 8))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < pixels.nbytes


@pytest.mark.parametrize("config", [PATCHES, COLOURS])
def test_that_a_network_that_takes_a_whole_picture_is_not_given_its_parts(
    config: dict[str, Any],
) -> None:
    with pytest.raises(ModelFileError, match="takes something else"):
        picture_input(PICTURE, parse_preprocessor_config(config))


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"clusters": None}, "clusters"),
        ({"clusters": [[0, 0]]}, "clusters"),
        ({"clusters": [[0, 0, 0]] * 5000}, "clusters"),
    ],
)
def test_that_a_list_of_colours_that_cannot_be_right_is_refused(
    changed: dict[str, Any], named: str
) -> None:
    with pytest.raises(ModelFileError, match=named):
        parse_preprocessor_config({**COLOURS, **changed})


def test_that_more_patches_than_memory_are_refused() -> None:
    with pytest.raises(ModelFileError, match="max_num_patches"):
        parse_preprocessor_config({**PATCHES, "patch_size": 512, "max_num_patches": 4096})


@pytest.mark.parametrize(
    ("config", "is_told"),
    [
        ({"image_processor_type": "SomeNewImageProcessorFast"}, True),
        ({"image_processor": {"image_processor_type": "SomeNewImageProcessor"}}, True),
        ({"image_processor_type": "ViTImageProcessorFast"}, False),
        ({"feature_extractor_type": "CLIPFeatureExtractor"}, False),
        ({"size": 224}, False),
    ],
)
def test_that_an_image_processor_that_is_not_known_is_told(
    config: dict[str, Any], is_told: bool
) -> None:
    assert ("SomeNew" in unknown_processor(config)) is is_told
    assert bool(unknown_processor(config)) is is_told
