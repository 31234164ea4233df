"""Models of the embedded Hub that can't be run here, each for another reason."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ailab.demo.card_text import write_card
from ailab.demo.demo_file import DemoFile
from ailab.demo.demo_repo import DemoRepo
from ailab.demo.sample_picture import draw_sample

# A safetensors file without a tensor: the length of its header, and the header.
EMPTY_SAFETENSORS = (2).to_bytes(8, "little") + b"{}"
# An empty dictionary as a pickle (protocol 2): nothing in it does anything.
_EMPTY_PICKLE = b"\x80\x02}."


def refused_models(models: Path) -> tuple[DemoRepo, ...]:
    """One model for each reason to refuse.

    Args:
        models: the folder of the trained models, whose files some of these share.
    """
    resnet = models / "resnet-cell-cycle"
    return (
        _repo(
            "ailab-demo/pickled-cell-detector",
            "object-detection",
            "Its weights are a pickle file, which can run any code when it is opened.",
            (
                _config("DetrForObjectDetection", "detr"),
                DemoFile("pytorch_model.bin", _EMPTY_PICKLE),
            ),
            trending=64,
            downloads=4402,
            likes=31,
        ),
        _repo(
            "ailab-demo/custom-code-segmenter",
            "image-segmentation",
            "It needs Python code from its own repository.",
            (
                _config(
                    "OrganoidNet",
                    "organoid-net",
                    auto_map={"AutoModel": "modeling_organoid.OrganoidNet"},
                ),
                DemoFile("modeling_organoid.py", b"class OrganoidNet:\n    pass\n"),
                DemoFile("model.safetensors", EMPTY_SAFETENSORS),
            ),
            tags=("custom_code",),
            trending=58,
            downloads=1930,
            likes=45,
        ),
        _repo(
            "ailab-demo/keras-plankton-classifier",
            "image-classification",
            "It is made for a library that the lab has no engine for.",
            (DemoFile("model.keras", b"PK\x05\x06" + bytes(18)),),
            library="keras",
            trending=52,
            downloads=811,
            likes=12,
        ),
        _repo(
            "ailab-demo/yolo-colony-counter",
            "object-detection",
            "It is made for Ultralytics, and its weights are a pickle file.",
            (DemoFile("best.pt", _EMPTY_PICKLE),),
            library="ultralytics",
            trending=46,
            downloads=2750,
            likes=67,
        ),
        _repo(
            "ailab-demo/resnet-cell-cycle-pytorch",
            "image-classification",
            "The cell-cycle classifier for PyTorch alone: safetensors weights, no ONNX file.",
            (
                _copied(resnet, "config.json"),
                _copied(resnet, "preprocessor_config.json"),
                _copied(resnet, "model.safetensors"),
            ),
            trending=40,
            downloads=602,
            likes=9,
        ),
        _repo(
            "ailab-demo/micrograph-generator",
            "text-to-image",
            "Its task, text to image, is not among those that the lab runs.",
            (
                _config("UNet2DConditionModel", "unet"),
                DemoFile("model.safetensors", EMPTY_SAFETENSORS),
            ),
            trending=34,
            downloads=3110,
            likes=53,
        ),
        _repo(
            "ailab-demo/switched-off-classifier",
            "image-classification",
            "The Hub has switched it off.",
            (_config("ViTForImageClassification", "vit"), DemoFile("onnx/model.onnx", b"\x08\x08")),
            disabled=True,
            trending=28,
            downloads=77,
            likes=3,
        ),
        _repo(
            "ailab-demo/vanished-cell-counter",
            "object-detection",
            "It was deleted after the list was made.",
            (),
            vanished=True,
            trending=22,
            downloads=140,
            likes=2,
        ),
    )


def _repo(
    model_id: str,
    task: str,
    reason: str,
    files: tuple[DemoFile, ...],
    *,
    library: str = "transformers",
    **fields: Any,
) -> DemoRepo:
    name = model_id.partition("/")[2]
    card = {
        "license": "apache-2.0",
        "library_name": library,
        "pipeline_tag": task,
        "widget": [{"src": "samples/example.jpg", "example_title": "An example"}],
    }
    text = f"# {name}\n\nAn example of a model that the lab refuses. {reason}"
    fields.setdefault("created", datetime(2025, 11, 14, 10, 0, tzinfo=UTC))
    return DemoRepo(
        model_id,
        (
            *files,
            DemoFile("README.md", write_card(card, text)),
            DemoFile("samples/example.jpg", draw_sample(name)),
        ),
        task=task,
        library=library,
        license="apache-2.0",
        card=card,
        **fields,
    )


def _config(architecture: str, model_type: str, **more: Any) -> DemoFile:
    values = {"architectures": [architecture], "model_type": model_type} | more
    return DemoFile("config.json", json.dumps(values, indent=2).encode())


def _copied(folder: Path, path: str) -> DemoFile:
    return DemoFile(path, folder / path)
