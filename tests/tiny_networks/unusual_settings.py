"""Settings of image processors that are legitimate and not usual, drawn at random.

Of the kinds that the Hub's repositories have: old keys and new ones, sizes told in each way, steps
switched on and off or told to be nothing, names of old and new classes or none.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from PIL import Image

# The processor, a type of model that it goes with, and an architecture of that type.
FAMILIES = tuple(
    tuple(line.split())
    for line in """
    Beit beit BeitForImageClassification
    Beit data2vec-vision Data2VecVisionForSemanticSegmentation
    Bit dinov2 Dinov2Model
    Blip blip BlipVisionModel
    CLIP clip CLIPVisionModel
    ChineseCLIP chinese_clip ChineseCLIPVisionModel
    ConditionalDetr conditional_detr ConditionalDetrForObjectDetection
    ConvNext resnet ResNetForImageClassification
    DPT depth_anything DepthAnythingForDepthEstimation
    DeformableDetr lw_detr LwDetrForObjectDetection
    DeiT deit DeiTForImageClassification
    Detr table-transformer TableTransformerForObjectDetection
    Donut donut-swin DonutSwinForImageClassification
    EfficientNet efficientnet EfficientNetForImageClassification
    Eomt eomt EomtForUniversalSegmentation
    Flava flava FlavaImageModel
    GLPN glpn GLPNForDepthEstimation
    GotOcr2 got_ocr2 ViTModel
    GroundingDino grounding-dino ViTModel
    ImageGPT imagegpt ImageGPTForImageClassification
    Levit levit LevitForImageClassification
    Mask2Former mask2former Mask2FormerForUniversalSegmentation
    MaskFormer maskformer MaskFormerForInstanceSegmentation
    MobileNetV1 mobilenet_v1 MobileNetV1ForImageClassification
    MobileNetV2 mobilenet_v2 MobileNetV2ForSemanticSegmentation
    MobileViT mobilevitv2 MobileViTV2ForSemanticSegmentation
    Nougat nougat ViTModel
    OneFormer oneformer OneFormerForUniversalSegmentation
    OwlViT owlvit OwlViTVisionModel
    PPChart2Table pp_chart2table ViTModel
    Perceiver perceiver PerceiverForImageClassificationConvProcessing
    PoolFormer poolformer PoolFormerForImageClassification
    PromptDepthAnything prompt_depth_anything PromptDepthAnythingForDepthEstimation
    Pvt pvt_v2 PvtV2ForImageClassification
    RTDetr rt_detr RTDetrForObjectDetection
    Sam sam SamModel
    Segformer segformer SegformerForSemanticSegmentation
    Siglip siglip SiglipVisionModel
    SuperPoint superpoint SuperPointForKeypointDetection
    Swin2SR swin2sr Swin2SRForImageSuperResolution
    TextNet textnet TextNetForImageClassification
    ViT swin SwinForImageClassification
    Vilt vilt ViltForQuestionAnswering
    Yolos yolos YolosForObjectDetection
    ZoeDepth zoedepth ZoeDepthForDepthEstimation
    """.splitlines()
    if line.strip()
)

_SIDES = (8, 13, 16, 24, 31, 40, 48, 64)
_FLAGS = ("do_resize", "do_rescale", "do_normalize", "do_center_crop", "do_pad")
_OTHER_FLAGS = ("do_convert_rgb", "do_flip_channel_order", "do_reduce_labels", "rescale_offset")
_MEANS = ([0.1, 0.2, 0.3], 0.5, [0.5, 0.5, 0.5], [0, 0, 0])
_STDS = ([0.1, 0.2, 0.3], 0.5, [0.5, 0.5, 0.5], 1)
_FACTORS = (1 / 255, 1 / 127.5, 1.0, 1 / 256)
_CLUSTERS = [[-1.0, -1.0, -1.0], [1.0, 1.0, 1.0], [0.1, 0.2, -0.3], [0.5, -0.5, 0.0]]
_SHAPED = ("DPT", "PromptDepthAnything", "ZoeDepth")
# What cannot be compared: pixels of whole numbers would be resized there, and rounded.
_NEVER = {"ZoeDepth": ("do_rescale",)}


@dataclass(frozen=True, slots=True)
class DrawnSettings:
    """A model's folder without weights.

    Attributes:
        processor: whose settings it has.
        files: the objects in its JSON files, by name.
    """

    processor: str
    files: dict[str, dict[str, Any]]

    def write(self, folder: Path) -> None:
        """Write the files to a folder of their own."""
        folder.mkdir()
        for name, content in self.files.items():
            (folder / name).write_text(json.dumps(content), encoding="utf-8")
        (folder / "model.safetensors").write_bytes(b"")


def drawn_settings(seed: int, rounds: int) -> Iterator[DrawnSettings]:
    """Settings for each of the families, so many times."""
    chance = Random(seed)
    for _ in range(rounds):
        for processor, kind, architecture in FAMILIES:
            own = {**_name(chance, processor), **_settings(chance, processor)}
            beside = {"processor_class": "SomeProcessor"}
            layouts: tuple[dict[str, dict[str, Any]], ...] = (
                {"preprocessor_config.json": own},
                {"preprocessor_config.json": own, "processor_config.json": beside},
                {"processor_config.json": {**beside, "image_processor": own}},
                {
                    "preprocessor_config.json": {"size": 19},
                    "processor_config.json": {**beside, "image_processor": own},
                },
            )
            files = chance.choice(layouts)
            config = {"model_type": kind, "architectures": [architecture]}
            yield DrawnSettings(processor, {**files, "config.json": config})


def unusual_pictures(folder: Path) -> list[Path]:
    """Pictures of all modes and of shapes that are seldom, as files."""
    chance = np.random.default_rng(3)
    found: list[Path] = []
    for name, mode, size in (
        ("odd.png", "RGB", (61, 43)),
        ("portrait.png", "RGB", (31, 77)),
        ("grey.png", "L", (50, 37)),
        ("transparent.png", "RGBA", (40, 29)),
        ("grey-transparent.png", "LA", (40, 29)),
        ("print.tif", "CMYK", (33, 47)),
        ("palette.png", "P", (45, 30)),
        ("ink.png", "1", (50, 37)),
        ("line.png", "RGB", (1, 40)),
        ("strip.png", "RGB", (150, 3)),
        ("square.png", "RGB", (64, 64)),
        ("on-its-side.jpg", "RGB", (31, 77)),
    ):
        bands = 4 if mode in {"RGBA", "CMYK"} else 3
        drawn = mode if bands == len(mode) else "RGB"
        values = chance.integers(0, 256, (7, 9, bands), dtype=np.uint8).tobytes()
        small = Image.frombytes(drawn, (9, 7), values)
        picture = small.resize(size, Image.Resampling.BICUBIC).convert(mode)
        exif = Image.Exif()
        if name.startswith("on-its-side"):
            exif[0x0112] = 6
        picture.save(folder / name, exif=exif.tobytes() if exif else b"")
        found.append(folder / name)
    return found


def _settings(chance: Random, processor: str) -> dict[str, Any]:
    own: dict[str, Any] = _size(chance) if chance.random() < 0.95 else {}
    for flag in (*_FLAGS, *_OTHER_FLAGS):
        if chance.random() < 0.25 and flag not in _NEVER.get(processor, ()):
            own[flag] = chance.choice((True, False, None))
    for key, values, share in (
        ("crop_size", (8, {"height": 41, "width": 17}, [24, 56], {"height": 32, "width": 32}), 0.4),
        ("crop_pct", (0.5, 0.875, 1.0), 0.2),
        ("resample", (2, 3) if processor == "ZoeDepth" else range(6), 0.5),
        ("rescale_factor", _FACTORS, 0.25),
        ("image_mean", _MEANS, 0.4),
        ("image_std", _STDS, 0.4),
        ("size_divisor", (4, 8, 32), 0.2),
        ("pad_size", ({"height": 128, "width": 144}, 96, None), 0.12),
        ("default_to_square", (True, False), 0.08),
        ("some_other_key", (1, "x", {"a": 1}), 0.2),
    ):
        if chance.random() < share:
            own[key] = chance.choice(values)
    if processor in _SHAPED:
        own |= {"ensure_multiple_of": chance.choice((1, 14)), "keep_aspect_ratio": True}
    if processor == "ImageGPT":
        own["clusters"] = _CLUSTERS
    if processor == "Perceiver":  # pictures are cropped so that most of them is seen
        own |= {"size": chance.choice((40, {"height": 32, "width": 40})), "crop_size": 48}
    return own


def _size(chance: Random) -> dict[str, Any]:
    side, other, more = chance.choice(_SIDES), chance.choice(_SIDES), chance.choice((0, 5, 60))
    sizes: tuple[Any, ...] = (
        side,
        [side, other],
        {"height": side, "width": other},
        {"shortest_edge": side},
        {"shortest_edge": side, "longest_edge": side + more},
        {"longest_edge": side},
        {"max_height": side, "max_width": other},
    )
    limit = {"max_size": 90} if chance.random() < 0.1 else {}
    return {"size": chance.choice(sizes), **limit}


def _name(chance: Random, processor: str) -> dict[str, Any]:
    new, old = f"{processor}ImageProcessor", f"{processor}FeatureExtractor"
    names: tuple[dict[str, Any], ...] = (
        {"image_processor_type": new},
        {"image_processor_type": f"{new}Fast"},
        {"image_processor_type": new, "feature_extractor_type": old},
        {"feature_extractor_type": old},
        {"image_processor_type": None},
        {},
    )
    return chance.choice(names)
