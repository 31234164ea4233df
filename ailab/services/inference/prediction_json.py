"""A picture's result as JSON and named binary parts, and back.

The same form travels from the worker process to the window and lies in the files of a saved run,
so that reading it back trusts nothing. Maps are not JSON: they are parts of their own, as
`PixelMap.packed` or `FloatMap.packed`, named in the JSON where they belong.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ailab.services.inference.features import Features
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.json_fields import BadFieldError, Fields
from ailab.services.inference.keypoints import Keypoints
from ailab.services.inference.keypoints_json import keypoints_from_json, keypoints_to_json
from ailab.services.inference.label_name import label_name
from ailab.services.inference.maps_json import (
    CONFIDENCE,
    DEPTH,
    IMAGE,
    LABEL_MAP,
    VECTOR,
    depth_from_json,
    features_from_json,
    image_from_json,
    segmentation_from_json,
)
from ailab.services.inference.masks import Masks
from ailab.services.inference.masks_json import masks_from_json, masks_to_json
from ailab.services.inference.picture_json import (
    picture_from_json,
    picture_to_json,
    pixel_size_from_json,
    pixel_size_to_json,
    plane_from_json,
    plane_to_json,
)
from ailab.services.inference.picture_result import PictureResult, Timings
from ailab.services.inference.predictions import (
    Classification,
    ClassScore,
    DepthMap,
    Detection,
    Detections,
    OutputImage,
    Prediction,
    Segmentation,
)
from ailab.services.inference.text_json import text_from_json, text_to_json
from ailab.services.problem import Problem

# Far more than are ever kept of a picture, and as many as the window shows without stopping.
_MOST_CLASSES = 25_000
_MOST_DETECTIONS = 10_000
_MOST_CORNERS = 4
_MOST_CLASS_ID = 2**31 - 1
_LONGEST_SIDE = 2**20
_MOST_NOTES, _LONGEST_NOTE = 100, 10_000
_STEPS = ("decode", "preprocess", "forward", "postprocess")

SAVE = "save"


def result_to_json(result: PictureResult) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The JSON object of a result, and its binary parts by name."""
    prediction: dict[str, Any] | None = None
    parts: dict[str, bytes] = {}
    if result.prediction is not None:
        prediction, parts = prediction_to_json(result.prediction)
    problem = result.problem
    return {
        **picture_to_json(result.picture),
        **plane_to_json(result.plane),
        **pixel_size_to_json(result.pixel_size),
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
        picture=picture_from_json(fields),
        width=fields.integer("width", 0, _LONGEST_SIDE),
        height=fields.integer("height", 0, _LONGEST_SIDE),
        prediction=None if prediction is None else prediction_from_json(prediction, parts),
        problem=None if problem is None else _problem(problem),
        notes=_notes(fields),
        timings=Timings(
            **{step: timings.number(step) for step in _STEPS},
            save=timings.number_or_none(SAVE) or 0.0,
        ),
        files=fields.texts("files"),
        plane=plane_from_json(fields),
        pixel_size=pixel_size_from_json(fields),
    )


def prediction_to_json(prediction: Prediction) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The JSON object of a prediction, and its binary parts by name."""
    match prediction:
        case Classification(scores, question):
            return {
                "kind": "classification",
                "scores": [
                    {"class_id": s.class_id, "label": s.label, "score": s.score} for s in scores
                ],
                **({"question": question} if question else {}),
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
                        **({"outline": [list(c) for c in d.outline]} if d.outline else {}),
                    }
                    for d in items
                ],
            }, {}
        case Segmentation(width, height, label_map, confidence, segments):
            return {
                "kind": "segmentation",
                "is_matte": prediction.is_matte,
                **({"tells_objects": True} if prediction.tells_objects else {}),
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
        case OutputImage(width, height, png, tiles):
            return {
                "kind": "image",
                "width": width,
                "height": height,
                "tiles": tiles,
                IMAGE: IMAGE,
            }, {IMAGE: png}
        case Masks():
            return masks_to_json(prediction)
        case Keypoints():
            return keypoints_to_json(prediction), {}
        case Features(vector):
            return {
                "kind": "features",
                "dimensions": prediction.dimensions,
                VECTOR: VECTOR,
            }, {VECTOR: vector.packed}
        case GeneratedText():
            return text_to_json(prediction), {}


def prediction_from_json(fields: Fields, parts: Mapping[str, bytes]) -> Prediction:
    """The prediction that `prediction_to_json` was given.

    Raises:
        BadFieldError: something is missing or not what it should be; says which.
    """
    match fields.text("kind"):
        case "classification":
            return Classification(
                tuple(_class_score(entry) for entry in fields.objects("scores", _MOST_CLASSES)),
                fields.text_or_none("question") or "",
            )
        case "detections":
            return Detections(
                tuple(_detection(entry) for entry in fields.objects("items", _MOST_DETECTIONS))
            )
        case "segmentation":
            return segmentation_from_json(fields, parts)
        case "depth":
            return depth_from_json(fields, parts)
        case "image":
            return image_from_json(fields, parts)
        case "masks":
            return masks_from_json(fields, parts)
        case "keypoints":
            return keypoints_from_json(fields)
        case "features":
            return features_from_json(fields, parts)
        case "text":
            return text_from_json(fields)
        case other:
            raise BadFieldError(f"kind is {other!r}, which this version of ailab does not know")


def _problem(fields: Fields) -> Problem:
    return Problem(fields.text("message"), fields.text("advice"), fields.boolean("is_offline"))


def _notes(fields: Fields) -> tuple[str, ...]:
    notes = fields.texts("notes")
    if len(notes) > _MOST_NOTES or max(map(len, notes), default=0) > _LONGEST_NOTE:
        raise BadFieldError("notes are too many or too long")
    return notes


def _class_id(fields: Fields) -> int:
    return fields.integer("class_id", 0, _MOST_CLASS_ID)


def _label(fields: Fields) -> str:
    return label_name(fields.text("label"))


def _class_score(fields: Fields) -> ClassScore:
    return ClassScore(_class_id(fields), _label(fields), fields.share("score"))


def _detection(fields: Fields) -> Detection:
    x0, y0, x1, y1 = fields.numbers("box", 4)
    corners = fields.rows("outline", 2, _MOST_CORNERS) if fields.has("outline") else ()
    return Detection(
        _class_id(fields),
        _label(fields),
        fields.share("score"),
        (x0, y0, x1, y1),
        tuple((x, y) for x, y in corners),
    )
