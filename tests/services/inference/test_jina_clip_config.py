"""The preprocessing of Jina's CLIP, whose file has keys of its own."""

from __future__ import annotations

import pytest

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.preprocessing import Resize
from ailab.services.inference.preprocessor_config import parse_preprocessor_config


def test_that_the_keys_of_jinas_clip_mean_those_of_clip() -> None:
    means = {"mean": [0.1, 0.2, 0.3], "std": [0.4, 0.5, 0.6]}
    own = {"image_processor_type": "JinaCLIPImageProcessor", "interpolation": "bicubic", **means}
    shortest = parse_preprocessor_config({**own, "resize_mode": "shortest", "size": 96})
    clip = {
        "image_processor_type": "CLIPImageProcessor",
        "size": {"shortest_edge": 96},
        "crop_size": 96,
        "image_mean": means["mean"],
        "image_std": means["std"],
    }
    assert shortest == parse_preprocessor_config(clip)
    squashed = parse_preprocessor_config({**own, "resize_mode": "squash", "size": [96, 96]})
    assert (squashed.resize, squashed.height, squashed.width) == (Resize.STRETCH, 96, 96)
    lies: tuple[dict[str, object], ...] = (
        {"resize_mode": "longest"},
        {"resize_mode": []},
        {"interpolation": "random"},
        {"size": [96, 64]},
    )
    for wrong in lies:
        with pytest.raises(ModelFileError):
            parse_preprocessor_config({**own, **wrong})
