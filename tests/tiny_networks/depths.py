"""Tiny networks of depth and of pictures, one for each architecture that the engine promises."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import transformers

from tiny_networks.classifiers import image_processor
from tiny_networks.torchvision_stand_in import stand_in

_TRANSFORMER = {
    "hidden_size": 32,
    "num_hidden_layers": 4,
    "num_attention_heads": 4,
    "intermediate_size": 64,
}
_STAGES = ["stage1", "stage2", "stage3", "stage4"]
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


def depth_anything(kind: str = "DepthAnything", **settings: Any) -> tuple[Any, Any]:
    """Depth Anything on DINOv2, and that which can be prompted; they keep the picture's shape."""
    backbone = transformers.Dinov2Config(
        hidden_size=32,
        num_hidden_layers=4,
        num_attention_heads=4,
        image_size=70,
        patch_size=14,
        out_features=_STAGES,
        reshape_hidden_states=False,
        apply_layernorm=True,
    )
    network = getattr(transformers, f"{kind}ForDepthEstimation")
    config = network.config_class(
        backbone_config=backbone,
        reassemble_hidden_size=32,
        patch_size=14,
        head_hidden_size=8,
        **_NECK,
        **settings,
    )
    processor = image_processor(
        "DPT" if kind == "DepthAnything" else kind,
        size={"height": 70, "width": 70},
        keep_aspect_ratio=True,
        ensure_multiple_of=14,
    )
    return network(config), processor


def zoe_depth(**settings: Any) -> tuple[Any, Any]:
    """ZoeDepth on BEiT, which sees more than the picture: its border, mirrored."""
    backbone = transformers.BeitConfig(
        **_TRANSFORMER,
        image_size=96,
        patch_size=16,
        use_relative_position_bias=True,
        reshape_hidden_states=False,
        out_features=_STAGES,
    )
    config = transformers.ZoeDepthConfig(
        backbone_config=backbone,
        num_relative_features=8,
        bottleneck_features=16,
        bin_embedding_dim=16,
        **_NECK,
        **settings,
    )
    processor = image_processor(
        "ZoeDepth", size={"height": 96, "width": 128}, ensure_multiple_of=32
    )
    return transformers.ZoeDepthForDepthEstimation(config), processor


def depth_pro(*, has_field: bool = True) -> tuple[Any, Any]:
    """DepthPro on three DINOv2, one of which tells the field of view."""
    part = {
        "model_type": "dinov2",
        "hidden_size": 16,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "mlp_ratio": 2,
        "image_size": 32,
        "patch_size": 8,
    }
    config = transformers.DepthProConfig(
        image_model_config=part,
        patch_model_config=part,
        fov_model_config=part,
        patch_size=32,
        fusion_hidden_size=16,
        intermediate_hook_ids=[1, 0],
        intermediate_feature_dims=[16, 16],
        scaled_images_feature_dims=[16, 16, 16],
        merge_padding_value=1,
        use_fov_model=has_field,
    )
    processor = stand_in("DepthProImageProcessor", size={"height": 128, "width": 128})
    return transformers.DepthProForDepthEstimation(config), processor


def chm_v2() -> tuple[Any, Any]:
    """CHMv2 on DINOv3, which tells how high trees are."""
    backbone = transformers.DINOv3ViTConfig(
        **_TRANSFORMER,
        image_size=64,
        patch_size=16,
        num_register_tokens=1,
        out_indices=[1, 2, 3, 4],
        reshape_hidden_states=True,
        apply_layernorm=True,
        return_class_token=True,
    )
    config = transformers.CHMv2Config(
        backbone_config=backbone,
        post_process_channels=[8, 8, 16, 16],
        fusion_hidden_size=16,
        head_hidden_size=8,
        number_output_channels=16,
    )
    return transformers.CHMv2ForDepthEstimation(config), stand_in("CHMv2ImageProcessor")


def tips_v2(task: str = "DepthEstimation", **settings: Any) -> tuple[Any, Any]:
    """TIPSv2 with DPT's neck."""
    backbone = transformers.Tipsv2VisionConfig(
        **_TRANSFORMER,
        image_size=56,
        patch_size=14,
        out_indices=[1, 2, 3, 4],
        apply_layernorm=True,
        reshape_hidden_states=False,
    )
    config = transformers.Tipsv2DptConfig(
        backbone_config=backbone, num_depth_bins=16, **_NECK, **settings
    )
    network = getattr(transformers, f"Tipsv2DptFor{task}")
    return network(config), stand_in("Tipsv2DptImageProcessor", size={"height": 56, "width": 56})


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
    "CHMv2ForDepthEstimation": chm_v2,
    "DPTForDepthEstimation": dpt,
    "DepthAnythingForDepthEstimation": depth_anything,
    "DepthProForDepthEstimation": depth_pro,
    "GLPNForDepthEstimation": glpn,
    "PromptDepthAnythingForDepthEstimation": lambda: depth_anything("PromptDepthAnything"),
    "Tipsv2DptForDepthEstimation": tips_v2,
    "ZoeDepthForDepthEstimation": zoe_depth,
}
PICTURES: Mapping[str, Callable[[], tuple[Any, Any]]] = {
    "Swin2SRForImageSuperResolution": swin2sr,
}
"""By the names that stand in `config.json`; each makes a network and its image processor."""

SKIPS: Mapping[str, Mapping[str, str]] = {
    "CHMv2ForDepthEstimation": {
        "12 megapixels": "takes pictures at their own size, here as 47 000 patches, which takes "
        "minutes; ailab runs what is larger than 1 megapixel in overlapping pieces"
    },
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
