"""Made-up models in the Hub's own manner, as many as wanted; the same for the same number."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from ailab.services.hub.model_info import ModelInfo

_NEWEST = datetime(2026, 6, 30, tzinfo=UTC)
_TASKS = (
    ("image-classification", 22), ("object-detection", 14), ("image-segmentation", 9),
    ("text-to-image", 18), ("depth-estimation", 2), ("image-feature-extraction", 4),
    ("zero-shot-image-classification", 4), ("image-to-text", 4), ("image-text-to-text", 8),
    ("video-classification", 3), ("mask-generation", 1), ("keypoint-detection", 1),
    ("image-to-image", 3), ("unconditional-image-generation", 4), ("image-to-3d", 1),
    ("zero-shot-object-detection", 1), ("text-to-video", 1),
)  # fmt: skip
_LICENSES = (
    (None, 46), ("apache-2.0", 26), ("mit", 10), ("other", 4), ("openrail", 3), ("cc-by-nc-4.0", 3),
    ("creativeml-openrail-m", 3), ("cc-by-4.0", 2), ("agpl-3.0", 1), ("gpl-3.0", 1),
    ("bsd-3-clause", 0.5), ("cc-by-sa-4.0", 0.4), ("llama3", 0.3), ("cc0-1.0", 0.1),
)  # fmt: skip
_LIBRARIES = (
    ("transformers", 55), ("diffusers", 18), ("timm", 6), ("ultralytics", 4), ("keras", 3),
    ("peft", 6), ("onnx", 2), ("open_clip", 1), ("fastai", 1), (None, 4),
)  # fmt: skip
_FAMILIES = (
    "vit", "resnet", "convnext", "swin", "detr", "yolov8", "yolo11", "segformer", "mask2former",
    "dinov2", "clip", "siglip", "sdxl", "flux", "lora", "deit", "beit", "efficientnet", "mobilenet",
    "rtdetr", "sam2", "dpt", "depth-anything", "unet", "maskrcnn", "florence", "blip", "pixtral",
    "bert", "qwen2-vl", "llava", "upernet", "owlvit", "groundingdino", "vitpose", "swinv2",
)  # fmt: skip
_SIZES = ("tiny", "small", "base", "large", "huge", "b0", "b1", "b2", "b5", "nano", "xl", "r50",
          "patch16-224", "patch14-518", "7b", "3b", "in21k")  # fmt: skip
_SUBJECTS = (
    "cifar10", "imagenet", "coco", "ade20k", "cityscapes", "food101", "nuclei", "pollen",
    "galaxies", "faces", "chest-xray", "retina", "skin-lesion", "pcb-defects", "solar-panels",
    "wildlife", "documents", "receipts", "satellite", "anime", "portraits", "beans",
    "flowers", "birds", "plants",
    "mitosis", "organoids", "street", "traffic-signs", "fire-smoke", "fashion", "products", "coral",
)  # fmt: skip
_ENDINGS = ("finetuned", "v1", "v2", "test", "demo", "final", "gguf", "onnx", "quantized", "fp16",
            "epoch-10", "checkpoint", "model", "lr5e-5", "seed42", "augmented")  # fmt: skip
_SYLLABLES = ("ka", "ro", "mi", "shu", "ber", "lin", "tor", "va", "ne", "qui", "zo", "fal", "den",
              "hy", "pra", "ux", "jo", "wen", "gar", "tsu", "ple", "ix", "ob", "cle")  # fmt: skip
_DTYPES = (2, 4)
_MOST_NOTICED = 8000
"""Models that trend at one time, about; all others have a score of 0."""


def synthetic_models(count: int, seed: int = 1) -> Iterator[ModelInfo]:
    """Models in the order of their last change, the newest first, as a catalogue gets them.

    Counts follow a long tail as the Hub's do: few models have most of the downloads, owners and
    names repeat, nearly half tell no licence, and but some thousands trend.
    """
    chance = random.Random(seed)
    owners = [_owner(chance) for _ in range(max(count // 8, 4))]
    tasks = _weighted(chance, _TASKS, count)
    licenses = _weighted(chance, _LICENSES, count)
    libraries = _weighted(chance, _LIBRARIES, count)
    step = timedelta(days=1500) / count
    noticed = min(0.02, _MOST_NOTICED / count)
    for number in range(count):
        owner = owners[int(len(owners) * chance.random() ** 2.5)]
        family = chance.choice(_FAMILIES)
        name = _name(chance, family, number)
        library, license_id, task = libraries[number], licenses[number], tasks[number]
        downloads = int(chance.paretovariate(0.55)) - 1
        modified = _NEWEST - number * step
        parameters = int(1e6 * 10 ** (3.6 * chance.random())) if chance.random() < 0.6 else None
        tags: list[str | None] = [
            family,
            "region:us",
            "safetensors" if parameters else "pytorch",
            task,
        ]
        tags += [library, license_id and f"license:{license_id}"]
        if chance.random() < 0.4:
            base = f"{owners[int(len(owners) * chance.random() ** 9)]}/{family}-base"
            tags += [f"base_model:{base}", f"base_model:finetune:{base}"]
        if chance.random() < 0.3:
            tags.append(f"dataset:{chance.choice(_SUBJECTS)}")
        if chance.random() < 0.1:
            tags.append(f"arxiv:{chance.randrange(1500, 2607)}.{chance.randrange(20000):05}")
        yield ModelInfo(
            key=f"{number * 7919 + 2**90:024x}"[:24],
            id=f"{owner}/{name}",
            author=owner,
            task=task,
            library=library,
            license=license_id,
            downloads=min(downloads, 10**8),
            likes=int(chance.paretovariate(0.9)) - 1,
            last_modified=modified,
            tags=tuple(tag for tag in tags if tag),
            gated="manual" if chance.random() < 0.02 else "",
            parameters=parameters,
            created=modified
            - timedelta(days=int(200 * chance.random() ** 2), seconds=number % 977),
            size=parameters * chance.choice(_DTYPES) if parameters else None,
            files=("config.json", "model.safetensors", "preprocessor_config.json", "README.md"),
            architectures=(f"{family.title()}Model",),
            trending=float(int(chance.paretovariate(0.8)) if chance.random() < noticed else 0),
        )


def _weighted(
    chance: random.Random, table: tuple[tuple[str | None, float], ...], count: int
) -> list[str | None]:
    return chance.choices([row[0] for row in table], [row[1] for row in table], k=count)


def _owner(chance: random.Random) -> str:
    word = "".join(chance.choices(_SYLLABLES, k=chance.randrange(2, 5)))
    return word.title() if chance.random() < 0.3 else f"{word}{chance.choice(('', '-ai', '99'))}"


def _name(chance: random.Random, family: str, number: int) -> str:
    parts = [family, chance.choice(_SIZES)]
    if chance.random() < 0.7:
        parts.append(chance.choice(_SUBJECTS))
    if chance.random() < 0.5:
        parts.append(chance.choice(_ENDINGS))
    if chance.random() < 0.4:
        parts.append("".join(chance.choices(_SYLLABLES, k=2)))
    if chance.random() < 0.5:
        parts.append(str(number))
    return "-".join(parts)
