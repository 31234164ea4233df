"""A picture's result as JSON and named binary parts, and back.

The same form travels from the worker process to the window and lies in the files of a saved run,
so that reading it back trusts nothing. Maps are not JSON: they are parts of their own, as
`PixelMap.packed` or `FloatMap.packed`, named in the JSON where they belong.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ailab.services.inference.float_map import FloatMap
from ailab.services.inference.json_fields import BadFieldError, Fields
from ailab.services.inference.output_pixels import OutputImageError, output_pixels
from ailab.services.inference.picture_result import PictureResult, Timings
from ailab.services.inference.pixel_map import PixelMap, PixelMapError
from ailab.services.inference.predictions import (
    Classification,
    ClassScore,
    DepthMap,
    DepthScale,
    Detection,
    Detections,
    OutputImage,
    Prediction,
    Segment,
    Segmentation,
)
from ailab.services.problem import Problem

_MOST_CLASSES = 100_000
_MOST_DETECTIONS = 100_000
_MOST_SEGMENTS = 255
_MOST_CLASS_ID = 2**31 - 1
_LONGEST_SIDE = 2**20
_STEPS = ("decode", "preprocess", "forward", "postprocess")

LABEL_MAP = "label_map"
CONFIDENCE = "confidence"
DEPTH = "depth"
IMAGE = "image"
SAVE = "save"


def result_to_json(result: PictureResult) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The JSON object of a result, and its binary parts by name."""
    prediction: dict[str, Any] | None = None
    parts: dict[str, bytes] = {}
    if result.prediction is not None:
        prediction, parts = prediction_to_json(result.prediction)
    problem = result.problem
    return {
        "picture": result.picture,
        "width": result.width,
        "height": result.height,
        "prediction": prediction,
        "problem": problem
        and {
            "message": problem.message,
            "advice": problem.advice,
            "is_offline": problem.is_offline,
        },
        "notes": list(result.notes),
        "timings": {step: getattr(result.timings, step) for step in (*_STEPS, SAVE)},
        "files": list(result.files),
    }, parts


def result_from_json(value: object, parts: Mapping[str, bytes]) -> PictureResult:
    """The result that `result_to_json` was given.

    Raises:
        BadFieldError: something is missing or not what it should be; says which.
    """
    fields = Fields(value)
    prediction = fields.inner_or_none("prediction")
    problem = fields.inner_or_none("problem")
    timings = fields.inner("timings")
    return PictureResult(
        picture=fields.text("picture"),
        width=fields.integer("width", 0, _LONGEST_SIDE),
        height=fields.integer("height", 0, _LONGEST_SIDE),
        prediction=None if prediction is None else prediction_from_json(prediction, parts),
        problem=None if problem is None else _problem(problem),
        notes=fields.texts("notes"),
        timings=Timings(
            **{step: timings.number(step) for step in _STEPS},
            save=timings.number_or_none(SAVE) or 0.0,
        ),
        files=fields.texts("files"),
    )


def prediction_to_json(prediction: Prediction) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The JSON object of a prediction, and its binary parts by name."""
    match prediction:
        case Classification(scores):
            return {
                "kind": "classification",
                "scores": [
                    {"class_id": s.class_id, "label": s.label, "score": s.score} for s in scores
                ],
            }, {}
        case Detections(items):
            return {
                "kind": "detections",
                "items": [
                    {
                        "class_id": d.class_id,
                        "label": d.label,
                        "score": d.score,
                        "box": list(d.box),
                    }
                    for d in items
                ],
            }, {}
        case Segmentation(width, height, label_map, confidence, segments):
            return {
                "kind": "segmentation",
                "width": width,
                "height": height,
                LABEL_MAP: LABEL_MAP,
                CONFIDENCE: CONFIDENCE,
                "segments": [
                    {
                        "index": s.index,
                        "class_id": s.class_id,
                        "label": s.label,
                        "score": s.score,
                        "area": s.area,
                    }
                    for s in segments
                ],
            }, {LABEL_MAP: label_map.packed, CONFIDENCE: confidence.packed}
        case DepthMap():
            return {
                "kind": "depth",
                "scale": prediction.scale.value,
                "minimum": prediction.minimum,
                "median": prediction.median,
                "maximum": prediction.maximum,
                "width": prediction.width,
                "height": prediction.height,
                DEPTH: DEPTH,
            }, {DEPTH: prediction.depth.packed}
        case OutputImage(width, height, png):
            return {"kind": "image", "width": width, "height": height, IMAGE: IMAGE}, {IMAGE: png}


def prediction_from_json(fields: Fields, parts: Mapping[str, bytes]) -> Prediction:
    """The prediction that `prediction_to_json` was given.

    Raises:
        BadFieldError: something is missing or not what it should be; says which.
    """
    match fields.text("kind"):
        case "classification":
            return Classification(
                tuple(_class_score(entry) for entry in fields.objects("scores", _MOST_CLASSES))
            )
        case "detections":
            return Detections(
                tuple(_detection(entry) for entry in fields.objects("items", _MOST_DETECTIONS))
            )
        case "segmentation":
            return _segmentation(fields, parts)
        case "depth":
            return _depth_map(fields, parts)
        case "image":
            return _output_image(fields, parts)
        case other:
            raise BadFieldError(f"kind is {other!r}, which this version of ailab does not know")


def _problem(fields: Fields) -> Problem:
    return Problem(fields.text("message"), fields.text("advice"), fields.boolean("is_offline"))


def _class_id(fields: Fields) -> int:
    return fields.integer("class_id", 0, _MOST_CLASS_ID)


def _class_score(fields: Fields) -> ClassScore:
    return ClassScore(_class_id(fields), fields.text("label"), fields.share("score"))


def _detection(fields: Fields) -> Detection:
    x0, y0, x1, y1 = fields.numbers("box", 4)
    return Detection(
        _class_id(fields), fields.text("label"), fields.share("score"), (x0, y0, x1, y1)
    )


def _segment(fields: Fields) -> Segment:
    return Segment(
        index=fields.integer("index", 1, _MOST_SEGMENTS),
        class_id=_class_id(fields),
        label=fields.text("label"),
        score=fields.share("score"),
        area=fields.share("area"),
    )


def _segmentation(fields: Fields, parts: Mapping[str, bytes]) -> Segmentation:
    width = fields.integer("width", 1, _LONGEST_SIDE)
    height = fields.integer("height", 1, _LONGEST_SIDE)
    maps = []
    for name in (LABEL_MAP, CONFIDENCE):
        packed = PixelMap(width, height, parts.get(fields.text(name), b""))
        try:
            packed.unpack()  # so that whoever unpacks it later may rely on it
        except PixelMapError as error:
            raise BadFieldError(f"{name}: {error}") from error
        maps.append(packed)
    segments = tuple(_segment(entry) for entry in fields.objects("segments", _MOST_SEGMENTS))
    if len({segment.index for segment in segments}) != len(segments):
        raise BadFieldError("segments holds an index twice")
    return Segmentation(width, height, maps[0], maps[1], segments)


def _depth_map(fields: Fields, parts: Mapping[str, bytes]) -> DepthMap:
    width = fields.integer("width", 1, _LONGEST_SIDE)
    height = fields.integer("height", 1, _LONGEST_SIDE)
    depth = FloatMap(width, height, parts.get(fields.text(DEPTH), b""))
    try:
        values = depth.unpack()
    except PixelMapError as error:
        raise BadFieldError(f"{DEPTH}: {error}") from error
    minimum, median, maximum = (fields.number(n) for n in ("minimum", "median", "maximum"))
    if (minimum, maximum) != (values.min(), values.max()) or not minimum <= median <= maximum:
        raise BadFieldError("minimum, median and maximum are not those of the map")
    try:
        scale = DepthScale(fields.text("scale"))
    except ValueError as error:
        raise BadFieldError("scale is not one that this version of ailab knows") from error
    return DepthMap(width, height, depth, scale, minimum, maximum, median)


def _output_image(fields: Fields, parts: Mapping[str, bytes]) -> OutputImage:
    prediction = OutputImage(
        fields.integer("width", 1, _LONGEST_SIDE),
        fields.integer("height", 1, _LONGEST_SIDE),
        parts.get(fields.text(IMAGE), b""),
    )
    try:
        output_pixels(prediction)
    except OutputImageError as error:
        raise BadFieldError(f"{IMAGE}: {error}") from error
    return prediction
