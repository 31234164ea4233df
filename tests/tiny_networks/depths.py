"""Tiny networks of depth and of pictures, one for each architecture that the engine promises."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import transformers

from tiny_networks.classifiers import image_processor

_TRANSFORMER = {
    "hidden_size": 32,
    "num_hidden_layers": 4,
    "num_attention_heads": 4,
    "intermediate_size": 64,
}
_NECK = {"neck_hidden_sizes": [16, 16, 32, 32], "fusion_hidden_size": 16}


def dpt() -> tuple[Any, Any]:
    """DPT on a plain transformer."""
    config = transformers.DPTConfig(
        **_TRANSFORMER,
        image_size=64,
        backbone_out_indices=[0, 1, 2, 3],
        is_hybrid=False,
        **_NECK,
    )
    processor = image_processor("DPT", size={"height": 64, "width": 64})
    return transformers.DPTForDepthEstimation(config), processor


def depth_anything(**settings: Any) -> tuple[Any, Any]:
    """Depth Anything on DINOv2; its processor keeps the picture's shape."""
    backbone = transformers.Dinov2Config(
        hidden_size=32,
        num_hidden_layers=4,
        num_attention_heads=4,
        image_size=70,
        patch_size=14,
        out_features=["stage1", "stage2", "stage3", "stage4"],
        reshape_hidden_states=False,
        apply_layernorm=True,
    )
    config = transformers.DepthAnythingConfig(
        backbone_config=backbone,
        reassemble_hidden_size=32,
        patch_size=14,
        head_hidden_size=8,
        **_NECK,
        **settings,
    )
    processor = image_processor(
        "DPT",
        size={"height": 70, "width": 70},
        keep_aspect_ratio=True,
        ensure_multiple_of=14,
    )
    return transformers.DepthAnythingForDepthEstimation(config), processor


def glpn() -> tuple[Any, Any]:
    """GLPN, which takes a picture at its own size."""
    config = transformers.GLPNConfig(
        hidden_sizes=[16, 32, 64, 64],
        depths=[1, 1, 1, 1],
        num_attention_heads=[1, 2, 4, 4],
        decoder_hidden_size=32,
    )
    return transformers.GLPNForDepthEstimation(config), image_processor("GLPN")


def swin2sr(upscale: int = 2) -> tuple[Any, Any]:
    """Swin2SR, which enlarges a picture."""
    config = transformers.Swin2SRConfig(
        embed_dim=24,
        depths=[1, 1],
        num_heads=[2, 2],
        window_size=8,
        image_size=32,
        upscale=upscale,
        upsampler="pixelshuffle",
        num_channels=3,
    )
    return transformers.Swin2SRForImageSuperResolution(config), image_processor("Swin2SR")


DEPTHS: Mapping[str, Callable[[], tuple[Any, Any]]] = {
    "DPTForDepthEstimation": dpt,
    "DepthAnythingForDepthEstimation": depth_anything,
    "GLPNForDepthEstimation": glpn,
}
PICTURES: Mapping[str, Callable[[], tuple[Any, Any]]] = {
    "Swin2SRForImageSuperResolution": swin2sr,
}
"""By the names that stand in `config.json`; each makes a network and its image processor."""

SKIPS: Mapping[str, Mapping[str, str]] = {
    "GLPNForDepthEstimation": {
        "12 megapixels": "takes pictures at their own size, and its first layer alone would take "
        "35 GB; ailab shrinks a picture to 1.5 megapixels for it"
    },
    "Swin2SRForImageSuperResolution": {
        "12 megapixels": "takes more memory than machines have; ailab runs what is larger than "
        "256 × 256 pixels in overlapping pieces"
    },
}
"""Pictures that are not compared, and why."""
