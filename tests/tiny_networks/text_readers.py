"""Tiny networks of PP-OCR that read a line of text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import transformers

from tiny_networks.classifiers import CONFIGS
from tiny_networks.torchvision_stand_in import stand_in

CHARACTERS = ["blank", "\u3000", *map(chr, range(0x21, 0x7F)), *"äß漢字かな", "👍🏽", " "]
"""Those of the tiny networks; the real ones know 6,600 to 18,700."""


def text_reader(name: str) -> tuple[Any, Any]:
    """One of them, by what stands between `PPOCR` and `Rec` in its name, and its processor."""
    own: dict[str, Any] = {} if name == "V6Tiny" else {"num_attention_heads": 4}
    config = getattr(transformers, f"PPOCR{name}RecConfig")(
        backbone_config=_backbone(name),
        hidden_size=24,
        head_out_channels=len(CHARACTERS),
        **own,
    )
    network = getattr(transformers, f"PPOCR{name}RecForTextRecognition")(config)
    processor = "V5Server" if name.startswith("V5") else "V6Small"
    kind = f"PPOCR{processor}RecImageProcessor"
    return network, stand_in(kind, character_list=CHARACTERS)


def _backbone(name: str) -> Any:
    """Sixteen times less high and four times less wide, as the networks on the Hub have it."""
    if name == "V5Server":
        return transformers.HGNetV2Config(
            **CONFIGS["HGNetV2"],
            stem_strides=[2, 1, 1, 1, 1],
            stage_downsample=[True] * 4,
            stage_downsample_strides=[[2, 1], [1, 2], [2, 1], [2, 1]],
            out_features=["stage4"],
        )
    if name == "V5Mobile":
        return transformers.PPLCNetV3Config(
            scale=0.5,
            divisor=8,
            stem_channels=8,
            conv_symmetric_num=1,
            block_configs=[
                [[3, 16, 16, 1, False]],
                [[3, 16, 32, [2, 1], False]],
                [[3, 32, 32, [1, 2], False]],
                [[3, 32, 64, [2, 1], False]],
                [[5, 64, 64, [2, 1], True]],
            ],
            out_features=["stage5"],
        )
    return transformers.PPLCNetV4Config(
        stem_channels=[3, 8, 16],
        block_configs=[
            [[3, 16, 16, 1, True]],
            [[3, 16, 16, 1, False]],
            [[3, 16, 32, [2, 1], False]],
            [[3, 32, 32, [2, 1], False]],
        ],
        out_features=["stage4"],
    )


NETWORKS: Mapping[str, Callable[[], tuple[Any, Any]]] = {
    f"PPOCR{name}RecForTextRecognition": partial(text_reader, name)
    for name in ("V5Mobile", "V5Server", "V6Small", "V6Tiny")
}
"""By the names of their architectures."""
