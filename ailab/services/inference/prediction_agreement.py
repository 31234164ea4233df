"""How far two predictions of the same picture agree, by what their task promises.

The limits are those of ailab's fidelity: scores within 0.001, boxes within a pixel, regions that
overlap by 99 %, depths within 0.1 %, features at a cosine of 0.9999, points within a pixel, the
same words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ailab.services.inference.features import Features
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.keypoints import Keypoints
from ailab.services.inference.masks import Mask, Masks
from ailab.services.inference.output_pixels import output_pixels
from ailab.services.inference.places.place import Place
from ailab.services.inference.predictions import (
    Classification,
    DepthMap,
    Detection,
    Detections,
    OutputImage,
    Prediction,
    Segmentation,
)

_SCORE, _BOX, _OVERLAP, _DEPTH, _COSINE, _LEVEL = 1e-3, 1.0, 0.99, 1e-3, 0.9999, 1.0
_LEAST_SCORE = 0.05  # below it detections are not kept


@dataclass(frozen=True, slots=True)
class Figure:
    """One number that says how far two predictions agree.

    Attributes:
        name: what it is, in a person's words.
        value: measured.
        limit: the farthest that it may lie.
        is_least: the limit is the least, not the most.
    """

    name: str
    value: float
    limit: float
    is_least: bool = False

    @property
    def holds(self) -> bool:
        """It lies within its limit."""
        return self.value >= self.limit if self.is_least else self.value <= self.limit

    @property
    def text(self) -> str:
        """Such as “score difference 0.0001 (at most 0.001)”."""
        bound = "at least" if self.is_least else "at most"
        return f"{self.name} {self.value:.6g} ({bound} {self.limit:g})"


def agreement(reference: Prediction, other: Prediction) -> tuple[Figure, ...]:
    """Compare two predictions of one picture.

    Raises:
        ValueError: they are of different kinds.
    """
    match reference, other:
        case Classification(), Classification():
            return _classes(reference, other)
        case Detections(), Detections():
            return _detections(reference, other)
        case Segmentation(), Segmentation():
            return (Figure("overlap of regions", _overlap(reference, other), _OVERLAP, True),)
        case DepthMap(), DepthMap():
            return (Figure("relative difference of depths", _depths(reference, other), _DEPTH),)
        case OutputImage(), OutputImage():
            return (Figure("difference of levels, of 255", _levels(reference, other), _LEVEL),)
        case Features(), Features():
            return (Figure("cosine of features", _cosine(reference, other), _COSINE, True),)
        case Keypoints(), Keypoints():
            return _points(reference, other)
        case Masks(), Masks():
            return _masks(reference, other)
        case GeneratedText(), GeneratedText():
            return _words(reference, other)
        case _:
            raise ValueError(f"{type(reference).__name__} and {type(other).__name__}")


def _words(reference: GeneratedText, other: GeneratedText) -> tuple[Figure, ...]:
    figures = [Figure("other words", float(reference.text != other.text), 0.0)]
    if reference.score is not None and other.score is not None:
        off = abs(reference.score - other.score)
        figures.append(Figure("difference of scores", off, _SCORE))
    if reference.places or other.places:
        figures += _places(reference.places, other.places)
    return tuple(figures)


def _places(reference: Sequence[Place], other: Sequence[Place]) -> list[Figure]:
    """Each place with that of the same number: they stand in the text's order."""
    pairs = list(zip(reference, other, strict=False))
    missing = abs(len(reference) - len(other)) + sum(a.label != b.label for a, b in pairs)
    offs = [abs(x - y) for a, b in pairs for x, y in zip(a.box, b.box, strict=True)]
    return [
        Figure("places that only one of them names", float(missing), 0.0),
        Figure("difference of boxes in pixels", max(offs, default=0.0), _BOX),
    ]


def _classes(reference: Classification, other: Classification) -> tuple[Figure, ...]:
    scores = {each.class_id: each.score for each in other.scores}
    worst = max(abs(each.score - scores.get(each.class_id, 0.0)) for each in reference.scores)
    best, found = reference.scores[0], other.scores[0]
    # Two classes that score alike may come in either order.
    is_same = best.class_id == found.class_id or abs(best.score - found.score) <= _SCORE >= worst
    return (
        Figure("difference of scores", worst, _SCORE),
        Figure("other best class", float(not is_same), 0.0),
    )


def _detections(reference: Detections, other: Detections) -> tuple[Figure, ...]:
    pairs = [_nearest(each, other.items) for each in reference.items]
    pairs += [_nearest(each, reference.items) for each in other.items]
    missing = sum(pair is None for pair in pairs)
    found = [pair for pair in pairs if pair is not None]
    return (
        Figure("boxes that only one of them found", float(missing), 0.0),
        Figure("difference of boxes in pixels", max((box for box, _ in found), default=0.0), _BOX),
        Figure("difference of scores", max((score for _, score in found), default=0.0), _SCORE),
    )


def _nearest(item: Detection, others: Sequence[Detection]) -> tuple[float, float] | None:
    """How far the most similar box of the same class is off, and its score.

    None where there is none; one at the brink of what is kept may be missing.
    """
    offs = [
        (max(abs(a - b) for a, b in zip(item.box, each.box, strict=True)), item.score - each.score)
        for each in others
        if each.class_id == item.class_id
    ]
    if not offs:
        return (0.0, 0.0) if item.score < _LEAST_SCORE + _SCORE else None
    box, score = min(offs, key=lambda off: off[0] + 1000.0 * abs(off[1]))
    if box > 10 * _BOX and item.score < _LEAST_SCORE + _SCORE:
        return 0.0, 0.0
    return box, abs(score)


def _overlap(reference: Segmentation, other: Segmentation) -> float:
    """Intersection over union of each region with the best of its class, by the regions' areas."""
    if (reference.width, reference.height) != (other.width, other.height):
        return 0.0
    mine, its = _map(reference), _map(other)
    total = covered = 0.0
    for segment in reference.segments:
        region = mine == segment.index
        ious = [
            _iou(region, its == each.index)
            for each in other.segments
            if each.class_id == segment.class_id
        ]
        area = float(np.count_nonzero(region))
        total += area
        covered += area * max(ious, default=0.0)
    if total == 0.0:
        return float(not other.segments)
    return covered / total


def _map(segmentation: Segmentation) -> npt.NDArray[np.uint8]:
    shape = segmentation.height, segmentation.width
    return np.frombuffer(segmentation.label_map.unpack(), np.uint8).reshape(shape)


def _iou(one: npt.NDArray[np.bool_], two: npt.NDArray[np.bool_]) -> float:
    union = np.count_nonzero(one | two)
    return float(np.count_nonzero(one & two) / union) if union else 1.0


def _depths(reference: DepthMap, other: DepthMap) -> float:
    if (reference.width, reference.height) != (other.width, other.height):
        return float("inf")
    worst = largest = 0.0
    for mine, its in zip(reference.depth.strips(), other.depth.strips(), strict=True):
        worst = max(worst, float(np.abs(mine - its).max()))
        largest = max(largest, float(np.abs(mine).max()))
    return worst / max(largest, 1e-12)


def _levels(reference: OutputImage, other: OutputImage) -> float:
    mine, its = output_pixels(reference).astype(np.int16), output_pixels(other).astype(np.int16)
    return float(np.abs(mine - its).max()) if mine.shape == its.shape else 255.0


def _cosine(reference: Features, other: Features) -> float:
    both = (reference, other)
    mine, its = (np.asarray(each.vector.unpack(), np.float64).ravel() for each in both)
    if mine.shape != its.shape:
        return 0.0
    return float(mine @ its / max(float(np.linalg.norm(mine) * np.linalg.norm(its)), 1e-12))


def _points(reference: Keypoints, other: Keypoints) -> tuple[Figure, ...]:
    """Each point with the nearest of its name, pose by pose."""
    missing = abs(len(reference.poses) - len(other.poses))
    places = scores = 0.0
    for mine, its in zip(reference.poses, other.poses, strict=False):
        missing += abs(len(mine.points) - len(its.points))
        there = np.array([(each.name, each.x, each.y, each.score) for each in its.points])
        for point in mine.points:
            same = there[there[:, 0] == point.name] if len(there) else there
            if not len(same):
                missing += 1
                continue
            off = np.abs(same[:, 1:3] - (point.x, point.y)).max(axis=1)
            nearest = int(off.argmin())
            places = max(places, float(off[nearest]))
            scores = max(scores, abs(float(same[nearest, 3]) - point.score))
    return (
        Figure("points that only one of them found", float(missing), 0.0),
        Figure("difference of points in pixels", places, _BOX),
        Figure("difference of scores", scores, _SCORE),
    )


def _masks(reference: Masks, other: Masks) -> tuple[Figure, ...]:
    """Each mask with the one that it overlaps the most."""
    missing = abs(len(reference.items) - len(other.items))
    overlap, scores = 1.0, 0.0
    if (reference.width, reference.height) != (other.width, other.height):
        overlap = 0.0
    theirs = [(_whole(each, other), each.score) for each in other.items]
    for mask in reference.items if theirs and overlap else ():
        mine = _whole(mask, reference)
        best, score = max((_iou(mine, its), score) for its, score in theirs)
        overlap, scores = min(overlap, best), max(scores, abs(score - mask.score))
    return (
        Figure("masks that only one of them found", float(missing), 0.0),
        Figure("overlap of masks", overlap, _OVERLAP, True),
        Figure("difference of scores", scores, _SCORE),
    )


def _whole(mask: Mask, masks: Masks) -> npt.NDArray[np.bool_]:
    left, top, right, bottom = mask.box
    whole = np.zeros((masks.height, masks.width), bool)
    inside = np.frombuffer(mask.inside.unpack(), np.uint8).reshape(bottom - top, right - left)
    whole[top:bottom, left:right] = inside > 0
    return whole
