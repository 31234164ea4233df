"""The sheet that describes a bare `.onnx` file: `<name>.ailab.json` beside it.

A JSON object:

    {
      "format": 1,
      "task": "object-detection",
      "input": {
        "width": 416, "height": 416,
        "layout": "NCHW",
        "color_order": "BGR",
        "resize": "letterbox",
        "resample": "bilinear",
        "pad_value": 114, "pad_position": "top-left",
        "scale": 1.0, "mean": [0, 0, 0], "std": [1, 1, 1]
      },
      "decoder": {"name": "yolox", "strides": [8, 16, 32], "nms_iou": 0.45},
      "labels": "coco_classes.txt",
      "threshold": 0.3
    }

`task`: `image-classification`, `object-detection`, `image-segmentation`, `depth-estimation`,
`image-to-image`, `keypoint-detection`, `image-feature-extraction` or `image-to-text`.

`input`: `width` and `height` are those of the network's input, in pixels; they are required, all
else has a default. `layout` is `NCHW` (default) or `NHWC`; `color_order` `RGB` (default),
`BGR`, `grey` for a network that takes one channel (the brightness as Pillow's `convert("L")`, ITU-R
601, before resizing), or `Y` for one that makes a picture of the luma alone (Y of JPEG's Y'CbCr),
to which the colours are put back. `resize` is one of
`stretch` (default): to width × height, whatever the picture's shape;
`shortest-edge`: the shorter side to `shortest_edge` pixels (required then), then width × height
are cut from the middle;
`letterbox`: into width × height, keeping the shape; the rest is filled with `pad_value` (0 to
255, default 0) and `pad_position` says where the picture lies: `centre` (default), `top-left`;
`shrink`: a picture with a longer side than the larger of width and height shrinks to that, and each
side is rounded to a multiple of 32, for networks that take any such size (PP-OCR);
`line`: for a line of text, and for that alone: to the height, keeping the shape; where it is less
wide than `width` it is filled up on the right by zeros, and up to 3200 pixels it may be wider;
`tiles`: for pictures made of pictures: not at all, but the picture is run in pieces of width ×
height that overlap by `overlap` pixels (default 16), and what comes back is joined;
`none`: width × height are cut from the picture's middle.
`resample` is `nearest`, `bilinear` (default), `bicubic`, `lanczos`, `box` or `hamming`.
A value v of 0 to 255 becomes (v × scale - mean) / std; `scale` is 1/255 by default; `mean` and
`std` (none by default) are given per channel, in the order that the network receives: three
numbers, one of `grey` and `Y`. Where `invert` is true (false by default), v is 255 - v there.

`decoder`: its `name`, and what belongs to it:
`class-scores` (one score per class; `activation`: `none`, `softmax` (default) or `sigmoid`);
`detr` (`logits` and `pred_boxes`, boxes as cx, cy, w, h from 0 to 1);
`detr-sigmoid` (the same, or RF-DETR's `labels` and `dets`; each class scores by itself, by sigmoid,
and none means that there is nothing);
`yolox` (rows of undecoded cx, cy, w, h, objectness, classes; `strides`, `nms_iou`);
`yolo-rows` (rows of cx, cy, w, h in input pixels, objectness, classes; `nms_iou`);
`yolo-class-rows` (rows of cx, cy, w, h in input pixels, classes, without an objectness; `nms_iou`);
`yolo-columns` (columns of cx, cy, w, h in input pixels, classes: 1 × (4 + classes) × n;
`nms_iou`);
`yolo-v5-heads` (YOLO v5 and v7 without the arithmetic behind their heads: for each stride
1 × anchors (5 + classes) × h × w or 1 × anchors × h × w × (5 + classes); `strides`; `anchors`:
widths and heights by turns, in pixels, as many for each stride, those of the finest first, by
default those of the authors' networks; `nms_iou`), `yolo-v3-heads`, `yolo-v4-heads` (the same of
darknet's YOLO v3 and v4);
`yolo-v8-heads` (YOLO v8 and later likewise: for each stride 1 × (64 + classes) × h × w, or both
apart; `strides`, `nms_iou`);
`box-rows` (rows of x0, y0, x1, y1 in input pixels, score, class: 1 × n × 6; or without the class,
1 × n × 5, with the classes in an output of their own, 1 × n; or n × 7: the number of the picture,
x0, y0, x1, y1, class, score);
`paddle-rows` (PaddleDetection's rows of class, score, x0, y0, x1, y1 in the picture's own pixels,
n × 6, and their count; `im_shape` and `scale_factor` are filled by themselves);
`ssd` (boxes 1 × n × 4, in input pixels or as shares of it, with probabilities 1 × n × classes, or
with classes and scores 1 × n each; `box_order`: `xyxy` (default) or `yxyx`; `has_background`: true
where class 0 is no thing and the labels begin with class 1, false by default; `nms_iou`, for
probabilities per class);
`text-map` (where text is: one channel of probabilities, or of logits where some are beyond 0 and 1;
`map_threshold`, 0.3 by default: what is above it is text; `unclip_ratio`, 1.5 by default: how far
boxes grow);
`label-map` (one score per class and pixel: 1 × classes × h × w; `activation`: `none`, `softmax`
(default); or whole numbers, 1 × h × w or with a channel: each pixel's class);
`mask-queries` (MaskFormer's or DETR's masks);
`matte` (one channel of probabilities from 0 to 1, or of logits where some are beyond);
`depth` (one number per pixel: the larger, the nearer), `depth-distance` (the larger, the
farther), `depth-metres` (metres): 1 × h × w, 1 × 1 × h × w or 1 × h × w × 1. The picture must
not be cut;
`image` (a picture of values from 0 to 1), `image-255` (0 to 255), `image-signed` (-1 to 1):
1 × 3 × h × w or 1 × h × w × 3, of luma with 1 for the 3. The picture must not be cut;
`yunet` (faces with five points, as YuNet gives them: `cls_8`, `obj_8`, `bbox_8`, `kps_8`, and the
same of the strides 16 and 32; `nms_iou`);
`yolo-pose-columns` (columns of cx, cy, w, h in input pixels, score, then x, y, score of each
point: 1 × (5 + 3 points) × n; `nms_iou`);
`features` (a vector: 1 × n; of a map 1 × n × h × w the mean; of 1 × tokens × n the first),
`features-mean` (the same, of tokens the mean);
`text-line` (a line of text: 1 × steps × characters, probabilities or logits, the blank first).

`labels`: the classes' names in order (of keypoints: those of the points), or the name of a UTF-8
text file beside the sheet with one per line. May be left out; classes are then called by their
numbers, the points of faces and of COCO's persons by their usual names. Of a line of text the
characters, each as it stands in its line; the blank, and with it the space behind all others, may
be missing, and all of them where the `.onnx` file's metadata have them as `character`.

`threshold`: the confidence to begin with, 0 to 1; what suits the task where left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ailab.services.documentation.doc_page import led_to
from ailab.services.inference.characters import (
    characters_in_metadata,
    checked_characters,
    read_character_file,
)
from ailab.services.inference.feature_models import CLASS_TOKEN, MEAN
from ailab.services.inference.inference_errors import ModelFileError, SheetError
from ailab.services.inference.json_file import read_json_object
from ailab.services.inference.label_file import named, read_label_file
from ailab.services.inference.model_description import DecoderSettings, ModelDescription
from ailab.services.inference.model_links import check_links
from ailab.services.inference.paddle_sizes import PADDLE_ROWS
from ailab.services.inference.predictions import DepthScale
from ailab.services.inference.preprocessing import Resize
from ailab.services.inference.sandbox.model_places import model_root
from ailab.services.inference.sheet_draft import (
    BOX_ORDERS,
    DETR_SIGMOID,
    MOST_UNCLIP,
    USES_BOX_ORDER,
    USES_NMS,
    USES_TEXT_MAP,
)
from ailab.services.inference.sheet_field import SheetObject
from ailab.services.inference.sheet_heads import head_settings
from ailab.services.inference.sheet_input import sheet_input
from ailab.services.inference.text_readers import TEXT_LINE
from ailab.services.inference.writing_models import WRITES
from ailab.services.inference.yolo_anchors import (
    V3_HEADS,
    V4_HEADS,
    V5_HEADS,
    V8_HEADS,
)

DECODERS_BY_TASK: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "image-classification": ("class-scores",),
        "object-detection": (
            "yolox",
            "yolo-rows",
            "yolo-class-rows",
            "yolo-columns",
            V8_HEADS,
            V5_HEADS,
            V4_HEADS,
            V3_HEADS,
            "box-rows",
            PADDLE_ROWS,
            "ssd",
            "detr",
            DETR_SIGMOID,
            "text-map",
        ),
        "image-segmentation": ("label-map", "mask-queries", "matte"),
        "depth-estimation": ("depth", "depth-distance", "depth-metres"),
        "image-to-image": ("image", "image-255", "image-signed"),
        "keypoint-detection": ("yunet", "yolo-pose-columns"),
        "image-feature-extraction": ("features", "features-mean"),
        WRITES: (TEXT_LINE,),
    }
)
_DEPTH_SCALES = {
    "depth": DepthScale.INVERSE,
    "depth-distance": DepthScale.DISTANCE,
    "depth-metres": DepthScale.METRES,
}
_IMAGE_RANGES = {"image": (0.0, 1.0), "image-255": (0.0, 255.0), "image-signed": (-1.0, 1.0)}
_POOLINGS = {"features": CLASS_TOKEN, "features-mean": MEAN}
_THRESHOLDS = {
    "class-scores": 0.05,
    "text-map": 0.6,
    **dict.fromkeys(("label-map", "depth", "image", "features", TEXT_LINE), 0.0),
}
_CORRECT = (
    f"Correct the sheet and open the model again; {led_to('sheet')} says what belongs into it."
)


def read_sheet(sheet: Path, weights: Path) -> ModelDescription:
    """Read and check a sheet.

    Args:
        sheet: the sheet's path.
        weights: the `.onnx` file that it describes.

    Raises:
        SheetError: unreadable, a field missing, unknown, of the wrong type or out of range.
    """
    try:
        return parse_sheet(read_json_object(sheet, _CORRECT), sheet, weights)
    except ModelFileError as error:
        raise SheetError(
            error.message, error.advice, detail=error.detail, weights=str(weights)
        ) from error


def parse_sheet(fields: Mapping[str, object], sheet: Path, weights: Path) -> ModelDescription:
    """Check a sheet's contents, whether they lie on the disk or not.

    Args:
        fields: the JSON object.
        sheet: where it lies or would lie; a file of labels is looked for beside it.
        weights: the `.onnx` file that it describes.

    Raises:
        ModelFileError: a field is missing, unknown, of the wrong type or out of range, or the
            file of labels cannot be read.
    """
    root = SheetObject(sheet.name, "", fields)
    if root.integer("format", 1, 1_000_000) != 1:
        raise root.wrong("format", "1, the only format that this version of ailab knows")
    task = root.choice("task", tuple(DECODERS_BY_TASK))
    preprocessing = sheet_input(root.child("input"), task)
    decoder = _decoder(root.child("decoder"), task)
    if decoder.name == PADDLE_ROWS and preprocessing.resize is not Resize.STRETCH:
        raise root.wrong(
            "input.resize", f"stretch with {PADDLE_ROWS}: so its networks see pictures"
        )
    labels, label_file = _labels(root, sheet, weights if decoder.name == TEXT_LINE else None)
    if decoder.name == TEXT_LINE:
        decoder, labels = replace(decoder, characters=labels), ()
    threshold = root.number("threshold", 0.0, 1.0, _THRESHOLDS.get(decoder.name, 0.5))
    root.refuse_unknown()
    return ModelDescription(
        weights, task, labels, preprocessing, decoder, threshold, label_file=label_file
    )


def _decoder(sheet: SheetObject, task: str) -> DecoderSettings:
    name = sheet.choice("name", DECODERS_BY_TASK[task])
    settings: dict[str, Any] = head_settings(sheet, name)
    if name in {"class-scores", "label-map"}:
        activations = ("none", "softmax", "sigmoid")[: 3 if name == "class-scores" else 2]
        settings["activation"] = sheet.choice("activation", activations, "softmax")
    if name in USES_NMS:
        settings["nms_iou"] = sheet.number("nms_iou", 0.0, 1.0, 0.45)
    if name in USES_BOX_ORDER:
        settings["box_order"] = sheet.choice("box_order", BOX_ORDERS, "xyxy")
        settings["has_background"] = sheet.flag("has_background", False)
    if name in USES_TEXT_MAP:
        settings["map_threshold"] = sheet.number("map_threshold", 0.0, 1.0, 0.3)
        settings["unclip_ratio"] = sheet.number("unclip_ratio", 0.0, MOST_UNCLIP, 1.5)
    sheet.refuse_unknown()
    if name == DETR_SIGMOID:
        return DecoderSettings("detr", activation="sigmoid")
    if name in _DEPTH_SCALES:
        return DecoderSettings("depth", depth_scale=_DEPTH_SCALES[name])
    if name in _POOLINGS:
        return DecoderSettings("features", pooling=_POOLINGS[name])
    if name in _IMAGE_RANGES:
        black, white = _IMAGE_RANGES[name]
        return DecoderSettings("image", black=black, white=white)
    return DecoderSettings(name, **settings)


def _labels(
    root: SheetObject, sheet: Path, named_in: Path | None
) -> tuple[tuple[str, ...], Path | None]:
    """The classes' names or a line's characters, and the text file that they come from, if any.

    Args:
        root: the sheet.
        sheet: where it lies.
        named_in: the `.onnx` file that may name the characters itself; None for classes.
    """
    labels = root.take("labels", [])
    if named_in is not None and labels == []:
        return characters_in_metadata(named_in), None
    if isinstance(labels, list) and all(isinstance(label, str) for label in labels):
        is_of_classes = named_in is None
        return named(labels) if is_of_classes else checked_characters(labels, "sheet"), None
    # A sheet may come from anywhere: it names no file outside its own folder.
    if not isinstance(labels, str) or Path(labels).name != labels or "\\" in labels:
        raise root.wrong("labels", "a list of names, or the name of a text file beside the sheet")
    path = sheet.parent / labels
    check_links(model_root(path), [path.relative_to(model_root(path)).as_posix()])
    read = read_label_file if named_in is None else read_character_file
    try:
        return read(path), path
    except FileNotFoundError as error:
        raise ModelFileError(
            f"The file of labels {labels}, which {sheet.name} names, is missing.",
            "Put it beside the sheet, or write the labels into the sheet as a list.",
        ) from error
