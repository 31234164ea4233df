"""Vectors, by name and by shape."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from ailab.services.inference.feature_models import CLASS_TOKEN, MEAN
from ailab.services.inference.features import Features
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.model_config import is_known_head, parse_model_config
from ailab.services.inference.model_description import DecoderSettings
from ailab.services.inference.placement import Placement
from ailab.services.inference.tasks.decoders import DECODERS
from ailab.services.inference.tasks.decoding import Decoding

WHOLE = Placement(300, 200, 6, 4, 6 / 300, 4 / 200)
TOKENS = np.arange(12, dtype=np.float32).reshape(1, 4, 3)
MAP = np.arange(24, dtype=np.float32).reshape(1, 3, 4, 2)


def decode(outputs: dict[str, npt.NDArray[Any]], pooling: str = CLASS_TOKEN) -> list[float]:
    decoding = Decoding((), DecoderSettings("features", pooling=pooling), WHOLE)
    prediction = DECODERS["features"](outputs, decoding)
    assert isinstance(prediction, Features)
    vector: list[float] = prediction.vector.unpack()[0].tolist()
    assert prediction.dimensions == len(vector)
    return vector


@pytest.mark.parametrize("name", ["image_embeds", "pooler_output", "anything"])
@pytest.mark.parametrize("shape", [(1, 3), (1, 3, 1, 1)])
def test_that_a_named_vector_is_taken_as_it_is(name: str, shape: tuple[int, ...]) -> None:
    named = np.array([1.0, -2.5, 3.0], np.float16).reshape(shape)
    assert decode({name: named}) == [1.0, -2.5, 3.0]


def test_that_what_the_network_names_wins_over_its_hidden_state() -> None:
    pooled = np.array([[7.0, 8.0]], np.float32)
    embeds = np.array([[5.0, 6.0]], np.float32)
    assert decode({"last_hidden_state": TOKENS, "pooler_output": pooled}) == [7.0, 8.0]
    assert decode({"pooler_output": pooled, "image_embeds": embeds}) == [5.0, 6.0]


def test_that_of_tokens_the_first_or_the_mean_is_taken() -> None:
    outputs = {"other": MAP, "last_hidden_state": TOKENS}
    assert decode(outputs) == [0.0, 1.0, 2.0]
    assert decode(outputs, MEAN) == [4.5, 5.5, 6.5]


@pytest.mark.parametrize("pooling", [CLASS_TOKEN, MEAN])
def test_that_of_a_map_the_mean_over_the_picture_is_taken(pooling: str) -> None:
    assert decode({"last_hidden_state": MAP}, pooling) == [3.5, 11.5, 19.5]


@pytest.mark.parametrize("shape", [(3,), (2, 3), (1, 0), (1, 2, 3, 4, 5)])
def test_that_another_shape_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ModelFileError, match="a vector"):
        decode({"out": np.zeros(shape, np.float32)})


def test_that_only_networks_of_pictures_are_known_by_their_base() -> None:
    config = parse_model_config({"architectures": ["SwinModel"], "model_type": "swin"})
    assert (config.task, config.decoder.pooling) == ("image-feature-extraction", MEAN)
    assert is_known_head("Dinov2WithRegistersModel")
    for name in ("BertModel", "ViltModel", "VideoMAEModel", "CLIPTextModelWithProjection"):
        assert not is_known_head(name)
