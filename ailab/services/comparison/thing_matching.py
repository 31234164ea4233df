"""Things that two predictions found in the same place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from ailab.services.comparison.agreement import LabelMatches, ThingAgreement, label_key
from ailab.services.comparison.label_sums import largest_first

if TYPE_CHECKING:
    import numpy.typing as npt

LEAST_IOU = 0.5
"""Intersection over union from which two things are in the same place, as COCO's AP50 has it."""

Match: TypeAlias = tuple[int, int, float]
"""Place of a thing of A, of one of B, and their IoU."""
Box: TypeAlias = tuple[float, float, float, float]


def matched_things(
    labels_a: Sequence[str],
    labels_b: Sequence[str],
    overlaps: Callable[[Sequence[int], Sequence[int]], Iterable[Match]],
) -> ThingAgreement:
    """Match things of the same label, the best overlap first.

    Args:
        labels_a: of the things of A.
        labels_b: of those of B.
        overlaps: gives for some things of A and some of B, by their places, the pairs whose IoU is
            `LEAST_IOU` or more.
    """
    names: dict[str, str] = {}
    by_label: dict[str, tuple[list[int], list[int]]] = {}
    for side, labels in enumerate((labels_a, labels_b)):
        for place, label in enumerate(labels):
            key = label_key(label)
            names.setdefault(key, label)
            by_label.setdefault(key, ([], []))[side].append(place)
    found: list[LabelMatches] = []
    matches: list[tuple[int, int]] = []
    for key, (mine, its) in by_label.items():
        pairs = greedy(overlaps(mine, its)) if mine and its else []
        matches += [(place_a, place_b) for place_a, place_b, _ in pairs]
        count, overlap = len(pairs), sum(iou for *_, iou in pairs)
        found.append(LabelMatches(names[key], count, len(mine) - count, len(its) - count, overlap))
    return ThingAgreement(largest_first(found), tuple(matches))


def greedy(pairs: Iterable[Match]) -> list[Match]:
    """The pairs that are left where each thing is in one at most, the best overlap first."""
    taken_a: set[int] = set()
    taken_b: set[int] = set()
    kept = []
    for pair in sorted(pairs, key=lambda each: (-each[2], each[0], each[1])):
        if pair[0] not in taken_a and pair[1] not in taken_b:
            taken_a.add(pair[0])
            taken_b.add(pair[1])
            kept.append(pair)
    return kept


def box_overlaps(
    boxes_a: Sequence[Box], boxes_b: Sequence[Box]
) -> Callable[[Sequence[int], Sequence[int]], Iterator[Match]]:
    """The overlaps of boxes, `xyxy`, for `matched_things`."""
    all_a, all_b = (np.array(each, np.float64).reshape(-1, 4) for each in (boxes_a, boxes_b))

    def overlaps(a: Sequence[int], b: Sequence[int]) -> Iterator[Match]:
        ious = box_ious(all_a[list(a)], all_b[list(b)])
        for row, column in np.argwhere(ious >= LEAST_IOU):
            yield a[row], b[column], float(ious[row, column])

    return overlaps


def box_ious(a: npt.NDArray[np.float64], b: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Intersection over union of each of n boxes with each of m, `xyxy`; shape (n, m)."""
    corner = np.maximum(a[:, None, :2], b[None, :, :2])
    opposite = np.minimum(a[:, None, 2:], b[None, :, 2:])
    inside = np.clip(opposite - corner, 0, None).prod(axis=2)
    areas_a, areas_b = (np.clip(each[:, 2:] - each[:, :2], 0, None).prod(axis=1) for each in (a, b))
    union = areas_a[:, None] + areas_b[None] - inside
    ious: npt.NDArray[np.float64] = np.divide(
        inside, union, out=np.zeros_like(inside), where=union > 0
    )
    return ious
