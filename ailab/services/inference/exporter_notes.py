"""What exporters note in an ONNX file's metadata about pictures and classes.

Ultralytics writes `task`, `names`, `imgsz` and `stride` as Python literals
(https://docs.ultralytics.com/modes/export); others write lists of classes as JSON or plain text.
Windows ML's converters write the colours and the range of values that the network was trained
with, as the ONNX project lays down (https://github.com/onnx/onnx, `docs/MetadataProps.md`).
A stranger wrote these texts: nothing in them is ever evaluated.
"""

from __future__ import annotations

import ast
import json
import warnings
from collections.abc import Mapping
from dataclasses import dataclass

from ailab.services.inference.color_order import BGR, GREY, RGB
from ailab.services.inference.label_name import label_name
from ailab.services.inference.normalisation import Scaling

_NAMES = ("names", "classes", "class_names", "labels", "id2label")
_TASKS = {
    "detect": "object-detection",
    "classify": "image-classification",
    "pose": "keypoint-detection",
    "object-detection": "object-detection",
    "image-classification": "image-classification",
    "image-segmentation": "image-segmentation",
    "depth-estimation": "depth-estimation",
    "keypoint-detection": "keypoint-detection",
}
_OTHER_TASKS = {
    "segment": "instance segmentation",
    "obb": "detection of turned boxes",
}
_RANGES = {
    "nominalrange_0_255": Scaling.BYTE,
    "normalized_0_1": Scaling.UNIT,
    "normalized_1_1": Scaling.SIGNED,
}
_COLORS = {"rgb8": RGB, "bgr8": BGR, "gray8": GREY}
_LONGEST = 256 * 1024
_MOST_NAMES = 50_000
_LARGEST_SIDE = 16_384


@dataclass(frozen=True, slots=True)
class ExporterNotes:
    """What was noted, as far as it can be made out.

    Attributes:
        task: pipeline tag; empty where nothing is said.
        other_task: words for a task that no sheet can describe; empty for none.
        names: of the classes, by index.
        size: height and width of the input.
        color_order: `RGB`, `BGR` or `grey`; empty where nothing is said.
        scaling: the range of values; None where nothing is said.
        is_ultralytics: that exporter wrote the notes.
    """

    task: str = ""
    other_task: str = ""
    names: tuple[str, ...] = ()
    size: tuple[int, int] | None = None
    color_order: str = ""
    scaling: Scaling | None = None
    is_ultralytics: bool = False


def read_exporter_notes(metadata: Mapping[str, str]) -> ExporterNotes:
    """Make out what an ONNX file's metadata say; anything senseless is passed over."""
    task = metadata.get("task", "").strip().lower()
    colors = metadata.get("Image.BitmapPixelFormat", "").strip().lower()
    values = metadata.get("Image.NominalPixelRange", "").strip().lower()
    names = (_names(metadata[key]) for key in _NAMES if key in metadata)
    return ExporterNotes(
        task=_TASKS.get(task, ""),
        other_task=_OTHER_TASKS.get(task, ""),
        names=next((found for found in names if found), ()),
        size=_size(metadata.get("imgsz", "")),
        color_order=_COLORS.get(colors, ""),
        scaling=_RANGES.get(values),
        is_ultralytics="names" in metadata and "stride" in metadata,
    )


def _names(text: str) -> tuple[str, ...]:
    value = _literal(text)
    if isinstance(value, dict):
        numbered = {int(k): v for k, v in value.items() if str(k).isdecimal() and len(str(k)) < 9}
        # A gap would shift the names to other classes.
        if len(numbered) != len(value) or sorted(numbered) != list(range(len(numbered))):
            return ()
        value = [numbered[index] for index in range(len(numbered))]
    if value is None and len(text) <= _LONGEST:
        text = text.strip()
        value = text.split("\n" if "\n" in text else ",")
        value = [name.strip() for name in value] if len(value) > 1 else None
    if not isinstance(value, list | tuple) or not 0 < len(value) <= _MOST_NAMES:
        return ()
    if not all(isinstance(name, str) for name in value):
        return ()
    return tuple(label_name(name) for name in value)


def _size(text: str) -> tuple[int, int] | None:
    value = _literal(text)
    if isinstance(value, int):
        value = [value, value]
    if not isinstance(value, list | tuple) or len(value) != 2:
        return None
    height, width = value
    for side in (height, width):
        if isinstance(side, bool) or not isinstance(side, int) or not 0 < side <= _LARGEST_SIDE:
            return None
    return height, width


def _literal(text: str) -> object:
    """The value of a JSON text or a Python literal; None for anything else."""
    if not text or len(text) > _LONGEST:
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd escapes in a stranger's text
            return ast.literal_eval(text.strip())
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None
