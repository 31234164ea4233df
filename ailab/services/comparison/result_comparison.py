"""Two results of the same picture, compared by what their task promises."""

from __future__ import annotations

import numpy as np

from ailab.services.comparison.agreement import (
    Agreement,
    ClassAgreement,
    ThingAgreement,
    VectorAgreement,
)
from ailab.services.comparison.depth_comparison import compare_depths
from ailab.services.comparison.image_comparison import compare_images
from ailab.services.comparison.kind_nouns import kinds_differ
from ailab.services.comparison.mask_comparison import compare_masks
from ailab.services.comparison.not_compared import NotComparedError
from ailab.services.comparison.point_comparison import compare_points
from ailab.services.comparison.region_comparison import compare_regions
from ailab.services.comparison.thing_matching import box_overlaps, matched_things
from ailab.services.comparison.word_comparison import compare_words
from ailab.services.inference.features import Features
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.keypoints import Keypoints
from ailab.services.inference.masks import Masks
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.pixel_map import PixelMapError
from ailab.services.inference.predictions import (
    Classification,
    DepthMap,
    Detections,
    OutputImage,
    Prediction,
    Segmentation,
)


def compare_results(
    a: PictureResult, b: PictureResult, thresholds: tuple[float, float]
) -> Agreement:
    """Compare what two runs found in a picture; not on the event loop.

    Takes some tenths of a second for maps of 12 megapixels, which are gone through in strips.

    Args:
        a: the result of run A.
        b: that of run B.
        thresholds: confidence below which nothing of A and of B counts, 0 to 1. The best class
            counts all the same.

    Raises:
        NotComparedError: one of both failed, they are of different kinds, or say nothing about
            one another.
    """
    if a.prediction is None or b.prediction is None:
        raise NotComparedError(_failure(a, b), "Run it again.")
    if (a.width, a.height) != (b.width, b.height):
        raise NotComparedError(
            f"It had {a.width} × {a.height} pixels in A and {b.width} × {b.height} in B: the file "
            "was changed between the runs, or is another one.",
            "Run it again by both models.",
        )
    try:
        if isinstance(a.prediction, OutputImage) and isinstance(b.prediction, OutputImage):
            return compare_images((a, b))
        return _compared(a.prediction, b.prediction, thresholds)
    except PixelMapError as error:
        raise NotComparedError(
            "A map of A or B is damaged.", "Run it again.", detail=str(error)
        ) from error


def _failure(a: PictureResult, b: PictureResult) -> str:
    name, failed = ("A", a) if a.prediction is None else ("B", b)
    why = "" if failed.problem is None else f": {failed.problem.message}"
    return f"It failed in {name}{why or '.'}"


def _compared(a: Prediction, b: Prediction, thresholds: tuple[float, float]) -> Agreement:
    in_a, in_b = thresholds
    match a, b:
        case Classification(), Classification():
            return _classes(a, b)
        case Detections(), Detections():
            return _boxes(a.above(in_a), b.above(in_b))
        case Segmentation(), Segmentation():
            return compare_regions(a, b, thresholds)
        case Masks(), Masks():
            return compare_masks(a.above(in_a), b.above(in_b))
        case DepthMap(), DepthMap():
            return compare_depths(a, b)
        case Keypoints(), Keypoints():
            return compare_points(a.above(in_a), b.above(in_b))
        case GeneratedText(), GeneratedText():
            return compare_words(a.above(in_a), b.above(in_b))
        case Features(), Features():
            return _vectors(a, b)
        case _:
            kinds = kinds_differ((a.kind, b.kind))
            raise NotComparedError(kinds, "Compare two runs of the same task.")


def _classes(a: Classification, b: Classification) -> ClassAgreement:
    if not a.scores or not b.scores:
        raise NotComparedError("A or B knows no class.", "")
    best, other = a.scores[0], b.scores[0]
    return ClassAgreement(best.label, best.score, other.label, other.score)


def _boxes(a: Detections, b: Detections) -> ThingAgreement:
    labels_a, labels_b = ([each.label for each in found.items] for found in (a, b))
    boxes_a, boxes_b = ([each.box for each in found.items] for found in (a, b))
    return matched_things(labels_a, labels_b, box_overlaps(boxes_a, boxes_b))


def _vectors(a: Features, b: Features) -> VectorAgreement:
    if a.dimensions != b.dimensions:
        raise NotComparedError(
            f"The vector of A has {a.dimensions:,} numbers and that of B {b.dimensions:,}.",
            "Compare vectors of the same network.",
        )
    mine, its = (each.vector.unpack()[0].astype(np.float64) for each in (a, b))
    lengths = float(np.linalg.norm(mine) * np.linalg.norm(its))
    if not lengths > 0:
        raise NotComparedError("A vector of A or B is of zeros alone.", "")
    return VectorAgreement(float(np.clip(mine @ its / lengths, -1, 1)))
