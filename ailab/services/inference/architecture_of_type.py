"""The architecture that a configuration means which names its type alone, as transformers.js reads.

Of types whose networks all do one thing; those of others (`vit`, `detr`) tell no task.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

_BY_TYPE: Mapping[str, str] = MappingProxyType(
    {
        "ben": "BEN",
        "birefnet": "BiRefNet",
        "chinese_clip": "ChineseCLIPModel",
        "clip": "CLIPModel",
        "clipseg": "CLIPSegForImageSegmentation",
        "d_fine": "DFineForObjectDetection",
        "depth_anything": "DepthAnythingForDepthEstimation",
        "depth_pro": "DepthProForDepthEstimation",
        "florence2": "Florence2ForConditionalGeneration",
        "glpn": "GLPNForDepthEstimation",
        "grounding-dino": "GroundingDinoForObjectDetection",
        "isnet": "ISNet",
        "jina_clip": "JinaCLIPModel",
        "metaclip_2": "MetaClip2Model",
        "metric3d": "Metric3DForDepthEstimation",
        "metric3dv2": "Metric3Dv2ForDepthEstimation",
        "modnet": "MODNet",
        "owlv2": "Owlv2ForObjectDetection",
        "owlvit": "OwlViTForObjectDetection",
        "rt_detr": "RTDetrForObjectDetection",
        "rt_detr_v2": "RTDetrV2ForObjectDetection",
        "sam": "SamModel",
        "siglip": "SiglipModel",
        "superpoint": "SuperPointForKeypointDetection",
        "swin2sr": "Swin2SRForImageSuperResolution",
        "table-transformer": "TableTransformerForObjectDetection",
        "u2net": "U2Net",
        "vision-encoder-decoder": "VisionEncoderDecoderModel",
        "vitpose": "VitPoseForPoseEstimation",
        "yolos": "YolosForObjectDetection",
        "zoedepth": "ZoeDepthForDepthEstimation",
    }
)


def architecture_of_type(model_type: object) -> tuple[str, ...]:
    """The architecture that a model's type stands for; empty where it stands for none alone.

    Args:
        model_type: as `config.json` gives it.
    """
    found = _BY_TYPE.get(model_type) if isinstance(model_type, str) else None
    return () if found is None else (found,)


def open_clip(config: Mapping[str, Any]) -> tuple[str, ...]:
    """CLIP's architecture, for a configuration of OpenCLIP, which names none; empty for others.

    Args:
        config: the object in `config.json`.
    """
    parts = (config.get("vision_cfg"), config.get("text_cfg"))
    return ("CLIPModel",) if all(isinstance(part, dict) for part in parts) else ()
