"""What a bare network looks like, in a person's words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ailab.services.architecture.network_outline import NetworkOutline
from ailab.services.inference.color_order import GREY, LUMA
from ailab.services.inference.detector_guess import is_sized
from ailab.services.inference.paddle_sizes import PADDLE_ROWS
from ailab.services.inference.sheet_draft import SheetDraft
from ailab.services.inference.sheet_guess import SheetGuess, class_count, guess_sheet

_LOOKS: Mapping[str, str] = MappingProxyType(
    {
        "class-scores": "a classifier",
        "yolox": "a YOLOX detector",
        "yolo-rows": "a YOLO detector (a row per box, as v5 and v7)",
        "yolo-class-rows": "a YOLO detector (a row per box without objectness, as v8 turned)",
        "yolo-columns": "a YOLO detector (a column per box, as v8 and v11)",
        "yolo-v3-heads": "a YOLO detector (undecoded heads, as v3)",
        "yolo-v4-heads": "a YOLO detector (undecoded heads, as v4)",
        "yolo-v5-heads": "a YOLO detector (undecoded heads, as v5 and v7)",
        "yolo-v8-heads": "a YOLO detector (undecoded heads, as v8 and v11)",
        "box-rows": "a detector of finished boxes (as YOLO v10, or with NMS inside)",
        PADDLE_ROWS: "a detector of PaddleDetection (finished boxes)",
        "ssd": "an SSD detector",
        "detr": "a DETR detector",
        "detr-sigmoid": "a DETR detector (as RF-DETR)",
        "text-map": "a detector of text",
        "text-line": "a reader of a line of text",
        "label-map": "a segmenter",
        "mask-queries": "a segmenter by masks (MaskFormer, DETR)",
        "matte": "a network that cuts out the foreground",
        "depth": "a network of depths",
        "image": "a network that makes a picture of a picture",
        "yunet": "a YuNet detector of faces",
        "yolo-pose-columns": "a YOLO detector of poses",
        "features": "a network that makes a vector of a picture",
    }
)
"""By the decoders that are guessed."""


def looks_like(outline: NetworkOutline, name: str = "") -> str:
    """What a network looks like: “a YOLOX detector, 416 × 416, 80 classes”.

    Args:
        outline: of its `.onnx` file.
        name: the file's name.

    Returns:
        The words; empty where nothing suggests what it does, or no sheet could make it run.
    """
    return guess_words(outline, guess_sheet(outline, name))


def guess_words(outline: NetworkOutline, guess: SheetGuess) -> str:
    """As `looks_like`, of what was guessed already."""
    draft = guess.draft
    what = "" if guess.obstacle else _LOOKS.get(draft.decoder, "")
    if draft.decoder == "ssd" and is_sized(outline):
        what = what and "a detector of finished boxes (as RT-DETR and D-FINE)"
    parts = (what, _size(outline, draft), _count(outline, draft))
    return ", ".join(part for part in parts if part) if what else ""


def _size(outline: NetworkOutline, draft: SheetDraft) -> str:
    size = f"{draft.width} × {draft.height}"
    # A size that no axis of the graph fixes was guessed too.
    fixed = {length for port in outline.inputs for length in port.shape}
    is_fixed = {str(draft.width), str(draft.height)} <= fixed
    grey = " in grey" if draft.color_order in {GREY, LUMA} else ""
    return f"{size if is_fixed else 'of any size'}{grey}"


def _count(outline: NetworkOutline, draft: SheetDraft) -> str:
    count = class_count(outline, draft.decoder) or len(draft.labels)
    things = "points" if draft.task == "keypoint-detection" else "classes"
    return f"{count:,} {things}" if count > 1 else ""
