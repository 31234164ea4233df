"""The networks of transformers that make a vector of a picture, by their architectures.

What the vector is where a network names one itself: its `image_embeds`, else its `pooler_output`,
as `transformers.pipeline("image-feature-extraction", pool=True)` gives it. Where it names none,
the last hidden state tells: by its class token where the family was trained with one, else by the
mean over the picture.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

CLASS_TOKEN, MEAN = "class-token", "mean"
"""What stands for a picture in a last hidden state."""

_WITH_FIRST = """
    Beit CLIPVision Data2VecVision DeiT Dinov2 Dinov2WithRegisters DINOv3ConvNext DINOv3ViT
    MetaClip2Vision MLCDVision Pvt ViT ViTMSN"""
_WITHOUT = """
    Bit ConvNext ConvNextV2 EfficientNet FocalNet Hiera IJepa Levit MobileNetV1 MobileNetV2
    MobileViT MobileViTV2 PvtV2 RegNet ResNet Segformer SiglipVision SwiftFormer Swin Swinv2"""

FEATURE_MODELS: Mapping[str, str] = MappingProxyType(
    {f"{name}Model": CLASS_TOKEN for name in _WITH_FIRST.split()}
    | {f"{name}ModelWithProjection": CLASS_TOKEN for name in ("CLIPVision", "MetaClip2Vision")}
    | {f"{name}Model": MEAN for name in _WITHOUT.split()}
)
"""Names as they stand in `config.json`, and what stands for a picture in a last hidden state."""
