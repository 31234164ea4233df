"""Shapes of a network's outputs, and how many things they tell apart."""

from __future__ import annotations

from collections.abc import Sequence

from ailab.services.architecture.network_outline import GraphPort

_FACE_POINTS = 5
_QUERIES = {"logits", "labels"}
"""What DETR's kin call the scores of their queries."""
WHOLE = frozenset({"INT64", "INT32"})
"""Types of whole numbers."""

Shape = tuple[int | None, ...]
"""Lengths of the axes; None where they are free."""


def output_count(outputs: Sequence[GraphPort], decoder: str) -> int | None:
    """How many classes or points the outputs tell apart; None where no shape says it."""
    shape = lengths(outputs[0]) if outputs else ()
    queries = next((lengths(port) for port in outputs if port.name in _QUERIES), ())
    counts = {
        "class-scores": score_count(shape),
        "yolox": _less(shape, 2, 5),
        "yolo-rows": _less(shape, 2, 5),
        "yolo-class-rows": _less(shape, 2, 4),
        "yolo-columns": _less(shape, 1, 4),
        "detr-sigmoid": _less(queries, 2, 0),
        "label-map": shape[1] if len(shape) == 4 and not is_class_map(outputs[0]) else None,
        "matte": 1,
        "text-map": 1,
        "yunet": _FACE_POINTS,
        "yolo-pose-columns": _points(shape),
    }
    return counts.get(decoder)


def lengths(port: GraphPort) -> Shape:
    """Lengths of the axes; None where they are free."""
    return tuple(int(each) if each.isdecimal() else None for each in port.shape)


def is_class_map(port: GraphPort) -> bool:
    """Whole numbers of one channel: what ArgMax leaves of scores per class and pixel."""
    shape = lengths(port)
    is_map = len(shape) == 3 or (len(shape) == 4 and 1 in {shape[1], shape[3]})
    return port.dtype in WHOLE and is_map


def score_count(shape: Shape) -> int | None:
    """How many scores there are where there is nothing else: (1, n) or (1, n, 1, 1)."""
    if len(shape) == 2 or (len(shape) == 4 and shape[2:] == (1, 1)):
        return shape[1]
    return None


def _less(shape: Shape, axis: int, others: int) -> int | None:
    length = shape[axis] if len(shape) == 3 else None
    return length - others if length is not None and length > others else None


def _points(shape: Shape) -> int | None:
    """How many points a column holds after box and score, three numbers each."""
    length = _less(shape, 1, 5)
    return None if length is None or length % 3 else length // 3
