"""A prediction as JSON and named binary parts, and back: a line for each kind.

Maps are not JSON: they are parts of their own, as `PixelMap.packed` or `FloatMap.packed`, named in
the JSON where they belong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias, TypeVar

from ailab.services.inference.classification_json import (
    classification_from_json,
    classification_to_json,
)
from ailab.services.inference.depth_json import depth_from_json, depth_to_json
from ailab.services.inference.detections_json import detections_from_json, detections_to_json
from ailab.services.inference.features import Features
from ailab.services.inference.features_json import features_from_json, features_to_json
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.json_fields import BadFieldError, Fields
from ailab.services.inference.keypoints import Keypoints
from ailab.services.inference.keypoints_json import keypoints_from_json, keypoints_to_json
from ailab.services.inference.masks import Masks
from ailab.services.inference.masks_json import masks_from_json, masks_to_json
from ailab.services.inference.output_image_json import (
    output_image_from_json,
    output_image_to_json,
)
from ailab.services.inference.predictions import (
    Classification,
    DepthMap,
    Detections,
    OutputImage,
    Prediction,
    Segmentation,
)
from ailab.services.inference.segmentation_json import (
    segmentation_from_json,
    segmentation_to_json,
)
from ailab.services.inference.text_json import text_from_json, text_to_json

_P = TypeVar("_P", bound=Prediction)
_Parts: TypeAlias = Mapping[str, bytes]
_ToJson: TypeAlias = Callable[[_P], tuple[dict[str, Any], dict[str, bytes]]]
_FromJson: TypeAlias = Callable[[Fields, _Parts], _P]


def prediction_to_json(prediction: Prediction) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The JSON object of a prediction, and its binary parts by name."""
    to_json, _ = _FORMS[prediction.kind]
    body, parts = to_json(prediction)
    return {"kind": prediction.kind, **body}, parts


def prediction_from_json(fields: Fields, parts: Mapping[str, bytes]) -> Prediction:
    """The prediction that `prediction_to_json` was given.

    Raises:
        BadFieldError: something is missing or not what it should be; says which.
    """
    kind = fields.text("kind")
    if kind not in _FORMS:
        raise BadFieldError(f"kind is {kind!r}, which this version of ailab does not know")
    _, from_json = _FORMS[kind]
    return from_json(fields, parts)


def _form(
    of: type[_P], to_json: _ToJson[_P], from_json: _FromJson[_P]
) -> tuple[str, tuple[_ToJson[Any], _FromJson[Prediction]]]:
    # So that the type checker sees that both directions are of one kind.
    return of.kind, (to_json, from_json)


_FORMS: Mapping[str, tuple[_ToJson[Any], _FromJson[Prediction]]] = MappingProxyType(
    dict(
        (
            _form(Classification, classification_to_json, classification_from_json),
            _form(Detections, detections_to_json, detections_from_json),
            _form(Segmentation, segmentation_to_json, segmentation_from_json),
            _form(DepthMap, depth_to_json, depth_from_json),
            _form(OutputImage, output_image_to_json, output_image_from_json),
            _form(Masks, masks_to_json, masks_from_json),
            _form(Keypoints, keypoints_to_json, keypoints_from_json),
            _form(Features, features_to_json, features_from_json),
            _form(GeneratedText, text_to_json, text_from_json),
        )
    )
)
"""By the kind of prediction, the two directions."""
