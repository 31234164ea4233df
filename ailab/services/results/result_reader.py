"""A picture's result read back from its files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from ailab.services.images.image_reader import MAX_PIXELS
from ailab.services.inference.depth_json import DEPTH
from ailab.services.inference.features import Features
from ailab.services.inference.features_json import VECTOR
from ailab.services.inference.float_map import FloatMap
from ailab.services.inference.json_fields import BadFieldError, Fields
from ailab.services.inference.masks import Masks
from ailab.services.inference.output_image_json import IMAGE
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.picture_result_json import result_from_json
from ailab.services.inference.pixel_map import MAX_MAP_PIXELS, PixelMap
from ailab.services.inference.predictions import DepthMap, OutputImage, Segmentation
from ailab.services.inference.segmentation_json import CONFIDENCE, LABEL_MAP
from ailab.services.regular_file import open_regular
from ailab.services.results.feature_files import read_vector
from ailab.services.results.map_rows import rows_at_once
from ailab.services.results.result_error import ResultError
from ailab.services.results.result_json import RESULT_FORMAT, from_text, read_json
from ailab.services.results.saved_masks import packed_masks

_LARGEST_FILE = 2**29
_MODES = {LABEL_MAP: ("P", "L"), CONFIDENCE: ("L",)}


def read_result(path: Path) -> PictureResult:
    """Read a result file and the maps that it names; the picture itself is not needed.

    Raises:
        ResultError: a file is missing or damaged; says which.
    """
    data = read_json(path)
    try:
        fields, value = from_text(RESULT_FORMAT, data)
        prediction = fields.inner_or_none("prediction")
        if prediction is not None and prediction.text("kind") == Masks.kind:
            value["prediction"], maps = packed_masks(prediction)
        else:
            maps = _maps(path.parent, fields, prediction)
        result = result_from_json(value, maps)
        files = tuple(str(path.parent / _plain(name)) for name in result.files)
    except BadFieldError as error:
        raise ResultError(
            f"The result file {path} is damaged or of another kind.",
            "Run the picture again.",
            detail=str(error),
        ) from error
    return replace(result, files=files)


def _maps(folder: Path, fields: Fields, prediction: Fields | None) -> dict[str, bytes]:
    """The packed maps of a prediction, by the names that its JSON gives them."""
    kind = None if prediction is None else prediction.text("kind")
    if prediction is None or kind not in {
        Segmentation.kind,
        DepthMap.kind,
        OutputImage.kind,
        Features.kind,
    }:
        return {}
    if kind == OutputImage.kind:
        name = prediction.text(IMAGE)
        return {name: _read_image(folder / _plain(name))}
    if kind == Features.kind:
        name = prediction.text(VECTOR)
        return {name: _read_vector(folder / _plain(name))}
    if kind == DepthMap.kind:
        size = (
            prediction.integer("width", 1, MAX_PIXELS),
            prediction.integer("height", 1, MAX_PIXELS),
        )
        if size[0] * size[1] > MAX_MAP_PIXELS:
            raise BadFieldError(f"{size[0]} by {size[1]} numbers are too many")
        name = prediction.text(DEPTH)
        return {name: _read_depth(folder / _plain(name), size)}
    full = (fields.integer("width", 1, MAX_PIXELS), fields.integer("height", 1, MAX_PIXELS))
    kept = (prediction.integer("width", 1, full[0]), prediction.integer("height", 1, full[1]))
    if full[0] * full[1] > MAX_PIXELS:
        raise BadFieldError(f"{full[0]} by {full[1]} pixels are too many")
    maps = {}
    for role, modes in _MODES.items():
        name = prediction.text(role)
        maps[name] = _read_map(folder / _plain(name), modes, full, kept)
    return maps


def _read_map(
    path: Path, modes: tuple[str, ...], full: tuple[int, int], kept: tuple[int, int]
) -> bytes:
    with _opened(path, "PNG", full, modes) as image:
        small = image.resize(kept, Image.Resampling.NEAREST) if kept != full else image
        return PixelMap.pack(*small.size, small.tobytes()).packed


def _read_depth(path: Path, size: tuple[int, int]) -> bytes:
    with _opened(path, "TIFF", size, ("F",)) as image:
        width, height = size
        rows = rows_at_once(width)
        tops = range(0, height, rows)
        boxes = ((0, top, width, min(top + rows, height)) for top in tops)
        strips = (np.asarray(image.crop(box), np.float32) for box in boxes)
        return FloatMap.pack_strips(width, height, strips).packed


def _read_vector(path: Path) -> bytes:
    with _told(path):
        return FloatMap.pack(read_vector(path)[None]).packed


def _read_image(path: Path) -> bytes:
    with _told(path), open_regular(path) as file:
        data = file.read(_LARGEST_FILE + 1)
        if len(data) > _LARGEST_FILE:
            raise BadFieldError("too long for a picture")
        return data  # looked into by whoever makes the prediction of it


@contextmanager
def _opened(
    path: Path, kind: str, size: tuple[int, int], modes: tuple[str, ...]
) -> Iterator[Image.Image]:
    """A decoded picture of that kind, size and mode."""
    with _told(path), open_regular(path) as file, Image.open(file, formats=[kind]) as image:
        if image.size != size or image.mode not in modes:
            raise BadFieldError(f"{image.size}, {image.mode}")
        image.load()
        yield image


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Whatever is wrong with a file is told in words."""
    try:
        yield
    except FileNotFoundError as error:
        raise ResultError(
            f"The file {path} of a saved result is missing.",
            "Bring it back beside the others, or run the picture again.",
        ) from error
    except Exception as error:  # Pillow's decoders raise nearly anything on a damaged file
        raise ResultError(
            f"The file {path} of a saved result is damaged or was changed.",
            "Run the picture again.",
            detail=repr(error),
        ) from error


def _plain(name: str) -> str:
    """A file's name that leads to no other folder."""
    if not name or name in {".", ".."} or any(mark in name for mark in "/\\:\0"):
        raise BadFieldError(f"{name!r} is not the name of a file beside it")
    return name
