"""Further rows of the embedded Hub's catalogue, so that there is something to search and scroll.

They are samples of a catalogue and say so: their repositories hold a card, a drawn picture, a
configuration, and weights that are all zero.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from ailab.demo.card_text import write_card
from ailab.demo.demo_file import DemoFile
from ailab.demo.demo_repo import DemoRepo
from ailab.demo.sample_picture import draw_sample
from ailab.demo.sample_weights import zero_weights

_NEWEST = datetime(2026, 6, 30, 12, 0, tzinfo=UTC)
_LICENCES = ("apache-2.0", "mit", "cc-by-4.0", "apache-2.0", "cc-by-nc-4.0", "bsd-3-clause")

# Task, architecture, model type, library, then the sizes and what they were trained on.
_FAMILIES = (
    ("image-classification", "ViTForImageClassification", "vit", "transformers",
     ("vit-tiny", "vit-small", "vit-base"), ("pollen", "histology", "leaf-disease", "minerals")),
    ("image-classification", "ConvNextForImageClassification", "convnext", "timm",
     ("convnext-atto", "convnext-nano", "convnext-tiny"), ("diatoms", "galaxies", "wood-species")),
    ("image-classification", "MobileNetV2ForImageClassification", "mobilenet_v2", "transformers",
     ("mobilenet-v2-0.5", "mobilenet-v2-1.0"), ("weld-defects", "steel-surface", "blood-smear")),
    ("object-detection", "DetrForObjectDetection", "detr", "transformers",
     ("detr-r18", "detr-r50"), ("cells", "bacteria", "drone-wildlife", "solar-panels")),
    ("object-detection", "RTDetrForObjectDetection", "rt_detr", "transformers",
     ("rtdetr-r18", "rtdetr-r50"), ("insects", "pcb-defects", "seedlings", "traffic")),
    ("object-detection", "YolosForObjectDetection", "yolos", "transformers",
     ("yolos-tiny", "yolos-small"), ("craters", "fruit", "worms")),
    ("image-segmentation", "SegformerForSemanticSegmentation", "segformer", "transformers",
     ("segformer-b0", "segformer-b1", "segformer-b2"), ("glands", "land-cover", "roots", "cracks")),
    ("image-segmentation", "Mask2FormerForUniversalSegmentation", "mask2former", "transformers",
     ("mask2former-tiny", "mask2former-small"), ("organoids", "crystals", "street")),
    ("image-segmentation", "UperNetForSemanticSegmentation", "upernet", "transformers",
     ("upernet-convnext-tiny", "upernet-swin-tiny"), ("vessels", "coral", "clouds")),
    ("depth-estimation", "DepthAnythingForDepthEstimation", "depth_anything", "transformers",
     ("depth-small", "depth-base"), ("indoor", "outdoor", "endoscopy")),
    ("mask-generation", "SamModel", "sam", "transformers",
     ("sam-tiny", "sam-base"), ("microscopy", "satellite")),
    ("image-feature-extraction", "Dinov2Model", "dinov2", "transformers",
     ("dinov2-small", "dinov2-base"), ("pathology", "remote-sensing", "plankton")),
    ("zero-shot-image-classification", "CLIPModel", "clip", "transformers",
     ("clip-small", "clip-base"), ("biology", "satellite", "materials")),
    ("keypoint-detection", "VitPoseForPoseEstimation", "vitpose", "transformers",
     ("vitpose-small", "vitpose-base"), ("mouse", "zebrafish", "human")),
    ("image-to-image", "Swin2SRForImageSuperResolution", "swin2sr", "transformers",
     ("swin2sr-x2", "swin2sr-x4"), ("microscopy", "satellite", "fluorescence-denoise")),
)  # fmt: skip


_WIDTHS = (192, 384, 768)
"""Numbers per token of a family's sizes, smallest first."""


def sample_rows() -> tuple[DemoRepo, ...]:
    """The rows: every size of every family for each of its subjects."""
    return tuple(_rows())


def _rows() -> Iterator[DemoRepo]:
    for task, architecture, model_type, library, sizes, subjects in _FAMILIES:
        config = {"architectures": [architecture], "model_type": model_type, "image_size": 224}
        for subject in subjects:
            for size, width in zip(sizes, _WIDTHS, strict=False):
                yield _row(size, subject, task, library, config=config, width=width)


def _row(
    size: str, subject: str, task: str, library: str, *, config: dict[str, Any], width: int
) -> DemoRepo:
    # The figures follow from the name: the same on every start, and spread as the Hub's are,
    # where few models have most of the downloads.
    name = f"{size}-{subject}"
    chance = hashlib.sha256(name.encode()).digest()
    popularity = int(10 ** (1 + chance[0] / 64))
    modified = _NEWEST - timedelta(hours=int.from_bytes(chance[1:3]) % 12000)
    licence = _LICENCES[chance[3] % len(_LICENCES)]
    tags = ("vision", config["model_type"], "catalogue-sample")
    card = {
        # As on the Hub, now a text, now a list.
        "license": [licence] if chance[7] % 16 == 0 else licence,
        "library_name": library,
        "pipeline_tag": task,
        "tags": [*tags],
        "datasets": [f"catalogue-sample/{subject}"],
        "widget": [{"src": "samples/example.jpg", "example_title": subject}],
    }
    body = (
        f"# {name}\n\n![{subject}](samples/example.jpg)\n\n"
        "A sample row of the demonstration catalogue: it shows how models are found. "
        "Its weights are all zero, so there is nothing to run."
    )
    return DemoRepo(
        f"catalogue-sample/{name}",
        (
            DemoFile("README.md", write_card(card, body)),
            DemoFile("config.json", json.dumps(config | {"hidden_size": width}, indent=2).encode()),
            DemoFile("model.safetensors", zero_weights(12, width)),
            DemoFile("samples/example.jpg", draw_sample(subject)),
        ),
        task=task,
        library=library,
        license=licence,
        tags=tags,
        downloads=popularity,
        likes=popularity // (20 + chance[4]),
        trending=chance[5] % 20,
        created=modified - timedelta(days=30 + chance[6]),
        modified=modified,
        card=card,
    )
