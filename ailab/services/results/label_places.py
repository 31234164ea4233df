"""Where the labels of boxes stand, so that none lies over another: on the screen and in copies."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ailab.services.inference.places.place import Box

MOST_LABELS = 60
"""Labels that are drawn at most: among more nobody finds one."""

_FEW = 30
_MOST_HIDDEN = 0.25
_MOST_TRIED = 4 * MOST_LABELS


def place_labels(
    boxes: Sequence[Box],
    places_of: Callable[[int], Sequence[Box]],
    *,
    hold_words: bool = False,
) -> list[tuple[int, Box]]:
    """The labels that there is room for, and where each stands.

    The first boxes choose first. A label takes the first of its places where it lies over no other
    label and, among more than 30 boxes, hides no more than a quarter of another box, unless it is
    hardly wider than its own; where there is none, it is left out.

    Args:
        boxes: x0, y0, x1, y1 of what is drawn, by descending score.
        places_of: the places where the label of a box may stand, best first; empty for no label.
            Asked only as far as labels are still to be placed.
        hold_words: what is in the boxes is to be read: no label hides more than a quarter of any
            box, its own and that of a label no wider than its own among them.

    Returns:
        The boxes that have a label, by index, each with its place.
    """
    placed: list[tuple[int, Box]] = []
    # Beyond a few hundred boxes labels say nothing any more, and only cost time.
    for index in range(min(len(boxes), _MOST_TRIED)):
        if len(placed) == MOST_LABELS:
            break
        for place in places_of(index):
            if any(_meet(place, taken) for _, taken in placed):
                continue
            if hold_words:
                is_hiding = _hides_any(place, boxes)
            else:
                is_hiding = len(boxes) > _FEW and _hides_another(place, index, boxes)
            if not is_hiding:
                placed.append((index, place))
                break
    return placed


def _hides_another(place: Box, index: int, boxes: Sequence[Box]) -> bool:
    own = boxes[index]
    if place[2] - place[0] <= 1.3 * (own[2] - own[0]):
        return False
    return _hides_any(place, boxes, but=index)


def _hides_any(place: Box, boxes: Sequence[Box], but: int | None = None) -> bool:
    if len(boxes) > _MOST_TRIED:
        return True  # so many that to look at all of them would take too long, and one is hidden
    return any(
        _hidden(place, other) > _MOST_HIDDEN * (other[2] - other[0]) * (other[3] - other[1])
        for number, other in enumerate(boxes)
        if number != but and _meet(place, other)
    )


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _hidden(place: Box, box: Box) -> float:
    """Area of a box that lies below a place that it meets."""
    width = min(place[2], box[2]) - max(place[0], box[0])
    return width * (min(place[3], box[3]) - max(place[1], box[1]))
