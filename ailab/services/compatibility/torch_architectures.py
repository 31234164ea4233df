"""The architectures that the PyTorch engine runs.

Source: the tables of transformers 5 behind `AutoModelForImageClassification`,
`AutoModelForObjectDetection`, `AutoModelForSemanticSegmentation`,
`AutoModelForInstanceSegmentation`, `AutoModelForUniversalSegmentation`,
`AutoModelForDepthEstimation`, `AutoModelForImageToImage`, `AutoModelForImageTextToText`,
`AutoModelForMaskGeneration`, `AutoModelForZeroShotImageClassification` and
`AutoModelForZeroShotObjectDetection`, without those that ask for more than a picture
or prepare it in steps of their own.
"""

from __future__ import annotations

from ailab.services.inference.answer_models import ANSWER_MODELS
from ailab.services.inference.chat_models import CHAT_MODELS, JUDGES
from ailab.services.inference.feature_models import FEATURE_MODELS
from ailab.services.inference.mask_models import MASK_MODELS
from ailab.services.inference.text_detectors import TEXT_DETECTORS
from ailab.services.inference.text_readers import TEXT_READERS
from ailab.services.inference.writing_models import WRITING_MODELS
from ailab.services.inference.zero_shot_heads import UNWEIGHED, ZERO_SHOT_HEADS

_CLASSIFIERS = """
    Beit Bit CLIP ConvNext ConvNextV2 Cvt Data2VecVision DeiT Dinov2 Dinov2WithRegisters
    DonutSwin EfficientNet FocalNet HGNetV2 Hiera IJepa ImageGPT Levit MetaClip2 MobileNetV1
    MobileNetV2 MobileViT MobileViTV2 PoolFormer PPLCNet Pvt PvtV2 RegNet ResNet Segformer
    Siglip Siglip2 SwiftFormer Swin Swinv2 TextNet ViT ViTMSN"""
_PERCEIVERS = "Learned Fourier ConvProcessing"
_DETECTORS = """
    ConditionalDetr DFine DabDetr DeformableDetr Deimv2 Detr LwDetr PPDocLayoutV2 PPDocLayoutV3
    PPDocLayoutV4 RTDetr RTDetrV2 RfDetr TableTransformer Yolos"""
_DEPTHS = "CHMv2 DPT DepthAnything DepthPro GLPN PromptDepthAnything Tipsv2Dpt ZoeDepth"
_SEGMENTERS = """
    Beit DPT Data2VecVision MobileNetV2 MobileViT MobileViTV2 Sapiens2 Segformer Tipsv2Dpt
    UperNet"""
_UNIVERSAL = "Eomt EomtDinov3 Mask2Former OneFormer"

TORCH_ARCHITECTURES = frozenset(
    [f"{name}ForImageClassification" for name in _CLASSIFIERS.split()]
    + [f"{name}ForImageClassificationWithTeacher" for name in ("DeiT", "Levit")]
    + [f"PerceiverForImageClassification{name}" for name in _PERCEIVERS.split()]
    + [f"{name}ForObjectDetection" for name in _DETECTORS.split()]
    + [f"{name}ForSemanticSegmentation" for name in _SEGMENTERS.split()]
    + [f"{name}ForInstanceSegmentation" for name in ("MaskFormer", "RfDetr")]
    + [f"{name}ForUniversalSegmentation" for name in _UNIVERSAL.split()]
    + ["DetrForSegmentation", "Sapiens2ForImageMatting"]
    + [f"{name}ForDepthEstimation" for name in _DEPTHS.split()]
    + ["Swin2SRForImageSuperResolution"]
    + list(TEXT_DETECTORS)
    + list(TEXT_READERS)
    + list(MASK_MODELS)
    + list(ZERO_SHOT_HEADS.keys() - UNWEIGHED)
    + list(FEATURE_MODELS)
    + ["SuperPointForKeypointDetection"]
    + [f"{name}ForPoseEstimation" for name in ("Sapiens2", "VitPose")]
    + list(ANSWER_MODELS)
    + list(WRITING_MODELS)
    + list(CHAT_MODELS)
    + list(JUDGES)
)
"""Names as they stand in `config.json`."""
