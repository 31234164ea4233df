"""What a detector of objects gives, guessed from the shapes and names of its outputs."""

from __future__ import annotations

from dataclasses import replace

from ailab.services.architecture.network_outline import NetworkOutline
from ailab.services.inference.exporter_notes import ExporterNotes
from ailab.services.inference.output_shape import Shape, lengths
from ailab.services.inference.sheet_draft import SheetDraft

_DETECTION = "object-detection"
_STRIDES = (8, 16, 32)
# Faces, VOC, COCO (dense and as numbered there), Open Images; each with a background.
_WITH_BACKGROUND = {2, 21, 81, 91, 602}
_MOST_BOXES = 2000
_BOX_ROW = 6


def box_decoder(shape: Shape, said: ExporterNotes, size: tuple[int, int]) -> str:
    """The decoder of boxes of a shape; empty where nothing fits."""
    rows, columns = shape[1], shape[2]
    if columns == _BOX_ROW and (rows is None or rows <= _MOST_BOXES):
        return "box-rows"
    is_columns = rows is not None and (columns is None or rows < columns)
    if rows is None and columns is None:
        is_columns = said.is_ultralytics
    # Besides its classes a box has four numbers as a column, and its objectness as a row.
    others = 4 if is_columns else 5
    length = rows if is_columns else columns
    if length is None:
        return "yolo-columns" if is_columns else ""
    if length <= others or (said.names and length != others + len(said.names)):
        return ""
    if is_columns:
        return "yolo-columns"
    # One row per cell of three grids: YOLOX's own. Three rows a cell, or one grid: decoded ones.
    cells = sum((size[0] // stride) * (size[1] // stride) for stride in _STRIDES)
    return "yolox" if rows == cells and not said.is_ultralytics else "yolo-rows"


def ssd_draft(outline: NetworkOutline) -> SheetDraft | None:
    """Boxes of four numbers, and as many scores, or classes and scores, in outputs of their own."""
    found = {
        port.name: lengths(port)
        for port in outline.outputs
        if not port.name.lower().startswith("raw")
    }
    boxes = [name for name, shape in found.items() if len(shape) in {2, 3} and shape[-1] == 4]
    name = next((each for each in boxes if "box" in each.lower()), None)
    if name is None:
        return None
    shape = found.pop(name)
    columns = [each for each in found.values() if each == shape[:-1]]
    tables = [
        each for each in found.values() if len(each) == len(shape) and each[:-1] == shape[:-1]
    ]
    draft = SheetDraft(task=_DETECTION, decoder="ssd")
    if len(columns) >= 2:
        # Those of TensorFlow and torchvision count their classes from 1.
        is_tensorflow = name.startswith("detection_")
        is_from_one = is_tensorflow or "labels" in found
        order = "yxyx" if is_tensorflow else "xyxy"
        return replace(draft, box_order=order, has_background=is_from_one)
    if not tables:
        return None
    return replace(draft, has_background=tables[0][-1] in _WITH_BACKGROUND)
