"""Which image processor of transformers a model's files mean.

Source: `AutoImageProcessor.from_pretrained` and `IMAGE_PROCESSOR_MAPPING_NAMES` of transformers 5.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ailab.services.inference.preprocessor_defaults import is_known_processor
from ailab.services.inference.preprocessor_keys import wrong_value

USUAL = "ViT"
"""The one whose steps are taken where nothing tells another."""

_ENDING = re.compile(r"(ImageProcessor(Fast|Pil)?|FeatureExtractor)$")
_TYPES = {
    "Beit": "beit data2vec-vision",
    "Bit": "bit dinov2 focalnet hiera pixio",
    "Blip": "blip blip-2 instructblip",
    "CHMv2": "chmv2",
    "CLIP": """aimv2 aimv2_vision_model altclip clip florence2 git groupvit kosmos-2 metaclip_2 mlcd
        vipllava xclip""",
    "ChineseCLIP": "chinese_clip",
    "ConditionalDetr": "conditional_detr",
    "ConvNext": "convnext convnextv2 cvt regnet resnet",
    "DINOv3ViT": "dinov3_vit",
    "DPT": "depth_anything dpt",
    "DeformableDetr": "deformable_detr lw_detr",
    "DeiT": "deit",
    "DepthPro": "depth_pro",
    "Detr": "detr omdet-turbo table-transformer",
    "Donut": "donut-swin",
    "EfficientNet": "align efficientnet",
    "Eomt": "eomt eomt_dinov3",
    "Flava": "flava",
    "GLPN": "glpn",
    "GotOcr2": "got_ocr2",
    "GroundingDino": "grounding-dino mm-grounding-dino",
    "ImageGPT": "imagegpt",
    "Kosmos2_5": "kosmos-2.5",
    "Levit": "levit",
    "Mask2Former": "mask2former",
    "MaskFormer": "maskformer",
    "MobileNetV1": "mobilenet_v1",
    "MobileNetV2": "mobilenet_v2",
    "MobileViT": "mobilevit mobilevitv2",
    "Nougat": "nougat",
    "OneFormer": "oneformer",
    "OwlViT": "owlvit",
    "Owlv2": "owlv2",
    "PPChart2Table": "pp_chart2table",
    "PPDocLayoutV2": "pp_doclayout_v2",
    "PPDocLayoutV3": "pp_doclayout_v3",
    "PPDocLayoutV4": "pp_doclayout_v4",
    "PPFormulaNet": "pp_formulanet",
    "PPLCNet": "pp_lcnet",
    "PPOCRV5ServerDet": """pp_ocrv5_mobile_det pp_ocrv5_server_det pp_ocrv6_medium_det
        pp_ocrv6_small_det""",
    "PPOCRV5ServerRec": "pp_ocrv5_mobile_rec pp_ocrv5_server_rec",
    "PPOCRV6SmallRec": "pp_ocrv6_small_rec pp_ocrv6_tiny_rec",
    "Perceiver": "perceiver",
    "Pix2Struct": "pix2struct",
    "PoolFormer": "poolformer",
    "PromptDepthAnything": "prompt_depth_anything",
    "Pvt": "pvt pvt_v2",
    "RTDetr": "deimv2 rt_detr",
    "RfDetr": "rf_detr",
    "Sam": "sam sam_hq",
    "Sam2": "edgetam sam2 sam2_video",
    "Sam3": "sam3 sam3_lite_text sam3_tracker sam3_tracker_video sam3_video",
    "Sapiens2": "sapiens2",
    "SegGpt": "seggpt",
    "Segformer": "segformer upernet",
    "Siglip": "paligemma siglip",
    "Siglip2": "siglip2",
    "SuperPoint": "superpoint",
    "Swin2SR": "swin2sr",
    "TextNet": "textnet",
    "Tipsv2": "tipsv2",
    "Tipsv2Dpt": "tipsv2_dpt",
    "ViT": "clipseg dinat ijepa mgp-str swiftformer swin swinv2 trocr vit vit_mae vit_msn",
    "Vilt": "vilt",
    "VitPose": "vitpose",
    "Yolos": "yolos",
    "ZoeDepth": "zoedepth",
}
_OF_TYPE: Mapping[str, str] = MappingProxyType(
    {kind: name for name, kinds in _TYPES.items() for kind in kinds.split()}
)


def processor_kind(own: Mapping[str, Any], model: Mapping[str, Any]) -> tuple[str, str]:
    """What the files call the image processor, and by whose steps pictures are prepared.

    Those of the model's type are taken where no processor is named, or one that is not known.

    Args:
        own: the image processor's keys.
        model: the object in `config.json`.

    Returns:
        The name, which may be empty; and one without `ImageProcessor` and the like, which may be
        that of no known processor.

    Raises:
        ModelFileError: the name is none.
    """
    named = (own.get("image_processor_type"), own.get("feature_extractor_type"))
    kind = next(filter(None, (*named, model.get("image_processor_type"))), "")
    if not isinstance(kind, str):
        raise wrong_value("image_processor_type", "a name")
    processor = _ENDING.sub("", kind)
    if is_known_processor(processor):
        return kind, processor
    return kind, _of_type(model.get("model_type")) or processor or USUAL


def is_known_kind(kind: str) -> bool:
    """True for a name of an image processor whose steps and defaults are known."""
    return is_known_processor(_ENDING.sub("", kind))


def _of_type(model_type: object) -> str:
    return _OF_TYPE.get(model_type, "") if isinstance(model_type, str) else ""
