"""Exports of YOLO in Hugging Face layout, whose configuration names the family and no head.

transformers.js runs them as they are (onnx-community/yolov10n, Xenova/yolov9-c) and leaves it to
the person to read what comes out. The graph tells in which of the family's forms that is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ailab.services.architecture.local_outline import read_local_outline
from ailab.services.inference.class_names import class_names
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.model_config import ModelConfig
from ailab.services.inference.model_description import DecoderSettings
from ailab.services.inference.onnx_file import check_onnx_file, no_onnx_file
from ailab.services.inference.sheet_guess import class_count, guess_sheet
from ailab.services.inference.yolo_anchors import YOLO_HEADS
from ailab.services.inference.yolo_name import is_yolo_name

if TYPE_CHECKING:
    from pathlib import Path

    from ailab.services.architecture.network_outline import NetworkOutline

_DETECTION, _POSE = "object-detection", "keypoint-detection"
_THRESHOLD = 0.25
"""Ultralytics' own."""

_ANOTHER = "Choose a model that finds boxes or poses, or another one."


def is_yolo(config: Mapping[str, Any]) -> bool:
    """True for a configuration of the family."""
    named = config.get("architectures")
    names = named if isinstance(named, list) else [named]
    return any(is_yolo_name(name) for name in (*names, config.get("model_type")))


def yolo_config(config: Mapping[str, Any], weights: Path) -> ModelConfig:
    """What a configuration and the graph beside it tell together.

    Args:
        config: the object in `config.json`.
        weights: the `.onnx` file.

    Raises:
        ModelFileError: the graph finds neither boxes nor poses in a form that ailab reads, or tells
            another number of classes apart than the configuration names.
    """
    check_onnx_file(weights)
    try:
        outline = read_local_outline(weights)
    except (OSError, ValueError) as error:
        raise no_onnx_file(weights, str(error)) from error
    draft = guess_sheet(outline, weights.name).draft
    decoder, task = draft.decoder, draft.task
    if _is_finished(outline):
        decoder, task = "box-rows", _DETECTION
    elif _is_of_poses(config, outline):
        decoder, task = "yolo-pose-columns", _POSE
    # Undecoded heads leave open which arithmetic is theirs, and no person says it here.
    is_read = decoder and task in {_DETECTION, _POSE} and decoder not in YOLO_HEADS
    if not is_read or _has_masks(outline):
        raise ModelFileError(
            f"What {weights.name} gives is in none of the forms of YOLO's boxes and poses that "
            "ailab reads.",
            _ANOTHER,
        )
    labels = class_names(config) or draft.labels
    count = class_count(outline, decoder) if task == _DETECTION else None
    if labels and count is not None and count != len(labels):
        raise ModelFileError(
            f"The model's config.json names {len(labels)} classes, but its network tells {count} "
            "apart, so that the names would be wrong.",
            "Choose another model, or correct id2label in config.json.",
        )
    settings = DecoderSettings(decoder, strides=draft.strides, nms_iou=draft.nms_iou)
    return ModelConfig(task, () if task == _POSE else labels, settings, _THRESHOLD)


def _is_finished(outline: NetworkOutline) -> bool:
    """Rows of two corners, score and class, of which none overlap: (n, 6) or (1, n, 6)."""
    shapes = [port.shape for port in outline.outputs]
    return len(shapes) == 1 and len(shapes[0]) in {2, 3} and shapes[0][-1] == "6"


def _is_of_poses(config: Mapping[str, Any], outline: NetworkOutline) -> bool:
    """Columns of a box, its score and points of three numbers, of what is named for poses."""
    said = f"{config.get('architectures')} {config.get('model_type')}".lower()
    shape = outline.outputs[0].shape if outline.outputs else ()
    count = int(shape[1]) - 5 if len(shape) == 3 and shape[1].isdecimal() else 0
    return "pose" in said and count > 0 and count % 3 == 0


def _has_masks(outline: NetworkOutline) -> bool:
    """True where prototypes of masks lie beside the boxes."""
    return any(len(port.shape) == 4 for port in outline.outputs[1:])
