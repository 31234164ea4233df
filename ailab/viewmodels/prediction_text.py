"""Predictions in a few words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from ailab.services.inference.depth_words import depth_number
from ailab.services.inference.features import Features
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.keypoints import Keypoints
from ailab.services.inference.label_nouns import ANSWER_NOUNS, CLASS_NOUNS
from ailab.services.inference.masks import Mask, Masks
from ailab.services.inference.predictions import (
    Classification,
    DepthMap,
    DepthScale,
    Detection,
    Detections,
    OutputImage,
    Prediction,
    Segmentation,
)
from ailab.services.results.region_pieces import RegionPieces
from ailab.viewmodels.picture_scale import PictureScale

_NO_SCALE = PictureScale()
_NOTHING = "Nothing found above the threshold"


def summary(
    prediction: Prediction,
    pieces: Mapping[int, RegionPieces] | None = None,
    scale: PictureScale = _NO_SCALE,
) -> str:
    """The best class, objects or share of the picture by label, the range of depths, the words.

    Args:
        prediction: as far as it reaches the threshold.
        pieces: those of each region, by its index; None where they are not counted.
        scale: of the picture, for areas.
    """
    match prediction:
        case Classification(scores, question):
            best = scores[0] if scores else None
            none = f"No {(ANSWER_NOUNS if question else CLASS_NOUNS)[0]} reaches the threshold"
            return f"{best.label}, {best.score:.0%} sure" if best else none
        case Detections(items):
            return _counts(items) or _NOTHING
        case Segmentation():
            return _areas(prediction, pieces or {}, scale) or _NOTHING
        case DepthMap():
            return _depths(prediction)
        case OutputImage(width=width, height=height, tiles=tiles):
            return f"Made a picture of {width} × {height} pixels{_in_pieces(tiles)}"
        case Masks(items=masks):
            if masks and all(mask.label for mask in masks):
                return _counts(masks)
            return counted(len(masks), "mask", "masks") if masks else _NOTHING
        case Keypoints():
            return _points(prediction)
        case Features(dimensions=dimensions):
            return f"A vector of {dimensions:,} numbers"
        case GeneratedText():
            return _written(prediction)


def _written(prediction: GeneratedText) -> str:
    words = " ".join(prediction.text.split())
    if prediction.score is not None:
        return f"{words or 'No words'} ({prediction.score:.0%} sure)"
    if not prediction.places:
        return words or "No words"
    things = ("line", "lines") if prediction.is_of_lines else ("place", "places")
    places = counted(len(prediction.places), *things)
    return f"{words} ({places})" if words else places


def _counts(items: Sequence[Detection | Mask]) -> str:
    counts = Counter(item.label for item in items)
    return ", ".join(f"{number} × {label}" for label, number in counts.most_common())


def _areas(
    prediction: Segmentation, pieces: Mapping[int, RegionPieces], scale: PictureScale
) -> str:
    areas: Counter[str] = Counter()
    numbers: dict[str, str] = {}
    for segment in prediction.segments:
        areas[segment.label] += segment.area  # type: ignore[assignment]  # shares, not numbers
        if (each := pieces.get(segment.index)) is not None:
            numbers[segment.label] = f" ({pieces_words(each, scale)})"
    shares = ", ".join(
        f"{label} {_share(area)}{numbers.get(label, '')}" for label, area in areas.most_common()
    )
    return f"{shares} of the picture" if shares else ""


def pieces_words(pieces: RegionPieces, scale: PictureScale = _NO_SCALE) -> str:
    """How many there are, how large they are on average, and how many are too small to count."""
    words = counted(pieces.number, "piece", "pieces")
    if area := scale.of_mean(pieces):
        words += f" of {area} on average"
    return f"{words}, {pieces.left_out:,} smaller left out" if pieces.left_out else words


def _depths(prediction: DepthMap) -> str:
    near, middle, far = (
        depth_number(value, prediction.scale)
        for value in (prediction.nearest, prediction.median, prediction.farthest)
    )
    kind = "Distance" if prediction.scale is DepthScale.METRES else "Relative depth"
    parts = _in_pieces(prediction.tiles)
    return f"{kind} from {near} (nearest) to {far} (farthest), median {middle}{parts}"


def _in_pieces(count: int) -> str:
    return f", in {count:,} pieces" if count > 1 else ""


def _points(prediction: Keypoints) -> str:
    points = counted(sum(len(pose.points) for pose in prediction.poses), "point", "points")
    if not prediction.poses:
        return _NOTHING
    if not prediction.names:
        return points
    return f"{counted(len(prediction.poses), 'pose', 'poses')}, {points}"


def mask_words(number: int, mask: Mask, scale: PictureScale = _NO_SCALE) -> str:
    """A mask's name, score, share of the picture and area."""
    share = f"{mask.area:.1%}" if mask.area < 0.0995 else f"{mask.area:.0%}"
    name = mask.label or f"Mask {number + 1}"
    words = (name, f"{mask.score:.0%} sure", f"{share} of the picture", scale.of_share(mask.area))
    return " · ".join(filter(None, words))


def _share(area: float) -> str:
    return "<1%" if 0 < area < 0.005 else f"{area:.0%}"


def counted(number: int, one: str, many: str) -> str:
    """A number with its noun: `1 class`, `80 classes`."""
    return f"{number:,} {one if number == 1 else many}"
