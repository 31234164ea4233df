"""What a detector of objects gives, guessed from the shapes and names of its outputs."""

from __future__ import annotations

from dataclasses import replace

from ailab.services.architecture.network_outline import NetworkOutline
from ailab.services.inference.box_sizes import BOX_SIZES
from ailab.services.inference.exporter_notes import ExporterNotes
from ailab.services.inference.normalisation import Normalisation, with_normalisation
from ailab.services.inference.output_shape import Shape, lengths
from ailab.services.inference.paddle_sizes import PADDLE_ROWS, SCALES
from ailab.services.inference.sheet_draft import DETR_SIGMOID, SheetDraft
from ailab.services.inference.yolo_anchors import YOLO_HEADS

_DETECTION = "object-detection"
_STRIDES = (8, 16, 32)
# Faces, VOC, COCO (dense and as numbered there), Open Images; each with a background.
_WITH_BACKGROUND = {2, 21, 81, 91, 602}
_MOST_BOXES = 2000
_BOX_ROW = 6
_SCORED_BOX = 5
_YOLO_PAD = 114
_OF_SCORES = {"Softmax", "LogSoftmax", "Sigmoid", "Gemm", "MatMul", "Add"}
"""What the scores of classifiers come from."""
_COCO = 80
_CLASS_ROWS = "yolo-class-rows"
_ROWS = {"yolox", "yolo-rows", _CLASS_ROWS}
_OF_ULTRALYTICS = "output0"
"""What Ultralytics' exporter calls its output; YOLOX's calls it `output`."""


def box_decoder(shape: Shape, said: ExporterNotes, size: tuple[int, int], name: str = "") -> str:
    """The decoder of boxes of a shape; empty where nothing fits.

    Args:
        shape: of the output, three lengths.
        said: what the exporter noted.
        size: height and width of the input; zeros where they are free.
        name: of the output.
    """
    rows, columns = shape[1], shape[2]
    is_grid = rows is not None and rows == _cells(size, _STRIDES)
    if columns == _BOX_ROW and not is_grid and (rows is None or rows <= _MOST_BOXES):
        return "box-rows"
    is_columns = rows is not None and (columns is None or rows < columns)
    if rows is None and columns is None:
        is_columns = said.is_ultralytics
    if not is_columns:
        return "" if columns is None else _row_decoder(rows, columns, said, size, name)
    if rows is None:
        return "yolo-columns"
    return "yolo-columns" if rows > 4 and (not said.names or rows == 4 + len(said.names)) else ""


def other_reading(outline: NetworkOutline, draft: SheetDraft, said: ExporterNotes) -> str:
    """The decoder that rows may be for as well as for the one that was guessed.

    Whether a row has an objectness is told by the number of classes, which names tell, and COCO's
    80; by three anchors a cell, which none without it have.

    Args:
        outline: of the network.
        draft: what was guessed.
        said: what the exporter noted.

    Returns:
        Its name; empty where something tells the two apart.
    """
    shape = lengths(outline.outputs[0]) if outline.outputs else ()
    if draft.decoder not in _ROWS or len(shape) != 3 or said.names or said.is_ultralytics:
        return ""
    rows, columns = shape[1:]
    size = draft.height, draft.width
    if columns in {4 + _COCO, 5 + _COCO, 5} or _has_anchors(rows, size):
        return ""
    if draft.decoder != _CLASS_ROWS:
        return _CLASS_ROWS
    return "yolox" if rows == _cells(size, _STRIDES) else "yolo-rows"


def _row_decoder(
    rows: int | None, columns: int, said: ExporterNotes, size: tuple[int, int], name: str
) -> str:
    """Besides its classes a row has four numbers, and in most networks its objectness."""
    # One row per cell of three grids: YOLOX's own, or the columns of YOLO v8 turned.
    is_grid = rows is not None and rows == _cells(size, _STRIDES)
    with_objectness = "yolox" if is_grid and not said.is_ultralytics else "yolo-rows"
    if said.names:
        return {4: _CLASS_ROWS, 5: with_objectness}.get(columns - len(said.names), "")
    if columns <= 4 or (columns == 5 and not is_grid):
        return ""
    if _has_anchors(rows, size) or columns == 5 + _COCO:
        return with_objectness if columns > 5 else ""
    is_of_v8 = is_grid and (said.is_ultralytics or name.startswith(_OF_ULTRALYTICS))
    if columns in {5, 4 + _COCO} or is_of_v8:
        return _CLASS_ROWS
    return with_objectness


def _has_anchors(rows: int | None, size: tuple[int, int]) -> bool:
    """Three rows a cell, as YOLO v5 and v7 have them, of three grids or four."""
    cells = (_cells(size, strides) for strides in (_STRIDES, (*_STRIDES, 64)))
    return bool(rows) and rows in {3 * each for each in cells}


def _cells(size: tuple[int, int], strides: tuple[int, ...]) -> int:
    return sum((size[0] // stride) * (size[1] // stride) for stride in strides)


def named_detector(outline: NetworkOutline) -> SheetDraft | None:
    """What outputs of well-known names give of objects; None for others."""
    found = {port.name: lengths(port) for port in outline.outputs}
    if {"logits", "pred_boxes"} <= found.keys():
        return SheetDraft(task=_DETECTION, decoder="detr")
    if {"dets", "labels"} <= found.keys():
        boxes, labels = found["dets"], found["labels"]
        if len(boxes) == len(labels) == 3 and boxes[2] == 4:
            imagenet = with_normalisation(SheetDraft(task=_DETECTION), Normalisation.IMAGENET)
            return replace(imagenet, decoder=DETR_SIGMOID)
        if len(boxes) == 3 and len(labels) == 2 and boxes[2] == _SCORED_BOX:
            return SheetDraft(task=_DETECTION, decoder="box-rows")
    return _paddle_rows(outline) or _ssd_draft(outline) or _finished_rows(outline)


def _paddle_rows(outline: NetworkOutline) -> SheetDraft | None:
    """Rows of six numbers and their count, of a network that is told how pictures were resized."""
    if all(port.name != SCALES for port in outline.inputs):
        return None
    shapes = [lengths(port) for port in outline.outputs]
    rows = [shape for shape in shapes if len(shape) == 2 and shape[1] in {_BOX_ROW, None}]
    is_alone = len(shapes) == 1 or (len(shapes) == 2 and any(len(shape) == 1 for shape in shapes))
    return SheetDraft(task=_DETECTION, decoder=PADDLE_ROWS) if rows and is_alone else None


def _finished_rows(outline: NetworkOutline) -> SheetDraft | None:
    """Rows of boxes without a batch, (n, 6) or (n, 7); None for what may be scores of classes.

    Scores have the batch of what goes in; how many boxes there are is free.
    """
    if len(outline.inputs) != 1 or len(outline.outputs) != 1:
        return None
    batch, shape = outline.inputs[0].shape[:1], outline.outputs[0].shape
    maker = outline.output_operators[0] if outline.output_operators else ""
    if len(shape) != 2 or shape[1] not in {"6", "7"} or shape[:1] in {batch, ("1",)}:
        return None
    is_one = bool(batch) and batch[0].isdecimal()
    if maker in _OF_SCORES or not (is_one or maker == "Concat"):
        return None
    draft = SheetDraft(task=_DETECTION, decoder="box-rows")
    is_of_v7 = shape[1] == "7"
    return replace(draft, resize="letterbox", pad_value=_YOLO_PAD) if is_of_v7 else draft


def is_sized(outline: NetworkOutline) -> bool:
    """True where a network is told of what size its boxes are to be, as RT-DETR's kin."""
    return any(port.name == BOX_SIZES for port in outline.inputs)


def usual_input(outline: NetworkOutline, draft: SheetDraft) -> str:
    """How pictures were guessed to go into a detector, in words; empty where nothing was."""
    if draft.decoder == DETR_SIGMOID and draft.mean is not None:
        return "red, green, blue with ImageNet's mean and deviation, as RF-DETR takes them"
    if draft.decoder == "ssd" and is_sized(outline):
        return "red, green, blue from 0 to 1, as RT-DETR and D-FINE take them"
    if draft.decoder == "box-rows" and draft.resize == "letterbox" and len(outline.outputs) == 1:
        return "red, green, blue from 0 to 1 in a letterbox, as YOLO v7 takes them"
    if draft.decoder == PADDLE_ROWS:
        is_plain = draft.mean is None
        values = "from 0 to 1" if is_plain else "with ImageNet's mean and deviation"
        kin = "RT-DETR and PP-YOLOE+" if is_plain else "PP-YOLOE, PicoDet and YOLO v3"
        return (
            f"red, green, blue {values}, stretched, as {kin} of PaddleDetection take them; "
            "infer_cfg.yml, which its exporter writes, says it for certain"
        )
    if draft.decoder in YOLO_HEADS:
        return "red, green, blue from 0 to 1 in a letterbox, as most of YOLO's networks take them"
    return ""


def _ssd_draft(outline: NetworkOutline) -> SheetDraft | None:
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
        # Those of TensorFlow and torchvision count their classes from 1, RT-DETR's own from 0.
        is_tensorflow = name.startswith("detection_")
        is_from_one = is_tensorflow or ("labels" in found and not is_sized(outline))
        order = "yxyx" if is_tensorflow else "xyxy"
        return replace(draft, box_order=order, has_background=is_from_one)
    if not tables:
        return None
    return replace(draft, has_background=tables[0][-1] in _WITH_BACKGROUND)
