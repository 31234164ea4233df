"""The networks of transformers that make a vector of a picture, by their architectures.

What the vector is where a network names one itself: its `image_embeds`, else its `pooler_output`,
as `transformers.pipeline("image-feature-extraction", pool=True)` gives it, else RADIO's `summary`;
of FLAVA, the first of its image features, by which it compares pictures with texts. Where it names
none, the last hidden state tells: by its class token where the family was trained with one, else by
the mean over the picture, over the last map of a backbone, or over the queries of a detector.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

CLASS_TOKEN, MEAN = "class-token", "mean"
"""What stands for a picture in a last hidden state."""

_WITH_FIRST = """
    AltCLIPVision Beit Blip2Vision BlipVision ChineseCLIPVision CLIPSegVision CLIPVision Cvt
    Data2VecVision DeiT DepthPro Dinov2 Dinov2WithRegisters DINOv3ConvNext DINOv3ViT DPT FlavaImage
    GitVision InstructBlipVision MetaClip2Vision MLCDVision OwlViTVision Owlv2Vision Pixio Pvt
    Sapiens2 Tipsv2Vision ViT ViTMAE ViTMSN Yolos"""
_WITHOUT = """
    Aimv2Vision AlignVision Bit ConditionalDetr ConvNext ConvNextV2 DabDetr DeformableDetr Detr
    DonutSwin EfficientNet Flava FocalNet GLPN GroupViTVision Hiera IJepa ImageGPT Levit
    MaskFormerSwin MobileNetV1 MobileNetV2 MobileViT MobileViTV2 PoolFormer PvtV2 Radio RegNet
    ResNet Segformer SiglipVision Siglip2Vision SwiftFormer Swin Swin2SR Swinv2 TableTransformer
    TextNet VitDet"""
_BACKBONES = """
    Beit Bit ConvNext ConvNextV2 Dinov2 Dinov2WithRegisters DINOv3ConvNext DINOv3ViT FocalNet
    HGNetV2 Hiera LwDetrViT MaskFormerSwin Pixio PPLCNet PPLCNetV3 PPLCNetV4 PvtV2 ResNet
    RfDetrDinov2 RTDetrResNet Sapiens2 Swin Swinv2 TextNet Tipsv2Vision UVDoc VitDet VitPose"""

_OF_ALL = ("FocalNet", "Hiera", "ImageGPT", "Swin")

UNDER_A_HEAD: Mapping[str, str] = MappingProxyType(
    {
        "BeitForMaskedImageModeling": "BeitModel",
        "DeiTForMaskedImageModeling": "DeiTModel",
        "FlavaForPreTraining": "FlavaModel",
        "FocalNetForMaskedImageModeling": "FocalNetModel",
        "HieraForPreTraining": "HieraModel",
        "ImageGPTForCausalImageModeling": "ImageGPTModel",
        "SwinForMaskedImageModeling": "SwinModel",
        "Swinv2ForMaskedImageModeling": "Swinv2Model",
        "ViTForMaskedImageModeling": "ViTModel",
        "ViTMAEForPreTraining": "ViTMAEModel",
    }
)
"""Networks that were saved with the head that they were trained by, and what is run of them."""

FEATURE_MODELS: Mapping[str, str] = MappingProxyType(
    {f"{name}Model": CLASS_TOKEN for name in _WITH_FIRST.split()}
    | {f"{name}ModelWithProjection": CLASS_TOKEN for name in ("CLIPVision", "MetaClip2Vision")}
    | {f"{name}Model": MEAN for name in _WITHOUT.split()}
    | {f"{name}Backbone": MEAN for name in _BACKBONES.split()}
    | {name: MEAN if name.startswith(_OF_ALL) else CLASS_TOKEN for name in UNDER_A_HEAD}
)
"""Names as they stand in `config.json`, and what stands for a picture in a last hidden state."""
