"""Which thing of one result is which of another of the same picture."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from ailab.services.comparison.agreement import (
    Agreement,
    PointAgreement,
    ThingAgreement,
    things_compared,
)
from ailab.services.comparison.mask_comparison import mask_overlaps
from ailab.services.comparison.region_comparison import matching_regions
from ailab.services.comparison.thing_matching import Box, Match, box_overlaps, greedy
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.keypoints import Keypoints
from ailab.services.inference.masks import Masks
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.predictions import Detections, Segmentation
from ailab.services.results.boxed_things import reaching

Pairs: TypeAlias = tuple[tuple[int, int], ...]


def find_counterparts(
    a: PictureResult, b: PictureResult, agreement: Agreement, thresholds: tuple[float, float]
) -> Pairs | None:
    """The numbers of the things of A and of B that are the same; not on the event loop.

    Those that count as found by both, and of the others those in the same place, whatever they
    are called: where one says cat and the other dog, a person wants to see both.

    Args:
        a: the result of run A.
        b: that of run B.
        agreement: what comparing them gave, at the same thresholds.
        thresholds: confidence below which nothing of A and of B counts, 0 to 1.

    Returns:
        Their numbers in the whole predictions, of regions their indices; None of results that are
        no things.

    Raises:
        PixelMapError: a map is damaged.
    """
    both = _found_by_both(agreement)
    mine, its = a.prediction, b.prediction
    match mine, its:
        case Detections(), Detections():
            return _in_boxes(mine, its, both, thresholds)
        case GeneratedText(), GeneratedText():
            return _in_boxes(mine, its, both, thresholds)
        case Masks(), Masks():
            above_a, above_b = mine.above(thresholds[0]), its.above(thresholds[1])
            if len({each.label for each in (*above_a.items, *above_b.items)}) < 2:
                return both  # of one label all were tried; a thousand masks take a second
            counts = len(above_a.items), len(above_b.items)
            return _with_others(both, *counts, mask_overlaps(above_a, above_b))
        case Keypoints(), Keypoints():
            return both if mine.names else None
        case Segmentation(), Segmentation():
            if mine.labels_pixels_alone and its.labels_pixels_alone:
                return None  # a label is nothing that can be selected
            return tuple(pair[:2] for pair in matching_regions(mine, its, thresholds))
        case _:
            return None


def _found_by_both(agreement: Agreement) -> Pairs:
    things = things_compared(agreement)
    return things.pairs if isinstance(things, ThingAgreement | PointAgreement) else ()


def _in_boxes(
    a: Detections | GeneratedText,
    b: Detections | GeneratedText,
    both: Pairs,
    thresholds: tuple[float, float],
) -> Pairs:
    in_a, in_b = reaching(a, thresholds[0]), reaching(b, thresholds[1])
    boxes_a, boxes_b = _boxes(a), _boxes(b)
    overlaps = box_overlaps([boxes_a[each] for each in in_a], [boxes_b[each] for each in in_b])
    pairs = _with_others(both, len(in_a), len(in_b), overlaps)
    return tuple((in_a[place_a], in_b[place_b]) for place_a, place_b in pairs)


def _boxes(prediction: Detections | GeneratedText) -> list[Box]:
    things = prediction.items if isinstance(prediction, Detections) else prediction.places
    return [each.box for each in things]


def _with_others(
    pairs: Pairs,
    count_a: int,
    count_b: int,
    overlaps: Callable[[Sequence[int], Sequence[int]], Iterable[Match]],
) -> Pairs:
    """The pairs, and those of the rest that lie in the same place."""
    taken_a, taken_b = ({pair[side] for pair in pairs} for side in (0, 1))
    rest_a = [place for place in range(count_a) if place not in taken_a]
    rest_b = [place for place in range(count_b) if place not in taken_b]
    others = greedy(overlaps(rest_a, rest_b)) if rest_a and rest_b else []
    return (*pairs, *((place_a, place_b) for place_a, place_b, _ in others))
