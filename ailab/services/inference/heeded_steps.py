"""Which steps an image processor does where its configuration asks for them; others overlook them.

Source: the `_preprocess` of the Pillow image processors of transformers 5, and of those for
torchvision alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

DETRS = frozenset(
    {"ConditionalDetr", "DeformableDetr", "Deta", "Detr", "GroundingDino", "RfDetr", "Yolos"}
)
"""The processors that fill pictures up as DETR's does."""

MASK_FORMERS = frozenset({"Mask2Former", "MaskFormer"})
"""Those that bring sides to whole multiples, and fill up, as MaskFormer's does."""

_DPTS = frozenset({"DPT", "PromptDepthAnything", "ZoeDepth"})
_IN_PATCHES = frozenset({"Kosmos2_5", "Pix2Struct", "Siglip2"})
_OVERLOOKED_BY: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "do_center_crop": frozenset(
            {
                *(*DETRS, *MASK_FORMERS, *_DPTS, *_IN_PATCHES),
                *("DepthPro", "Eomt", "GLPN", "GotOcr2", "ImageGPT", "Nougat", "OneFormer"),
                *("Owlv2", "PPFormulaNet", "PPOCRV5ServerDet", "RTDetr", "Sam2", "Sam3"),
                *("Segformer", "SuperPoint", "Swin2SR", "Vilt", "VitPose"),
            }
        ),
        "do_normalize": frozenset({"MobileViT", "SuperPoint", "Swin2SR"}),
        "do_resize": frozenset({"Swin2SR"}),
        "do_pad": frozenset(
            {
                *("Beit", "ConvNext", "EfficientNet", "Flava", "GLPN", "GotOcr2", "ImageGPT"),
                *("MobileNetV2", "MobileViT", "OneFormer", "Perceiver", "Segformer"),
                *("SuperPoint", "TextNet", "Vilt", "VitPose", *_IN_PATCHES),
            }
        ),
    }
)
_OF_SHORTEST = DETRS | MASK_FORMERS
"""Of these a single number as size is the shorter edge's length, whatever else is said of it."""

_HEEDED_BY: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "do_flip_channel_order": frozenset({"Image", "MobileViT"}),
        "do_grayscale": frozenset({"SuperPoint"}),
        "rescale_offset": frozenset({"EfficientNet"}),
    }
)

_ALWAYS_DONE_BY: Mapping[str, frozenset[str]] = MappingProxyType(
    {"do_pad": MASK_FORMERS, "do_resize": frozenset({"Siglip2", "VitPose"})}
)
_EDGE = 800
_OWLS = frozenset({"OwlViT", "Owlv2"})
_OLD_NAMES = (
    # The old name, the new one, and whose it was; only OWL-ViT's counts beside the new one.
    ("pad_and_return_pixel_mask", "do_pad", DETRS),
    ("pad_size", "size_divisor", frozenset({"Swin2SR"})),
    ("rescale", "do_rescale", _OWLS),
)


def renamed(processor: str, keys: Mapping[str, Any]) -> dict[str, Any]:
    """What a configuration says, by the names that its processor's keys have now.

    Args:
        processor: its name without `ImageProcessor` and the like.
        keys: what the configuration says.
    """
    said = dict(keys)
    for old, new, processors in _OLD_NAMES:
        if processor in processors and old in said and (new not in said or processor in _OWLS):
            said[new] = said[old]
    if processor in MASK_FORMERS and "max_size" in said and "size" not in said:
        said["size"] = {"shortest_edge": _EDGE, "longest_edge": said["max_size"]}
    return said


def heeded(processor: str, keys: Mapping[str, Any]) -> dict[str, Any]:
    """A configuration without what the image processor does not do, whatever that asks for.

    Args:
        processor: its name without `ImageProcessor` and the like.
        keys: its configuration, with what the class has where that is silent.
    """
    off = {flag for flag, names in _OVERLOOKED_BY.items() if processor in names}
    off |= {flag for flag, names in _HEEDED_BY.items() if processor not in names}
    if processor in _OF_SHORTEST:
        off.add("default_to_square")
    on = [flag for flag, names in _ALWAYS_DONE_BY.items() if processor in names]
    return {**keys, **dict.fromkeys(off & keys.keys(), False), **dict.fromkeys(on, True)}
