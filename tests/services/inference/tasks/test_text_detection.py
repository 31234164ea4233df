"""Boxes around text, of a map of where it is."""

from __future__ import annotations

import sys
import tracemalloc
from typing import Any

import numpy as np
import pytest

from ailab.services.inference.inference_errors import DescriptionError, ModelFileError
from ailab.services.inference.model_description import DecoderSettings
from ailab.services.inference.placement import Placement
from ailab.services.inference.predictions import Detections
from ailab.services.inference.tasks import text_detection
from ailab.services.inference.tasks.decoders import DECODERS
from ailab.services.inference.tasks.decoding import Decoding

# A picture of 240 × 200 in an input of 120 × 100.
PLACEMENT = Placement(240, 200, 120, 100, 0.5, 0.5)


@pytest.fixture
def cv2() -> Any:
    return pytest.importorskip("cv2", reason="the extra text is not installed")


def decode(
    values: Any, placement: Placement = PLACEMENT, labels: tuple[str, ...] = ()
) -> Detections:
    decoding = Decoding(labels, DecoderSettings("text-map"), placement)
    found = DECODERS["text-map"]({"map": np.asarray(values, np.float32)}, decoding)
    assert isinstance(found, Detections)
    return found


def a_map(*lines: tuple[int, int, int, int, float]) -> Any:
    """Lines of text, x0, y0, x1, y1 and how sure the network is of them."""
    values = np.full((1, 1, 100, 120), 0.01, np.float32)
    for x0, y0, x1, y1, score in lines:
        values[0, 0, y0:y1, x0:x1] = score
    return values


@pytest.mark.usefixtures("cv2")
def test_that_each_line_of_text_is_grown_and_told_by_descending_score() -> None:
    found = decode(a_map((20, 20, 61, 31, 0.8), (20, 60, 61, 71, 0.9)))
    assert [(item.label, round(item.score, 3)) for item in found.items] == [
        ("text", 0.9),
        ("text", 0.8),
    ]
    # 40 × 10 from middle to middle of the outermost pixels; 400 × 1.5 / 100 = 6 more on each side.
    assert found.items[1].box == pytest.approx((28, 28, 132, 72), abs=0.01)
    assert found.items[1].outline == ()


@pytest.mark.usefixtures("cv2")
def test_that_a_turned_line_gets_the_box_around_it() -> None:
    rows, columns = np.mgrid[:100, :120]
    along, across = (columns - 60) + (rows - 50), (columns - 60) - (rows - 50)
    values = np.where((np.abs(along) <= 40) & (np.abs(across) <= 10), 0.9, 0.0)
    (item,) = decode(values[None, None]).items
    x0, y0, x1, y1 = item.box
    # Symmetric about the middle, and as wide as a bar along the diagonal is high.
    assert (x0 + x1) / 2 == pytest.approx(120, abs=2)
    assert (y0 + y1) / 2 == pytest.approx(100, abs=2)
    assert x1 - x0 == pytest.approx(y1 - y0, abs=2)
    assert 0.85 < item.score <= 0.9
    # Its corners come clockwise from the upper left one; the bar falls from there to the right.
    upper, right, lower, left = item.outline
    assert (min(upper[0], left[0]), min(upper[1], right[1])) == pytest.approx((x0, y0))
    assert (max(right[0], lower[0]), max(lower[1], left[1])) == pytest.approx((x1, y1))
    along, across = np.subtract(lower, left), np.subtract(upper, left)
    assert along @ across == pytest.approx(0, abs=1)


@pytest.mark.usefixtures("cv2")
def test_that_a_turned_line_that_the_border_cuts_stays_turned() -> None:
    rows, columns = np.mgrid[:100, :120]
    along, across = (columns - 112) + rows, (columns - 112) - rows
    values = np.where((np.abs(along) <= 20) & (np.abs(across) <= 30), 0.9, 0.0)
    (item,) = decode(values[None, None]).items
    assert item.box[1:3] == (0, 240)
    assert len(item.outline) == 4
    assert {0, 240} & {place for corner in item.outline for place in corner}


@pytest.mark.usefixtures("cv2")
def test_that_boxes_end_with_the_picture_and_what_lies_beside_it_is_none() -> None:
    letterbox = Placement(100, 50, 120, 100, 1.0, 1.0, offset_x=10, offset_y=20)
    found = decode(a_map((2, 22, 60, 40, 0.9), (10, 80, 60, 95, 0.8)), letterbox)
    (item,) = found.items
    assert item.box[:2] == (0, 0)
    assert item.box[2:] == pytest.approx((58.82, 28.82), abs=0.01)


@pytest.mark.usefixtures("cv2")
def test_that_a_coarser_map_covers_the_whole_input() -> None:
    whole, half = a_map((20, 20, 60, 40, 0.8)), np.full((1, 50, 60, 1), 0.01)
    half[0, 10:20, 10:30] = 0.8
    boxes = [decode(values).items[0].box for values in (whole, half)]
    assert boxes[1] == pytest.approx(boxes[0], abs=8)


@pytest.mark.usefixtures("cv2")
def test_that_specks_and_what_hardly_is_text_are_left_out() -> None:
    assert decode(a_map((20, 20, 23, 60, 0.9), (50, 50, 90, 70, 0.29))).items == ()


@pytest.mark.usefixtures("cv2")
def test_that_logits_are_made_probabilities() -> None:
    probable = a_map((20, 20, 61, 31, 0.8))
    logits = np.log(probable / (1 - probable))
    (item,) = decode(logits).items
    assert item.score == pytest.approx(0.8, abs=1e-5)
    assert item.box == pytest.approx(decode(probable).items[0].box)


@pytest.mark.usefixtures("cv2")
def test_that_the_models_own_label_is_told() -> None:
    (item,) = decode(a_map((20, 20, 61, 31, 0.8)), labels=("line",)).items
    assert item.label == "line"


@pytest.mark.usefixtures("cv2")
@pytest.mark.parametrize(
    "values", [np.zeros((1, 2, 8, 8)), np.zeros((1, 8)), np.full((1, 1, 8, 8), 200.0)]
)
def test_that_other_outputs_are_refused(values: Any) -> None:
    with pytest.raises(DescriptionError, match=r"expected (one channel|probabilities)"):
        decode(values)


@pytest.mark.parametrize("share", [0.02, 0.2, 0.5])
@pytest.mark.parametrize("side", [60, 700])
def test_that_the_first_outlines_are_opencvs_first(cv2: Any, share: float, side: int) -> None:
    noise = np.random.default_rng(3).random((side, side))
    blurred = (noise + np.roll(noise, 1, 0) + np.roll(noise, 1, 1)) / 3
    is_text = blurred < np.quantile(blurred, share)
    every = cv2.findContours(is_text.astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)[0]
    found = text_detection._outlines(cv2, is_text)
    assert len(found) == min(1000, len(every))
    for mine, other in zip(found, every, strict=False):
        assert np.array_equal(mine, other)


def test_that_things_that_reach_far_up_are_whole(cv2: Any) -> None:
    is_text = np.zeros((300, 2000), np.bool_)
    is_text[:, ::2] = True  # 1000 bars from top to bottom, 300 000 beginnings
    is_text[100, :1990] = True
    every = cv2.findContours(is_text.astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)[0]
    found = text_detection._outlines(cv2, is_text)
    assert len(found) == len(every)
    assert all(np.array_equal(*pair) for pair in zip(found, every, strict=True))


@pytest.mark.usefixtures("cv2")
def test_that_a_map_of_millions_of_specks_is_survived() -> None:
    specks = np.zeros((1, 1, 3000, 3000), np.float32)
    specks[..., ::2, ::2] = 1.0
    tracemalloc.start()
    try:
        assert decode(specks).items == ()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2.5 * specks.nbytes


def test_that_without_opencv_the_way_to_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cv2", None)
    with pytest.raises(ModelFileError, match="OpenCV is not installed") as caught:
        decode(a_map((20, 20, 61, 31, 0.8)))
    assert "ailab[text]" in caught.value.advice
