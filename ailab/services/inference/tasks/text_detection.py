"""`object-detection` of text: a map of where it is, of which outlines and boxes are made.

Source: Liao et al., “Real-time Scene Text Detection with Differentiable Binarization”, 2020
(https://arxiv.org/abs/1911.08947), as PaddleOCR's `DBPostProcess` and
`post_process_object_detection` of transformers' `PPOCRV5ServerDetImageProcessor` do it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ailab.services.inference.missing_packages import lacks_opencv
from ailab.services.inference.tasks.decoding import (
    Decoding,
    one_channel,
    probabilities_of,
    unexpected,
)
from ailab.services.inference.tasks.detected_boxes import MIN_SCORE, detections
from ailab.services.inference.text_detectors import TEXT_LABEL

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.predictions import Detections
    from ailab.services.inference.tasks.decoding import Floats, Outputs

    Rectangle = tuple[tuple[float, float], tuple[float, float], float]

_LEAST_SIDE = 3
"""Pixels of the map; a rectangle with a shorter side is none, and two more once it has grown."""
_LEVEL = 0.5
"""Pixels of the network's input."""
_MOST_OUTLINES = 1000
_FIRST_RUNS, _MOST_RUNS = 20_000, 250_000


def decode_text_map(outputs: Outputs, decoding: Decoding) -> Detections:
    """Where the map is above 0.3, or what is set, is text; each piece gets the smallest rectangle.

    The rectangle may be turned; its score is the mean of the map in it. It is grown and its corners
    are brought into the picture; the box around them is told, and they too where it is turned. Of
    more than 1000 pieces those count that begin lowest in the map, which is the order of OpenCV's.

    Args:
        outputs: one channel, (1, 1, h, w), (1, h, w, 1) or (1, h, w), which covers the network's
            input, at any resolution: probabilities, or logits where some lie beyond 0 and 1.
        decoding: the class, and where the picture lies.

    Raises:
        ModelFileError: other outputs, or OpenCV is not installed.
    """
    try:
        import cv2  # noqa: PLC0415 - only who finds text has it
    except ImportError as error:
        raise lacks_opencv() from error
    fitting = (m for m in map(one_channel, outputs.values()) if m is not None)
    found = next(fitting, None)
    if found is None or not found.size:
        raise unexpected(outputs, "one channel, a map of where text is")
    text = np.ascontiguousarray(probabilities_of(found, outputs))
    outlines, scores = [], []
    for outline in _outlines(cv2, text > decoding.settings.map_threshold):
        rectangle: Rectangle = cv2.minAreaRect(outline)
        if min(rectangle[1]) < _LEAST_SIDE:
            continue
        score = _mean_within(cv2, text, cv2.boxPoints(rectangle))
        grown = _grown(rectangle, decoding.settings.unclip_ratio)
        if score < MIN_SCORE or min(grown[1]) < _LEAST_SIDE + 2:
            continue
        corners = _within_picture(cv2.boxPoints(grown), text.shape, decoding)
        if np.all(np.ptp(corners, axis=0) > 0):
            outlines.append(corners)
            scores.append(score)
    named = replace(decoding, labels=decoding.labels or (TEXT_LABEL,))
    quads = np.array(outlines, np.float32).reshape(-1, 4, 2)
    return detections(
        np.concatenate([quads.min(axis=1), quads.max(axis=1)], axis=1),
        np.array(scores, np.float32),
        np.zeros(len(scores), np.int64),
        named,
        [quad if _is_turned(quad) else quad[:0] for quad in quads],
    )


def _outlines(cv2: Any, is_text: npt.NDArray[np.bool_]) -> Sequence[npt.NDArray[np.int32]]:
    """The first outlines, holes' too, that OpenCV lists, which are those that begin lowest.

    A map of noise has millions, of which only the first are read. So the map is looked at from
    below, as far up as its rows have no more than a number of beginnings of text, which are as
    many as there are outlines at least, and further where these were not enough. An outline that
    reaches the uppermost row looked at may be a part of one.
    """
    beginnings = np.count_nonzero(is_text[:, 1:] > is_text[:, :-1], axis=1) + is_text[:, 0]
    from_below = np.cumsum(beginnings[::-1])
    most = _FIRST_RUNS
    while True:
        rows = max(1, int(np.searchsorted(from_below, most, side="right")))
        top = max(0, len(is_text) - rows)
        found = cv2.findContours(
            is_text[top:].astype(np.uint8),
            cv2.RETR_LIST,
            cv2.CHAIN_APPROX_SIMPLE,
            offset=(0, top),
        )[0]
        whole = sum(each[:, 0, 1].min() > top + 1 for each in found)
        if top == 0 or whole >= _MOST_OUTLINES:
            return list(found[:_MOST_OUTLINES])
        most += min(most, _MOST_RUNS)


def _mean_within(cv2: Any, text: Floats, corners: Floats) -> float:
    """The mean of the map in a rectangle, by its corners, shape (4, 2), each x and y."""
    last = np.array([text.shape[1] - 1, text.shape[0] - 1])
    first = np.clip(np.floor(corners.min(axis=0)).astype(int), 0, last)
    end = np.clip(np.ceil(corners.max(axis=0)).astype(int), 0, last) + 1
    within = np.zeros((end - first)[::-1], np.uint8)
    places = (corners - first.astype(np.float32)).astype(np.int32)
    cv2.fillPoly(within, places[None], 1)
    return float(cv2.mean(text[first[1] : end[1], first[0] : end[0]], within)[0])


def _grown(rectangle: Rectangle, ratio: float) -> Rectangle:
    """Each side moved outwards by the same length, since networks learn shrunken text."""
    middle, (width, height), angle = rectangle
    length = width * height * ratio / (2 * (width + height))
    return middle, (width + 2 * length, height + 2 * length), angle


def _within_picture(corners: Floats, shape: tuple[int, ...], decoding: Decoding) -> Floats:
    """Corners of the map, each brought into the picture, in pixels of the network's input.

    They come clockwise from the upper left one.
    """
    placement = decoding.placement
    scale = np.array([placement.input_width / shape[1], placement.input_height / shape[0]])
    border = np.array([placement.offset_x, placement.offset_y])
    size = np.array([placement.width * placement.scale_x, placement.height * placement.scale_y])
    within = np.clip(corners * scale, border, border + size).astype(np.float32)
    left, right = np.split(within[np.argsort(within[:, 0], kind="stable")], 2)
    above, below = zip(*(pair[np.argsort(pair[:, 1])] for pair in (left, right)), strict=True)
    return np.stack([*above, *reversed(below)])


def _is_turned(corners: Floats) -> bool:
    """True where a side lies neither level nor upright, to half a pixel.

    The border of the picture may have made others lie so.
    """
    sides = np.abs(np.roll(corners, -1, axis=0) - corners)
    return bool((sides.min(axis=1) > _LEVEL).any())
