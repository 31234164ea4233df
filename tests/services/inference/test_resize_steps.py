"""How pictures are resized, as an image processor's configuration says it."""

from __future__ import annotations

from ailab.services.inference.preprocessor_config import parse_preprocessor_config


def test_that_kosmos_2_s_pictures_are_made_square_and_not_cropped() -> None:
    clip = {"image_processor_type": "CLIPImageProcessor", "crop_size": 32}
    edge = {**clip, "size": {"shortest_edge": 32}}
    square = parse_preprocessor_config({**clip, "size": {"height": 32, "width": 32}})
    assert parse_preprocessor_config({**edge, "use_square_size": True}) == square
    assert parse_preprocessor_config({**edge, "use_square_size": False}) != square
