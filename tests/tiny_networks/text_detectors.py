"""Tiny networks of PP-OCR that map where text is."""

from __future__ import annotations

from typing import Any

import transformers

from tiny_networks.classifiers import CONFIGS
from tiny_networks.torchvision_stand_in import stand_in

_STAGES = ["stage1", "stage2", "stage3", "stage4"]
_SIZES = {"long": 7, "mid": 5, "short": 3}
# Kernel, stride and padding of each convolution, as the networks on the Hub have them.
_ACROSS_LINES: dict[str, Any] = {
    "reduce_channel": [1, 1, 0],
    "return_channel": [1, 1, 0],
    **{
        f"vertical_long_to_small_conv_{name}ratio": [[size, 1], [1, 1], [size // 2, 0]]
        for name, size in _SIZES.items()
    },
    **{
        f"horizontal_small_to_long_conv_{name}ratio": [[1, size], [1, 1], [0, size // 2]]
        for name, size in _SIZES.items()
    },
    **{f"symmetric_conv_long_{name}ratio": [size, 1, size // 2] for name, size in _SIZES.items()},
}
_LARGE = {
    "reduce_factor": 2,
    "intraclass_block_number": 4,
    "intraclass_block_config": _ACROSS_LINES,
    "scale_factor_list": [1, 2, 4, 8],
    "kernel_list": [3, 2, 2],
}
_SMALL = {"reduction": 2, "layer_list_out_channels": [16, 16, 24, 32]}


def text_detector(name: str) -> tuple[Any, Any]:
    """One of them, by what stands between `PPOCR` and `Det` in its name, and its processor."""
    own: dict[str, Any] = _LARGE if name in {"V5Server", "V6Medium"} else _SMALL
    config = getattr(transformers, f"PPOCR{name}DetConfig")(
        backbone_config=_backbone(name), neck_out_channels=32, **own
    )
    network = getattr(transformers, f"PPOCR{name}DetForObjectDetection")(config)
    return network, stand_in("PPOCRV5ServerDetImageProcessor", limit_side_len=160)


def _backbone(name: str) -> Any:
    if name == "V5Server":
        return transformers.HGNetV2Config(**CONFIGS["HGNetV2"], out_features=_STAGES)
    if name == "V5Mobile":
        return transformers.PPLCNetV3Config(
            stem_channels=8,
            conv_symmetric_num=1,
            block_configs=[
                [[3, 8, 8, 1, False]],
                [[3, 8, 16, 2, False]],
                [[3, 16, 16, 2, False]],
                [[3, 16, 24, 2, False]],
                [[5, 24, 32, 2, True]],
            ],
            out_features=[f"stage{number}" for number in range(2, 6)],
        )
    return transformers.PPLCNetV4Config(
        stem_channels=[3, 8, 16],
        block_configs=[
            [[3, 16, 16, 1, True]],
            [[3, 16, 16, 2, False]],
            [[3, 16, 24, 2, False]],
            [[3, 24, 32, 2, False]],
        ],
        out_features=_STAGES,
    )
