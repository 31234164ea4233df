"""Boxes of YOLO's heads that the network leaves undecoded, against the authors' own loops."""

from __future__ import annotations

from math import exp
from typing import Any

import numpy as np
import pytest

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.model_description import DecoderSettings
from ailab.services.inference.placement import Placement
from ailab.services.inference.predictions import Detections
from ailab.services.inference.tasks.decoders import DECODERS
from ailab.services.inference.tasks.decoding import Decoding
from ailab.services.inference.yolo_anchors import usual_anchors

HEIGHT, WIDTH = 64, 96
STRIDES = (8, 16, 32)
PLACE = Placement(WIDTH, HEIGHT, WIDTH, HEIGHT, 1.0, 1.0)
CLASSES = 4


def decode(name: str, heads: dict[str, Any], **settings: Any) -> Detections:
    fields: dict[str, Any] = {"nms_iou": 1.0, "anchors": usual_anchors(name)} | settings
    decoding = Decoding(tuple("abcd"), DecoderSettings(name, **fields), PLACE)
    found = DECODERS[name]({key: np.asarray(v, np.float32) for key, v in heads.items()}, decoding)
    assert isinstance(found, Detections)
    return found


def logistic(value: float) -> float:
    return 1 / (1 + exp(-value))


def raw_heads(columns: int, seed: int = 0) -> list[Any]:
    """For each stride anchors × columns × h × w, of which few cells are sure of anything."""
    rng = np.random.default_rng(seed)
    heads = []
    for stride in STRIDES:
        head = rng.normal(size=(3, columns, HEIGHT // stride, WIDTH // stride))
        head[:, 4] -= 3
        heads.append(head.astype(np.float32))
    return heads


def by_loops(heads: list[Any], decoder: str, anchors: tuple[float, ...]) -> list[Any]:
    """Cell by cell, as the authors' samples do it: score, class, x0, y0, x1, y1."""
    scales = {8: 1.2, 16: 1.1, 32: 1.05}
    found = []
    for number, (head, stride) in enumerate(zip(heads, STRIDES, strict=True)):
        for anchor, row, column in np.ndindex(head.shape[0], *head.shape[2:]):
            x, y, w, h, sure, *classes = map(float, head[anchor, :, row, column])
            scores = [logistic(sure) * logistic(each) for each in classes]
            across, down = anchors[6 * number + 2 * anchor : 6 * number + 2 * anchor + 2]
            if decoder == "yolo-v5-heads":
                centre = [(2 * logistic(v) - 0.5 + c) * stride for v, c in ((x, column), (y, row))]
                size = [(2 * logistic(w)) ** 2 * across, (2 * logistic(h)) ** 2 * down]
            else:
                s = scales[stride] if decoder == "yolo-v4-heads" else 1.0
                centre = [
                    (logistic(v) * s - (s - 1) / 2 + c) * stride for v, c in ((x, column), (y, row))
                ]
                size = [exp(w) * across, exp(h) * down]
            box = [centre[0] - size[0] / 2, centre[1] - size[1] / 2]
            box += [centre[0] + size[0] / 2, centre[1] + size[1] / 2]
            found.append((max(scores), int(np.argmax(scores)), *box))
    return sorted((each for each in found if each[0] >= 0.05), reverse=True)


def compare(found: Detections, expected: list[Any]) -> None:
    assert len(found.items) == len(expected) > 10
    for item, (score, class_id, *box) in zip(found.items, expected, strict=True):
        assert item.score == pytest.approx(score, abs=1e-5)
        assert item.class_id == class_id
        assert item.box == pytest.approx(box, abs=1e-2, rel=1e-4)


@pytest.mark.parametrize("decoder", ["yolo-v5-heads", "yolo-v4-heads", "yolo-v3-heads"])
@pytest.mark.parametrize(
    "lay",
    [
        lambda head: head.reshape(1, -1, *head.shape[2:]),
        lambda head: head.transpose(0, 2, 3, 1)[None],
        lambda head: head.transpose(2, 3, 0, 1)[None],
        lambda head: head.transpose(2, 3, 0, 1).reshape(1, *head.shape[2:], -1),
        lambda head: head[None],
    ],
)
def test_that_heads_with_anchors_are_decoded_as_by_their_authors(decoder: str, lay: Any) -> None:
    heads = raw_heads(5 + CLASSES)
    # In any order: darknet gives the coarsest first.
    laid = {str(number): lay(heads[number]) for number in (2, 0, 1)}
    compare(decode(decoder, laid), by_loops(heads, decoder, usual_anchors(decoder)))


def test_that_heads_that_end_in_the_sigmoid_are_told_by_their_numbers() -> None:
    heads = raw_heads(5 + CLASSES)
    ended = {str(n): 1 / (1 + np.exp(-head.reshape(1, -1, *head.shape[2:]))) for n, head in
             enumerate(heads)}  # fmt: skip
    anchors = usual_anchors("yolo-v5-heads")
    compare(decode("yolo-v5-heads", ended), by_loops(heads, "yolo-v5-heads", anchors))


def test_that_scores_alone_may_be_probabilities_already() -> None:
    heads = raw_heads(5 + CLASSES)
    mixed = {}
    for number, head in enumerate(heads):
        ended = head.copy()
        ended[:, 4:] = 1 / (1 + np.exp(-head[:, 4:]))
        mixed[str(number)] = ended.transpose(2, 3, 0, 1)[None]
    anchors = usual_anchors("yolo-v4-heads")
    compare(decode("yolo-v4-heads", mixed), by_loops(heads, "yolo-v4-heads", anchors))


def test_that_a_persons_own_anchors_count() -> None:
    heads = raw_heads(5 + CLASSES)
    own = tuple(float(each) for each in range(5, 23))
    laid = {str(n): head.reshape(1, -1, *head.shape[2:]) for n, head in enumerate(heads)}
    found = decode("yolo-v5-heads", laid, anchors=own)
    compare(found, by_loops(heads, "yolo-v5-heads", own))


def spread_heads(bins: int, seed: int = 1) -> list[tuple[Any, Any]]:
    """For each stride distances, 4 × bins × h × w, and scores of classes."""
    rng = np.random.default_rng(seed)
    heads = []
    for stride in STRIDES:
        grid = HEIGHT // stride, WIDTH // stride
        distances = rng.normal(size=(4 * bins, *grid)) if bins > 1 else rng.random((4, *grid)) * 3
        heads.append((distances.astype(np.float32), rng.normal(-3, 1, size=(CLASSES, *grid))))
    return heads


def by_distances(heads: list[tuple[Any, Any]], bins: int) -> list[Any]:
    found = []
    for (distances, classes), stride in zip(heads, STRIDES, strict=True):
        for row, column in np.ndindex(distances.shape[1:]):
            sides = []
            for side in range(4):
                logits = [float(v) for v in distances[side * bins : (side + 1) * bins, row, column]]
                weights = [exp(each) for each in logits]
                mean = sum(i * w for i, w in enumerate(weights)) / sum(weights)
                sides.append(mean if bins > 1 else logits[0])
            x, y = column + 0.5, row + 0.5
            box = [(x - sides[0]) * stride, (y - sides[1]) * stride]
            box += [(x + sides[2]) * stride, (y + sides[3]) * stride]
            scores = [logistic(float(each)) for each in classes[:, row, column]]
            found.append((max(scores), int(np.argmax(scores)), *box))
    return sorted((each for each in found if each[0] >= 0.05), reverse=True)


def test_that_heads_of_distances_and_scores_in_one_are_decoded() -> None:
    heads = spread_heads(16)
    joint = {str(n): np.concatenate(heads[n])[None] for n in (0, 1, 2)}
    expected = by_distances(heads, 16)
    compare(decode("yolo-v8-heads", joint), expected)
    last = {name: head.transpose(0, 2, 3, 1) for name, head in joint.items()}
    compare(decode("yolo-v8-heads", last), expected)


@pytest.mark.parametrize("bins", [1, 16, 17])
@pytest.mark.parametrize("has_sum", [False, True])
def test_that_distances_beside_their_scores_are_decoded(bins: int, has_sum: bool) -> None:
    heads = spread_heads(bins)
    outputs = {}
    for number, (distances, classes) in enumerate(heads):
        outputs[f"box{number}"] = distances[None]
        outputs[f"class{number}"] = 1 / (1 + np.exp(-classes[None]))
        if has_sum:
            outputs[f"sum{number}"] = np.ones((1, 1, *classes.shape[1:]))
    compare(decode("yolo-v8-heads", outputs), by_distances(heads, bins))


def test_that_yolox_in_maps_is_what_it_is_in_rows() -> None:
    rng = np.random.default_rng(2)
    grids = [(HEIGHT // each, WIDTH // each) for each in STRIDES]
    maps = {str(n): rng.random((1, 9, *grid)) for n, grid in enumerate(grids)}
    rows = [head[0].transpose(1, 2, 0).reshape(-1, 9) for head in maps.values()]
    expected = decode("yolox", {"output": np.concatenate(rows)[None]})
    assert len(expected.items) > 10
    assert decode("yolox", maps) == expected


def test_that_a_picture_without_anything_has_no_boxes() -> None:
    heads = [head - 30 for head in raw_heads(5 + CLASSES)]
    laid = {str(n): head.reshape(1, -1, *head.shape[2:]) for n, head in enumerate(heads)}
    assert decode("yolo-v5-heads", laid).items == ()
    free = [np.concatenate([a, b - 30])[None] for a, b in spread_heads(16)]
    assert decode("yolo-v8-heads", dict(zip("abc", free, strict=True))).items == ()


@pytest.mark.parametrize(
    ("decoder", "change", "expected"),
    [
        ("yolo-v5-heads", lambda heads: heads[:2], "3 rows a cell, on the grids of strides 8, 16"),
        ("yolo-v5-heads", lambda heads: [h[:, :-1] for h in heads], "3 rows a cell"),
        ("yolo-v5-heads", lambda heads: [h * 100 for h in heads], "not decoded yet"),
        ("yolo-v3-heads", lambda heads: [h * 100 for h in heads], "not decoded yet"),
        ("yolo-v8-heads", lambda heads: heads, "64 numbers and a score per class"),
        ("yolo-v5-heads", lambda heads: [np.concatenate([h, h]) for h in heads], "3 rows a cell"),
    ],
)
def test_that_other_outputs_are_refused(decoder: str, change: Any, expected: str) -> None:
    laid = [head.reshape(1, -1, *head.shape[2:]) for head in raw_heads(5 + CLASSES)]
    outputs = {str(number): head for number, head in enumerate(change(laid))}
    with pytest.raises(ModelFileError, match=expected):
        decode(decoder, outputs)
