"""What is copied of the things found in a picture: the columns of `results.csv`."""

from __future__ import annotations

from collections.abc import Sequence

from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.keypoints import Keypoints
from ailab.services.inference.masks import Masks
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.predictions import Detections, Segmentation
from ailab.services.results.boxed_things import boxed_things
from ailab.services.results.scale_columns import (
    AREA_HEAD,
    BOX_HEADS,
    area_of,
    sides_of,
    significant,
)

_DIGITS = 6
_BOX = ("x0", "y0", "x1", "y1")


def thing_heads(result: PictureResult) -> tuple[str, ...]:
    """The columns of `thing_cells`; those in micrometres where the size of pixels is known."""
    heads: tuple[str, ...]
    scaled: tuple[str, ...]
    match result.prediction:
        case Detections():
            heads, scaled = ("label", "score", *_BOX), BOX_HEADS
        case Masks():
            heads, scaled = ("label", "score", *_BOX, "area"), (AREA_HEAD, *BOX_HEADS)
        case Segmentation():
            heads, scaled = ("label", "score", "area"), (AREA_HEAD,)
        case Keypoints():
            return ("label", "score", "points")
        case GeneratedText():
            return ("label", "score", *_BOX)
        case _:
            return ()
    return heads if result.pixel_size is None else (*heads, *scaled)


def thing_cells(result: PictureResult, number: int) -> tuple[str, ...]:
    """What is told of a thing.

    Args:
        result: of the picture.
        number: of the thing: its place in the whole prediction, of a region its index in the
            label map.

    Returns:
        The cells; none where there is no such thing.
    """
    found, size = result.prediction, result.pixel_size
    pixels = result.width * result.height
    match found:
        case Detections() if number < len(found.items):
            item = found.items[number]
            scaled: Sequence[float | None] = sides_of(item.box, size)
            return _cells(item.label, item.score, item.box, scaled)
        case Masks() if number < len(found.items):
            mask = found.items[number]
            wide, high = result.width / found.width, result.height / found.height
            box = tuple(side * (wide, high)[at % 2] for at, side in enumerate(mask.box))
            scaled = (area_of(mask.area * pixels, size), *sides_of(box, size))
            label = mask.label or f"Mask {number + 1}"
            return _cells(label, mask.score, (*box, mask.area), scaled)
        case Segmentation():
            for segment in found.segments:
                if segment.index == number:
                    scaled = (area_of(segment.area * pixels, size),)
                    return _cells(segment.label, segment.score, (segment.area,), scaled)
        case Keypoints() if number < len(found.poses):
            pose = found.poses[number]
            return (*_cells(found.title(number), pose.score), str(len(pose.points)))
        case GeneratedText() if number < len(found.places):
            thing, place = boxed_things(found)[number], found.places[number]
            return _cells(thing.label, place.score, thing.box)
    return ()


def _cells(
    label: str,
    score: float | None,
    numbers: Sequence[float] = (),
    scaled: Sequence[float | None] = (),
) -> tuple[str, ...]:
    told = "" if score is None else str(round(score, _DIGITS))
    known = (str(significant(each)) for each in scaled if each is not None)
    return (label, told, *(str(round(each, _DIGITS)) for each in numbers), *known)
