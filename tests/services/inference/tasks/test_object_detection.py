"""Boxes of DETR's and YOLO's kinds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.model_description import DecoderSettings
from ailab.services.inference.placement import Placement
from ailab.services.inference.predictions import Detections
from ailab.services.inference.tasks.decoders import DECODERS
from ailab.services.inference.tasks.decoding import Decoding

# A picture of 200 × 100, letterboxed to 64 × 64: scaled by 0.32, 16 rows above.
LETTERBOX = Placement(200, 100, 64, 64, 0.32, 0.32, 0, 16)
STRETCH = Placement(200, 100, 64, 64, 0.32, 0.64)


def decode(
    name: str,
    outputs: dict[str, Any],
    *,
    classes: int = 2,
    placement: Placement = STRETCH,
    **settings: Any,
) -> Detections:
    labels = tuple("abcdefgh"[:classes])
    arrays = {key: np.asarray(value, np.float32) for key, value in outputs.items()}
    decoding = Decoding(labels, DecoderSettings(name, **settings), placement)
    prediction = DECODERS[name](arrays, decoding)
    assert isinstance(prediction, Detections)
    return prediction


def logit(probability: float) -> float:
    return float(np.log(probability / (1 - probability)))


def test_that_detr_with_a_no_object_class_uses_softmax_and_drops_it() -> None:
    logits = np.log([[[0.7, 0.1, 0.2], [0.01, 0.02, 0.97], [0.3, 0.6, 0.1]]])
    boxes = [[[0.5, 0.5, 0.5, 1.0], [0.5, 0.5, 1, 1], [0.25, 0.25, 0.5, 0.5]]]
    found = decode("detr", {"logits": logits, "pred_boxes": boxes})
    assert [(item.label, round(item.score, 3)) for item in found.items] == [("a", 0.7), ("b", 0.6)]
    assert found.items[0].box == pytest.approx((50, 0, 150, 100))
    assert found.items[1].box == pytest.approx((0, 0, 100, 50))


def test_that_detr_without_one_uses_sigmoid_and_takes_the_best_pairs() -> None:
    logits = [[[logit(0.9), logit(0.8)], [logit(0.1), logit(0.3)]]]
    boxes = [[[0.5, 0.5, 1, 1], [0.1, 0.1, 0.2, 0.2]]]
    found = decode("detr", {"logits": logits, "pred_boxes": boxes})
    assert [(i.label, round(i.score, 3)) for i in found.items] == [("a", 0.9), ("b", 0.8)]
    assert found.items[0].box == found.items[1].box


@pytest.mark.parametrize(("has_no_object", "score"), [(True, 0.5), (None, 0.5), (False, 0.731)])
def test_that_the_models_type_decides_where_the_number_of_classes_does_not(
    has_no_object: bool | None, score: float
) -> None:
    outputs = {"logits": [[[1.0, 0.0, 0.0, 1.0, -50]]], "pred_boxes": [[[0.5, 0.5, 1, 1]]]}
    found = decode("detr", outputs, classes=0, has_no_object=has_no_object)
    if has_no_object is not False:
        score = float(np.e / (2 * np.e + 2))
    assert found.items[0].score == pytest.approx(score, abs=1e-3)


def test_that_a_no_object_class_is_dropped_where_the_numbers_of_classes_begin_with_one() -> None:
    logits = np.log([[[0.1, 0.7, 0.2], [0.02, 0.03, 0.95]]])
    outputs = {"logits": logits, "pred_boxes": [[[0.5, 0.5, 1, 1]] * 2]}
    found = decode("detr", outputs, classes=3, class_count=2)  # 1 and 2 have names
    assert [(item.label, round(item.score, 3)) for item in found.items] == [("b", 0.7)]


def test_that_detr_boxes_are_undone_from_a_letterbox() -> None:
    outputs = {"logits": [[[9.0, 0, 0]]], "pred_boxes": [[[0.5, 0.5, 1.0, 0.5]]]}
    found = decode("detr", outputs, placement=LETTERBOX)
    assert found.items[0].box == pytest.approx((0, 0, 200, 100))


@pytest.mark.parametrize(
    "outputs",
    [
        {"logits": np.zeros((1, 3, 2))},
        {"logits": np.zeros((1, 3, 2)), "pred_boxes": np.zeros((1, 4, 4))},
        {"logits": np.zeros((1, 3, 2)), "pred_boxes": np.zeros((1, 3, 5))},
        {"logits": np.zeros((2, 3, 2)), "pred_boxes": np.zeros((2, 3, 4))},
        {"logits": np.zeros((1, 0, 2)), "pred_boxes": np.zeros((1, 0, 4))},
    ],
)
def test_that_other_outputs_than_detrs_are_refused(outputs: dict[str, Any]) -> None:
    with pytest.raises(ModelFileError, match="are not what its description promises"):
        decode("detr", outputs)


def test_that_yolox_is_decoded_cell_by_cell() -> None:
    # Strides 32 and 64 over 64 × 64: 4 cells, then 1.
    rows = np.zeros((1, 5, 7), np.float32)
    rows[0, 3] = [0.5, 0.5, np.log(1.0), np.log(0.5), 0.9, 0.1, 1.0]
    rows[0, 4] = [0.5, 0.5, 0, 0, 0.5, 0.8, 0]
    found = decode("yolox", {"o": rows}, placement=LETTERBOX, strides=(32, 64))
    assert [(i.label, round(i.score, 3)) for i in found.items] == [("b", 0.9), ("a", 0.4)]
    # Cell (1, 1): centre 48, 48; 32 wide, 16 high.
    assert found.items[0].box == pytest.approx((100, 75, 200, 125))
    assert found.items[1].box == pytest.approx((0, -50, 200, 150))


def test_that_overlapping_boxes_of_a_class_leave_the_best() -> None:
    rows = [
        [32, 32, 32, 32, 0.9, 1, 0],
        [33, 32, 32, 32, 0.8, 1, 0],
        [33, 32, 32, 32, 0.7, 0, 1],
        [8, 8, 4, 4, 0.6, 1, 0],
        [8, 8, 4, 4, 0.04, 1, 0],
    ]
    found = decode("yolo-rows", {"o": [rows]})
    assert [(i.label, round(i.score, 2)) for i in found.items] == [
        ("a", 0.9),
        ("b", 0.7),
        ("a", 0.6),
    ]
    assert found.items[0].box == pytest.approx((50, 25, 150, 75))
    assert len(decode("yolo-rows", {"o": [rows]}, nms_iou=1.0).items) == 4


def test_that_yolo_columns_are_read() -> None:
    columns = np.array([[32, 32, 32, 32, 0.2, 0.9], [8, 8, 4, 4, 0.1, 0.01]]).T
    found = decode("yolo-columns", {"output0": columns[None]})
    assert [(i.label, round(i.score, 2)) for i in found.items] == [("b", 0.9), ("a", 0.1)]


def test_that_rows_without_an_objectness_are_read() -> None:
    rows = [[32, 32, 32, 32, 0.2, 0.9], [33, 32, 32, 32, 0.1, 0.8], [8, 8, 4, 4, 0.1, 0.01]]
    found = decode("yolo-class-rows", {"output0": [rows]})
    assert [(i.label, round(i.score, 2)) for i in found.items] == [("b", 0.9), ("a", 0.1)]
    assert found.items[0].box == pytest.approx((50, 25, 150, 75))


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ([32, 32, -9, 32, 0.2, 0.9], "boxes whose sides are not negative"),
        ([32, 32, 32, 32, 0.2, 7], "scores from 0 to 1"),
    ],
)
def test_that_rows_of_other_numbers_are_refused(row: list[float], expected: str) -> None:
    with pytest.raises(ModelFileError, match=expected):
        decode("yolo-class-rows", {"output0": [[row]]})


def test_that_finished_boxes_are_only_mapped() -> None:
    rows = [[0, 0, 64, 64, 0.9, 1], [0, 0, 64, 64, 0.8, 1], [0, 0, 1, 1, 0.01, 0]]
    found = decode("box-rows", {"output0": [rows]})
    assert [(i.label, round(i.score, 2)) for i in found.items] == [("b", 0.9), ("b", 0.8)]
    assert found.items[0].box == pytest.approx((0, 0, 200, 100))


def test_that_boxes_beside_their_classes_are_read() -> None:
    rows = [[0, 0, 64, 64, 0.9], [0, 0, 32, 32, 0.8], [0, 0, 0, 0, 0]]
    found = decode("box-rows", {"dets": [rows], "labels": [[1, 0, -1]]})
    assert [(i.label, round(i.score, 2)) for i in found.items] == [("b", 0.9), ("a", 0.8)]
    assert found.items[0].box == pytest.approx((0, 0, 200, 100))


def test_that_rows_with_the_number_of_the_picture_are_read() -> None:
    rows = [[0, 0, 0, 64, 64, 1, 0.8], [0, 0, 0, 32, 32, 0, 0.9]]
    found = decode("box-rows", {"output": rows})
    assert [(i.label, round(i.score, 2)) for i in found.items] == [("a", 0.9), ("b", 0.8)]
    assert found.items[1].box == pytest.approx((0, 0, 200, 100))
    assert decode("box-rows", {"output": np.zeros((0, 7))}).items == ()


@pytest.mark.parametrize(
    ("outputs", "expected"),
    [
        ({"o": [[1, 0, 0, 9, 9, 1, 0.8]]}, "rows of one picture"),
        ({"o": [[0, 0, 0, 9, 9, 0.8, 7]]}, "scores from 0 to 1"),
        ({"o": [[0, 0, 0, 9, 9, -3, 0.8]]}, "numbers of classes"),
        ({"o": [[0, 0, 0, 9, 9, 1e9, 0.8]]}, "numbers of classes"),
        ({"o": [[0, 9, 0, 2, 9, 1, 0.8]]}, "boxes whose sides are not negative"),
        ({"dets": [[[0, 0, 9, 9, 0.8]]]}, "a class for each row of 5 numbers"),
        ({"dets": [[[0, 0, 9, 9, 0.8]]], "labels": [[1, 2]]}, "a class for each row of 5 numbers"),
    ],
)
def test_that_finished_boxes_of_other_numbers_are_refused(
    outputs: dict[str, Any], expected: str
) -> None:
    with pytest.raises(ModelFileError, match=expected):
        decode("box-rows", outputs)


@pytest.mark.parametrize("classes", [0, 1, 2])
def test_that_sigmoid_is_used_whatever_the_number_of_names(classes: int) -> None:
    outputs = {"dets": [[[0.5, 0.5, 0.5, 1.0]]], "labels": [[[logit(0.9), logit(0.8)]]]}
    found = decode("detr", outputs, classes=classes, activation="sigmoid")
    assert [round(item.score, 3) for item in found.items] == [0.9]
    assert found.items[0].box == pytest.approx((50, 0, 150, 100))


@pytest.mark.parametrize(
    ("outputs", "expected"),
    [
        ({"dets": [[[0.5, 0.5, -0.5, 1]]], "labels": [[[9, 0]]]}, "sides are not negative"),
        ({"dets": [[[50, 50, 20, 20]]], "labels": [[[9, 0]]]}, "shares of the input"),
        ({"dets": [[[0, 0, 1, 1]]], "labels": [[1]]}, "in three dimensions"),
        ({"dets": [[[0, 0, 1, 1]]], "labels": [[[1], [2]]]}, "as many boxes as scores"),
    ],
)
def test_that_queries_of_other_numbers_are_refused(outputs: dict[str, Any], expected: str) -> None:
    with pytest.raises(ModelFileError, match=expected):
        decode("detr", outputs, activation="sigmoid")


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("yolox", (1, 7, 7)),
        ("yolox", (1, 5)),
        ("yolo-rows", (1, 4, 5)),
        ("yolo-class-rows", (1, 9, 4)),
        ("yolo-columns", (1, 4, 9)),
        ("box-rows", (1, 9, 7)),
        ("box-rows", (2, 9, 6)),
    ],
)
def test_that_another_shape_is_refused(name: str, shape: tuple[int, ...]) -> None:
    with pytest.raises(ModelFileError, match="are not what its description promises"):
        decode(name, {"output0": np.zeros(shape)})


def test_that_strides_and_size_are_named_where_they_give_other_rows() -> None:
    with pytest.raises(ModelFileError, match=r"80 rows .* strides 8, 16 give .* 64 × 64"):
        decode("yolox", {"output0": np.zeros((1, 84, 7))}, strides=(8, 16))


def test_that_no_more_than_a_thousand_objects_are_kept() -> None:
    rows = np.zeros((1, 1500, 6), np.float32)
    rows[0, :, 4] = np.linspace(0.1, 0.9, 1500)
    found = decode("box-rows", {"o": rows})
    assert len(found.items) == 1000
    assert found.items[0].score == pytest.approx(0.9)
