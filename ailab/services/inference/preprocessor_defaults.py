"""What transformers' image processors do where `preprocessor_config.json` is silent.

Source: the class attributes of transformers 5's Pillow image processors, of those that
classify, detect, segment, estimate depth, enlarge, caption or make masks, with words or without;
SAM 2's and SAM 3's exist for torchvision alone.
Older files leave most keys out.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ailab.services.inference.preprocessing import Sampling

_IMAGENET = {"image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225]}
_CLIP = {
    "image_mean": [0.48145466, 0.4578275, 0.40821073],
    "image_std": [0.26862954, 0.26130258, 0.27577711],
}
_EDGES = {"size": {"shortest_edge": 800, "longest_edge": 1333}, "default_to_square": False}
_LIMITED = {**_EDGES, "max_size": 1333}
_CROP_224 = {"do_center_crop": True, "crop_size": {"height": 224, "width": 224}}
_CROP_256 = {"do_center_crop": True, "crop_size": {"height": 256, "width": 256}}
_DETR = {**_LIMITED, "do_pad": True, **_IMAGENET}
_MASK_FORMER = {**_LIMITED, "size_divisor": 32, **_IMAGENET}
_DOCUMENT = {
    "size": {"height": 800, "width": 800},
    "resample": 3,
    "image_mean": [0.0, 0.0, 0.0],
    "image_std": [1.0, 1.0, 1.0],
}
_DPT = {
    "size": {"height": 384, "width": 384},
    "resample": 3,
    "ensure_multiple_of": 1,
    "keep_aspect_ratio": False,
}
_LINE = {
    "size": {"height": 48, "width": 320},
    "do_pad": True,
    "pad_size": {"height": 48, "width": 320},
    "max_image_width": 3200,
}
_MOBILE_NET = {"size": {"shortest_edge": 256}, "default_to_square": False, **_CROP_224}
_SHORTEST_224 = {"size": {"shortest_edge": 224}, "default_to_square": False, "resample": 3}

_COMMON: Mapping[str, Any] = {
    "do_resize": True,
    "size": {"height": 224, "width": 224},
    "default_to_square": True,
    "resample": 2,
    "do_center_crop": False,
    "do_rescale": True,
    "rescale_factor": 1 / 255,
    "do_normalize": True,
    "image_mean": [0.5, 0.5, 0.5],
    "image_std": [0.5, 0.5, 0.5],
}
_OWN: Mapping[str, Mapping[str, Any]] = {
    "Beit": {"resample": 3, "crop_size": {"height": 224, "width": 224}},
    "Bit": {**_SHORTEST_224, **_CROP_224, **_CLIP},
    "Blip": {"size": {"height": 384, "width": 384}, "resample": 3, **_CLIP},
    "CHMv2": {
        "size": {"height": 384, "width": 384},
        "resample": 3,
        "do_resize": False,
        "do_pad": True,
        "ensure_multiple_of": 16,
        "keep_aspect_ratio": True,
        "size_divisor": 16,
        "image_mean": [0.420, 0.411, 0.296],
        "image_std": [0.213, 0.156, 0.143],
    },
    "CLIP": {**_SHORTEST_224, **_CROP_224, **_CLIP},
    "ChineseCLIP": {**_SHORTEST_224, **_CROP_224, **_CLIP},
    "ConditionalDetr": _DETR,
    "ConvNext": {
        "size": {"shortest_edge": 384},
        "default_to_square": False,
        "resample": 3,
        "crop_pct": 224 / 256,
    },
    "DINOv3ViT": _IMAGENET,
    "DPT": _DPT,
    "DeformableDetr": _DETR,
    "DeiT": {"size": {"height": 256, "width": 256}, "resample": 3, **_CROP_224},
    "Deta": _DETR,
    "DepthPro": {"size": {"height": 1536, "width": 1536}},
    "Detr": _DETR,
    "Donut": {
        "size": {"height": 2560, "width": 1920},
        "do_thumbnail": True,
        "do_pad": True,
    },
    "EfficientNet": {
        "size": {"height": 346, "width": 346},
        "resample": 3,
        "crop_size": {"height": 289, "width": 289},
    },
    "Eomt": {
        "size": {"shortest_edge": 640, "longest_edge": 640},
        "default_to_square": False,
        **_IMAGENET,
    },
    "Flava": {"resample": 3, **_CROP_224, **_CLIP},
    "GLPN": {"size_divisor": 32, "do_normalize": False},
    "GotOcr2": {"size": {"height": 384, "width": 384}, "resample": 3, **_CLIP},
    "GroundingDino": _DETR,
    "Image": {"do_resize": False, "do_normalize": False},  # transformers.js's, for all of its own
    "ImageGPT": {"size": {"height": 256, "width": 256}, "do_color_quantize": True},
    "JinaCLIP": {**_SHORTEST_224, **_CROP_224, **_CLIP},
    "Kosmos2_5": {"max_patches": 4096, "patch_size": {"height": 16, "width": 16}},
    "Levit": {**_SHORTEST_224, **_CROP_224, **_IMAGENET},
    "Mask2Former": _MASK_FORMER,
    "MaskFormer": _MASK_FORMER,
    "MobileNetV1": _MOBILE_NET,
    "MobileNetV2": _MOBILE_NET,
    "MobileViT": {
        **_SHORTEST_224,
        **_CROP_256,
        "do_normalize": False,
        "do_flip_channel_order": True,
    },
    "Nougat": {
        "size": {"height": 896, "width": 672},
        "do_crop_margin": True,
        "do_thumbnail": True,
        "do_pad": True,
        **_IMAGENET,
    },
    "OneFormer": {**_EDGES, **_IMAGENET},
    "OwlViT": {
        "size": {"height": 768, "width": 768},
        "resample": 3,
        "crop_size": {"height": 768, "width": 768},
        **_CLIP,
    },
    "Owlv2": {"size": {"height": 960, "width": 960}, "do_pad": True, **_CLIP},
    "Perceiver": {
        "resample": 3,
        "do_center_crop": True,
        "crop_size": {"height": 256, "width": 256},
        **_IMAGENET,
    },
    "PoolFormer": {**_SHORTEST_224, **_CROP_224, "crop_pct": 0.9, **_IMAGENET},
    "PPLCNet": {
        **_CROP_224,
        "resize_short": 256,
        "size_divisor": 1,
        "image_mean": [0.406, 0.456, 0.485],
        "image_std": [0.225, 0.224, 0.229],
    },
    "Pix2Struct": {"max_patches": 2048, "patch_size": {"height": 16, "width": 16}},
    "PPChart2Table": {"size": {"height": 1024, "width": 1024}, "resample": 3, **_CLIP},
    "PPDocLayoutV2": _DOCUMENT,
    "PPDocLayoutV3": _DOCUMENT,
    "PPDocLayoutV4": _DOCUMENT,
    "PPFormulaNet": {
        "size": {"height": 768, "width": 768},
        "do_crop_margin": True,
        "do_thumbnail": True,
        "do_pad": True,
        "image_mean": [0.7931, 0.7931, 0.7931],
        "image_std": [0.1738, 0.1738, 0.1738],
    },
    "PPOCRV5ServerDet": {
        "limit_side_len": 960,
        "limit_type": "max",
        "max_side_limit": 4000,
        "image_mean": [0.406, 0.456, 0.485],
        "image_std": [0.225, 0.224, 0.229],
    },
    "PPOCRV5ServerRec": _LINE,
    "PPOCRV6SmallRec": _LINE,
    "PromptDepthAnything": _DPT,
    "Pvt": {"resample": 3, **_IMAGENET},
    "RTDetr": {"size": {"height": 640, "width": 640}, "do_normalize": False, **_IMAGENET},
    "RfDetr": _DETR,
    "Sam": {
        "size": {"longest_edge": 1024},
        "do_pad": True,
        "pad_size": {"height": 1024, "width": 1024},
        **_IMAGENET,
    },
    "Sam2": {"size": {"height": 1024, "width": 1024}, **_IMAGENET},
    "Sam3": {"size": {"height": 1008, "width": 1008}},
    "Sapiens": {"do_resize": False, "do_normalize": False},
    "Sapiens2": {"size": {"height": 1024, "width": 768}, **_IMAGENET},
    "Segformer": {"size": {"height": 512, "width": 512}, **_IMAGENET},
    "Siglip": {"resample": 3, "default_to_square": False},
    "Siglip2": {"patch_size": 16, "max_num_patches": 256},
    "SuperPoint": {
        "size": {"height": 480, "width": 640},
        "default_to_square": False,
        "do_normalize": False,
    },
    "Swin2SR": {
        "do_resize": False,
        "do_normalize": False,
        "do_pad": True,
        "size_divisor": 8,
    },
    "TextNet": {
        "size": {"shortest_edge": 640},
        "default_to_square": False,
        "size_divisor": 32,
        "crop_size": {"height": 224, "width": 224},
        **_IMAGENET,
    },
    "Tipsv2": {"size": {"height": 448, "width": 448}, "do_normalize": False},
    "Tipsv2Dpt": {"size": {"height": 448, "width": 448}, "do_normalize": False},
    "ViT": {},
    "Vilt": {
        "size": {"shortest_edge": 384},
        "default_to_square": False,
        "resample": 3,
        "size_divisor": 32,
    },
    "VitPose": {"size": {"height": 256, "width": 192}, **_IMAGENET},
    "Yolos": _DETR,
    "ZoeDepth": {
        "size": {"height": 384, "width": 512},
        "do_pad": True,
        "ensure_multiple_of": None,  # a thirty-second there, which no network was trained with
        "keep_aspect_ratio": True,
    },
}

SAMPLINGS: Mapping[str, Sampling] = MappingProxyType(
    {
        "DepthPro": Sampling.PLAIN,
        "PPDocLayoutV2": Sampling.ROUNDED,
        "PPDocLayoutV3": Sampling.ROUNDED,
        "PPDocLayoutV4": Sampling.CLIPPED,
        "PPOCRV5ServerDet": Sampling.FINE,
        "PPOCRV5ServerRec": Sampling.FINE,
        "PPOCRV6SmallRec": Sampling.ROUNDED,
        "RfDetr": Sampling.PLAIN,
        "ZoeDepth": Sampling.CORNERS,
    }
)
"""Which processors resize otherwise than Pillow does."""

# These cut, tile or round in ways of their own; done wrongly they give plausible rubbish.
UNKNOWN_STEPS = frozenset(
    {
        "SegGpt",
    }
)


def is_known_processor(processor: str) -> bool:
    """True for one whose steps and defaults are known, by the same name."""
    return processor in _OWN


def processor_defaults(processor: str) -> Mapping[str, Any]:
    """The defaults of a processor, by its name without `ImageProcessor` and the like."""
    return MappingProxyType({**_COMMON, **_OWN.get(processor, {})})
