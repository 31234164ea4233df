"""Which image processor is meant, where the files name it in old ways, or not at all."""

from __future__ import annotations

from typing import Any

import pytest

from ailab.services.inference.preprocessing import Resize
from ailab.services.inference.preprocessor_config import (
    parse_preprocessor_config,
    unknown_processor,
)
from ailab.services.inference.processor_kind import processor_kind

RESNET = {"model_type": "resnet"}


@pytest.mark.parametrize(
    ("own", "model", "processor"),
    [
        ({}, RESNET, "ConvNext"),
        ({"image_processor_type": None}, {"model_type": "mm-grounding-dino"}, "GroundingDino"),
        ({"feature_extractor_type": "DeiTFeatureExtractor"}, RESNET, "DeiT"),
        ({"image_processor_type": "BlipImageProcessorPil"}, RESNET, "Blip"),
        ({}, {**RESNET, "image_processor_type": "BitImageProcessor"}, "Bit"),
        ({"image_processor_type": "OurOwnImageProcessor"}, RESNET, "ConvNext"),
        ({}, {"model_type": "of-our-own"}, "ViT"),
        ({}, {"model_type": ["resnet"]}, "ViT"),
    ],
)
def test_that_the_type_of_the_model_tells_the_processor_where_its_name_does_not(
    own: dict[str, Any], model: dict[str, Any], processor: str
) -> None:
    assert processor_kind(own, model)[1] == processor
    named = {**own, "image_processor_type": f"{processor}ImageProcessor"}
    assert parse_preprocessor_config(own, {}, model) == parse_preprocessor_config(named)


def test_that_a_network_is_seen_to_as_its_own_processor_does_it() -> None:
    how = parse_preprocessor_config({"size": 224}, {}, RESNET)
    assert (how.resize, how.shortest_edge, how.crop) == (Resize.SHORTEST_EDGE, 256, (224, 224))


def test_that_it_is_told_whose_steps_stand_in_for_an_unknown_processor() -> None:
    own = {"image_processor_type": "OurOwnImageProcessor"}
    assert "OurOwnImageProcessor, is not known; ailab prepares pictures as ConvNext's" in (
        unknown_processor(own, RESNET)
    )
    assert "as ViT's does" in unknown_processor(own)
    assert unknown_processor({}, RESNET) == ""
