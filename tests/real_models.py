"""Real trained models, laid out as a person has them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

_COCO = "coco_classes.txt"
_SHEETS: dict[str, dict[str, Any]] = {
    "squeezenet_fp16": {
        "format": 1,
        "task": "image-classification",
        "input": {
            "width": 224,
            "height": 224,
            "color_order": "BGR",
            "resize": "shortest-edge",
            "shortest_edge": 256,
            "scale": 1.0,
            "mean": [104, 117, 123],
        },
        "decoder": {"name": "class-scores", "activation": "none"},
        "labels": "synset.txt",
    },
    "yolox_nano": {
        "format": 1,
        "task": "object-detection",
        "input": {
            "width": 416,
            "height": 416,
            "color_order": "BGR",
            "resize": "letterbox",
            "pad_value": 114,
            "pad_position": "top-left",
            "scale": 1.0,
        },
        "decoder": {"name": "yolox", "strides": [8, 16, 32], "nms_iou": 0.45},
        "labels": _COCO,
        "threshold": 0.3,
    },
    "FastestDet": {
        "format": 1,
        "task": "object-detection",
        "input": {"width": 352, "height": 352, "color_order": "BGR"},
        "decoder": {"name": "yolo-rows", "nms_iou": 0.45},
        "labels": _COCO,
        "threshold": 0.5,
    },
    "selfie_segmentation": {
        "format": 1,
        "task": "image-segmentation",
        "input": {"width": 256, "height": 256, "layout": "NHWC"},
        "decoder": {"name": "matte"},
        "labels": ["person"],
    },
    "tcmonodepth_tcsmallnet_192x320": {
        "format": 1,
        "task": "depth-estimation",
        "input": {"width": 320, "height": 192, "scale": 1.0},
        "decoder": {"name": "depth"},
        "labels": [],
    },
    "yunet_n_640_640": {
        "format": 1,
        "task": "keypoint-detection",
        "input": {
            "width": 640,
            "height": 640,
            "color_order": "BGR",
            "resize": "letterbox",
            "pad_position": "top-left",
            "scale": 1.0,
        },
        "decoder": {"name": "yunet"},
        "labels": [],
    },
    "pytorch_super_resolution": {
        "format": 1,
        "task": "image-to-image",
        "input": {
            "width": 224,
            "height": 224,
            "color_order": "Y",
            "resize": "tiles",
            "overlap": 16,
        },
        "decoder": {"name": "image"},
        "labels": [],
    },
}


def real_model_layout(source: Path, target: Path) -> Callable[[str], Path]:
    """A factory: a model's name to a new folder in `target` with the model, its sheet and labels.

    `source` is the shared folder `realdata`. Names: `squeezenet_fp16`, `yolox_nano`,
    `FastestDet`, `selfie_segmentation`, `tcmonodepth_tcsmallnet_192x320`, `yunet_n_640_640`,
    `pytorch_super_resolution` (one `.onnx` file each, with a sheet), and `vit-tiny-digits` (a
    folder in Hugging Face layout).
    """

    def lay_out(name: str) -> Path:
        folder = target / name
        if name == "vit-tiny-digits":
            _copy_tree(source / "models" / name, folder)
            return folder
        folder.mkdir(parents=True)
        sheet = _SHEETS[name]
        shutil.copyfile(source / "models" / f"{name}.onnx", folder / f"{name}.onnx")
        (folder / f"{name}.ailab.json").write_text(json.dumps(sheet), encoding="utf-8")
        if isinstance(sheet["labels"], str):
            shutil.copyfile(source / "labels" / sheet["labels"], folder / sheet["labels"])
        return folder

    return lay_out


def _copy_tree(source: Path, target: Path) -> None:
    # Not shutil.copytree: it copies the source's read-only modes too.
    for path in source.rglob("*"):
        if path.is_file():
            place = target / path.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, place)
