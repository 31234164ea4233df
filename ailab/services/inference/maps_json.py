"""Predictions that are maps of the picture, from their JSON and binary parts."""

from __future__ import annotations

from collections.abc import Mapping

from ailab.services.inference.features import Features
from ailab.services.inference.float_map import FloatMap
from ailab.services.inference.json_fields import BadFieldError, Fields
from ailab.services.inference.label_name import label_name
from ailab.services.inference.output_pixels import OutputImageError, output_picture
from ailab.services.inference.pixel_map import PixelMap, PixelMapError
from ailab.services.inference.predictions import (
    DepthMap,
    DepthScale,
    OutputImage,
    Segment,
    Segmentation,
)

MOST_SEGMENTS = 255
_MOST_CLASS_ID = 2**31 - 1
_LONGEST_SIDE = 2**20
_MOST_TILES = 1_000_000
MOST_DIMENSIONS = 1_000_000

LABEL_MAP = "label_map"
CONFIDENCE = "confidence"
DEPTH = "depth"
IMAGE = "image"
VECTOR = "vector"


def segmentation_from_json(fields: Fields, parts: Mapping[str, bytes]) -> Segmentation:
    """A segmentation.

    Raises:
        BadFieldError: something is missing or not what it should be.
    """
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
    segments = tuple(_segment(entry) for entry in fields.objects("segments", MOST_SEGMENTS))
    if len({segment.index for segment in segments}) != len(segments):
        raise BadFieldError("segments holds an index twice")
    is_matte = fields.has("is_matte") and fields.boolean("is_matte")
    tells_objects = fields.has("tells_objects") and fields.boolean("tells_objects")
    return Segmentation(width, height, maps[0], maps[1], segments, is_matte, tells_objects)


def depth_from_json(fields: Fields, parts: Mapping[str, bytes]) -> DepthMap:
    """A depth map.

    Raises:
        BadFieldError: something is missing or not what it should be.
    """
    width = fields.integer("width", 1, _LONGEST_SIDE)
    height = fields.integer("height", 1, _LONGEST_SIDE)
    depth = FloatMap(width, height, parts.get(fields.text(DEPTH), b""))
    try:
        ends = [(float(values.min()), float(values.max())) for values in depth.strips()]
    except PixelMapError as error:
        raise BadFieldError(f"{DEPTH}: {error}") from error
    minimum, median, maximum = (fields.number(n) for n in ("minimum", "median", "maximum"))
    least, most = min(least for least, _ in ends), max(most for _, most in ends)
    if (minimum, maximum) != (least, most) or not minimum <= median <= maximum:
        raise BadFieldError("minimum, median and maximum are not those of the map")
    try:
        scale = DepthScale(fields.text("scale"))
    except ValueError as error:
        raise BadFieldError("scale is not one that this version of ailab knows") from error
    return DepthMap(width, height, depth, scale, minimum, maximum, median)


def image_from_json(fields: Fields, parts: Mapping[str, bytes]) -> OutputImage:
    """A picture made by the model.

    Raises:
        BadFieldError: something is missing or not what it should be.
    """
    prediction = OutputImage(
        fields.integer("width", 1, _LONGEST_SIDE),
        fields.integer("height", 1, _LONGEST_SIDE),
        parts.get(fields.text(IMAGE), b""),
        fields.integer_or_none("tiles", 1, _MOST_TILES) or 1,
    )
    try:
        output_picture(prediction)
    except OutputImageError as error:
        raise BadFieldError(f"{IMAGE}: {error}") from error
    return prediction


def features_from_json(fields: Fields, parts: Mapping[str, bytes]) -> Features:
    """A vector.

    Raises:
        BadFieldError: something is missing or not what it should be.
    """
    dimensions = fields.integer("dimensions", 1, MOST_DIMENSIONS)
    vector = FloatMap(dimensions, 1, parts.get(fields.text(VECTOR), b""))
    try:
        vector.unpack()
    except PixelMapError as error:
        raise BadFieldError(f"{VECTOR}: {error}") from error
    return Features(vector)


def _segment(fields: Fields) -> Segment:
    return Segment(
        index=fields.integer("index", 1, MOST_SEGMENTS),
        class_id=fields.integer("class_id", 0, _MOST_CLASS_ID),
        label=label_name(fields.text("label")),
        score=fields.share("score"),
        area=fields.share("area"),
    )
