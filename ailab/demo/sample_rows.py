"""Further rows of the embedded Hub's catalogue, so that there is something to search and scroll.

They are samples of a catalogue and say so: their repositories hold a card, a configuration and
weights without a tensor, so that the lab refuses each for want of ONNX weights or for its task.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from ailab.demo.demo_file import DemoFile
from ailab.demo.demo_repo import DemoRepo
from ailab.demo.front_matter import read_front_matter
from ailab.demo.refused_models import EMPTY_SAFETENSORS

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


def sample_rows() -> tuple[DemoRepo, ...]:
    """The rows: every size of every family for each of its subjects."""
    return tuple(_rows())


def _rows() -> Iterator[DemoRepo]:
    for task, architecture, model_type, library, sizes, subjects in _FAMILIES:
        for subject in subjects:
            for size in sizes:
                yield _row(f"{size}-{subject}", task, architecture, model_type, library)


def _row(name: str, task: str, architecture: str, model_type: str, library: str) -> DemoRepo:
    # The figures follow from the name: the same on every start, and spread as the Hub's are,
    # where few models have most of the downloads.
    chance = hashlib.sha256(name.encode()).digest()
    popularity = int(10 ** (1 + chance[0] / 64))
    modified = _NEWEST - timedelta(hours=int.from_bytes(chance[1:3]) % 12000)
    licence = _LICENCES[chance[3] % len(_LICENCES)]
    card = (
        f"---\nlicense: {licence}\nlibrary_name: {library}\npipeline_tag: {task}\n"
        f"tags:\n- vision\n- {model_type}\n- catalogue-sample\n---\n\n# {name}\n\n"
        "A sample row of the demonstration catalogue: it shows how models are found. "
        "Its weights hold no tensor, so there is nothing to run.\n"
    )
    config = json.dumps({"architectures": [architecture], "model_type": model_type}, indent=2)
    return DemoRepo(
        f"catalogue-sample/{name}",
        (
            DemoFile("README.md", card.encode()),
            DemoFile("config.json", config.encode()),
            DemoFile("model.safetensors", EMPTY_SAFETENSORS),
        ),
        task=task,
        library=library,
        license=licence,
        tags=("vision", model_type, "catalogue-sample"),
        downloads=popularity,
        likes=popularity // (20 + chance[4]),
        trending=chance[5] % 20,
        created=modified - timedelta(days=30 + chance[6]),
        modified=modified,
        card=read_front_matter(card),
    )
