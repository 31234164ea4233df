"""The annotated copy."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from ailab.services.inference import cubic_interpolation
from ailab.services.inference.features import Features
from ailab.services.inference.float_map import FloatMap
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.keypoints import Keypoint, Keypoints, Pose
from ailab.services.inference.output_pixels import output_image
from ailab.services.inference.predictions import (
    Classification,
    ClassScore,
    DepthScale,
    Detection,
    Detections,
    Prediction,
    Segment,
    Segmentation,
)
from ailab.services.results import map_rows
from ailab.services.results.annotated_picture import annotated_picture
from ailab.services.results.depth_colors import depth_colors
from ailab.services.results.label_colors import label_color
from ailab.services.results.legend_entries import panel_below
from ailab.services.results.legend_panel import LegendPanel
from fake_masks import discs
from fakes import a_depth_map


def drawn(
    width: int,
    height: int,
    prediction: Prediction,
    threshold: float = 0.5,
) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    grey = np.full((height, width, 3), 128, np.uint8)
    return np.asarray(annotated_picture(grey, prediction, threshold))


def test_that_a_box_is_drawn_where_the_object_is_in_the_class_colour() -> None:
    box = Detection(2, "cell", 0.9, (200.0, 300.0, 600.0, 700.0))
    picture = drawn(1000, 800, Detections((box,)))
    for x, y in ((201, 500), (599, 500), (400, 301), (400, 699)):
        assert tuple(picture[y, x]) == label_color(2)
    assert tuple(picture[500, 400]) == (128, 128, 128)
    assert tuple(picture[100, 900]) == (128, 128, 128)


def test_that_a_box_beside_the_picture_is_a_line_at_its_border() -> None:
    beside = Detection(2, "cell", 0.9, (200.0, 900.0, 600.0, 950.0))
    picture = drawn(1000, 800, Detections((beside,)))
    assert tuple(picture[799, 500]) == label_color(2)
    assert (picture[:700] == 128).all()


def test_that_a_turned_line_of_text_is_drawn_as_it_lies() -> None:
    corners = ((400.0, 200.0), (600.0, 400.0), (500.0, 500.0), (300.0, 300.0))
    picture = drawn(
        1000, 800, Detections((Detection(2, "text", 0.9, (300, 200, 600, 500), corners),))
    )
    for x, y in ((500, 300), (550, 450), (400, 400), (350, 250)):
        assert tuple(picture[y, x]) == label_color(2)
    for x, y in ((590, 210), (450, 350), (310, 490)):
        assert tuple(picture[y, x]) == (128, 128, 128)


def test_that_nothing_below_the_threshold_is_drawn() -> None:
    box = Detection(2, "cell", 0.4, (200.0, 300.0, 600.0, 700.0))
    assert (drawn(1000, 800, Detections((box,)))[:800] == 128).all()


def test_that_a_region_is_tinted_where_its_pixels_are_sure_enough() -> None:
    labels = np.zeros((800, 1000), np.uint8)
    labels[:, :600] = 1
    labels[:, 600:] = 2
    confidence = np.full((800, 1000), 255, np.uint8)
    confidence[400:] = 100
    segments = (Segment(1, 1, "a", 0.9, 0.6), Segment(2, 3, "b", 0.3, 0.4))
    prediction = Segmentation.pack(1000, 800, labels.tobytes(), confidence.tobytes(), segments)
    picture = drawn(1000, 800, prediction)
    tinted = picture[200, 300].astype(int)
    towards = np.array(label_color(1))
    assert (np.abs(tinted - towards) < np.abs(128 - towards)).all()
    assert tuple(picture[600, 300]) == (128, 128, 128)  # not sure enough
    assert tuple(picture[200, 900]) == (128, 128, 128)  # of a region not kept
    assert tuple(picture[200, 599]) == label_color(1)  # its outline


def test_that_the_background_is_neither_tinted_nor_outlined() -> None:
    labels = np.ones((800, 1000), np.uint8)
    labels[300:500, 300:500] = 2
    segments = (Segment(1, 0, "Background", 0.9, 0.95), Segment(2, 1, "cell", 0.9, 0.05))
    sure = b"\xff" * labels.size
    picture = drawn(1000, 800, Segmentation.pack(1000, 800, labels.tobytes(), sure, segments))
    tinted = (picture[:800] != 128).any(axis=2)
    assert (tinted == (labels == 2)).all()
    assert tuple(picture[300, 400]) == label_color(1)  # the cell's outline
    strip = picture[800:].reshape(-1, 3).tolist()
    assert list(label_color(0)) in strip  # the legend lists both
    assert list(label_color(1)) in strip


@pytest.mark.parametrize(
    "size", [(1, 1), (8, 8), (28, 28), (3000, 2), (2, 3000), (700, 500), (4000, 3000), (9000, 20)]
)
def test_that_pictures_of_every_size_can_be_drawn(size: tuple[int, int]) -> None:
    width, height = size
    area = width * height
    for prediction in (
        Classification((ClassScore(0, "a name that is long " * 9, 0.9), ClassScore(1, "b", 0.6))),
        Detections((Detection(0, "cell", 0.9, (-5.0, -5.0, width + 5.0, height + 5.0)),)),
        Segmentation.pack(
            width, height, bytes([1]) * area, b"\xff" * area, (Segment(1, 0, "a", 1.0, 1.0),)
        ),
    ):
        picture = annotated_picture(np.zeros((height, width, 3), np.uint8), prediction, 0.5)
        assert 600 <= max(picture.width, picture.height) <= 9000
        assert picture.mode == "RGB"


@pytest.mark.parametrize("size", [(160, 30), (641, 99)])
def test_that_what_is_drawn_in_strips_is_what_is_drawn_at_once(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    width, height = size
    random = np.random.default_rng(0)
    pixels = random.integers(0, 256, (height, width, 3), np.uint8)
    levels = np.add.outer(np.arange(height) // 9, np.arange(width) // 13)
    labels, sure = (levels % 3).astype(np.uint8), (levels * 5 % 256).astype(np.uint8)
    segments = (Segment(1, 1, "a", 0.9, 0.3), Segment(2, 3, "b", 0.8, 0.3))
    found: tuple[Prediction, ...] = (
        Segmentation.pack(width, height, labels.tobytes(), sure.tobytes(), segments),
        Segmentation.pack(20, 10, labels[:10, :20].tobytes(), sure[:10, :20].tobytes(), segments),
        discs(width, height, (90, 20, 80, 0.95), (120, 10, 9, 0.9), (0, 0, 3, 0.8)),
        discs(50, 30, (20, 15, 9, 0.95)),
        a_depth_map([[1.0, 9.0], [4.0, 2.0]], DepthScale.INVERSE),
    )
    for prediction in found:
        copies = []
        for most in (10**9, 4000):
            monkeypatch.setattr(map_rows, "_STRIP_PIXELS", most)
            monkeypatch.setattr(cubic_interpolation, "_STRIP_VALUES", most)
            copies.append(annotated_picture(pixels, prediction, 0.3).tobytes())
        assert copies[0] == copies[1]


def test_that_a_box_turned_inside_out_harms_nothing() -> None:
    drawn(100, 100, Detections((Detection(0, "", 0.9, (90.0, 90.0, 10.0, -1e300)),)))


@pytest.mark.parametrize("scale", list(DepthScale))
def test_that_what_is_near_is_bright_and_what_is_far_is_dark(scale: DepthScale) -> None:
    prediction = a_depth_map([[1.0, 9.0]], scale)
    picture = drawn(1000, 800, prediction, threshold=1.0).astype(int)
    left, right = picture[400, 100].sum(), picture[400, 900].sum()
    assert (right > left + 200) if scale is DepthScale.INVERSE else (left > right + 200)
    below = picture[800:].reshape(-1, 3)
    assert {depth_colors()[0], depth_colors()[255]} <= set(map(tuple, below.tolist()))


def test_that_a_picture_made_stands_beside_the_one_before() -> None:
    made = np.full((1600, 2000, 3), (200, 100, 50), np.uint8)
    picture = drawn(1000, 800, output_image(made))
    assert picture.shape[1] == 4004
    assert tuple(picture[800, 1000]) == (128, 128, 128)
    assert tuple(picture[800, 3000]) == (200, 100, 50)
    assert (picture[1600:] > 100).any()  # the words below


def test_that_depth_colours_grow_brighter_all_the_way() -> None:
    shades = [0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in depth_colors()]
    assert len(shades) == 256
    assert shades[0] < 5
    assert shades[255] > 240
    assert all(after >= before - 0.5 for before, after in pairwise(shades))


def test_that_points_their_lines_and_boxes_are_drawn_in_the_poses_colour() -> None:
    points = (Keypoint(300, 300, 0.9, 0), Keypoint(500, 300, 0.9, 1), Keypoint(400, 500, 0.2, 2))
    found = Keypoints(
        (Pose(0.9, points, (200, 200, 600, 600)), Pose(0.3, (Keypoint(800, 100, 0.3, 0),))),
        ("a", "b", "c"),
        ((0, 1), (1, 2)),
    )
    picture = drawn(1000, 800, found)
    for x, y in ((300, 300), (400, 300), (500, 300), (200, 400), (400, 600)):
        assert tuple(picture[y, x]) == label_color(0)
    # Neither a point below the threshold, nor its line, nor a pose below it.
    for x, y in ((400, 500), (450, 400), (800, 100)):
        assert tuple(picture[y, x]) == (128, 128, 128)


def test_that_of_a_vector_the_picture_is_left_as_it_is_and_its_length_stands_below() -> None:
    vector = Features(FloatMap.pack(np.ones((1, 768), np.float32)))
    picture = drawn(1000, 800, vector)
    assert (picture[:800] == 128).all()
    assert picture[800:].max() > 100


def test_that_a_text_stands_below_the_picture_in_as_many_lines_as_it_needs() -> None:
    short, long = (
        drawn(640, 480, GeneratedText("a cat")),
        drawn(640, 480, GeneratedText("cat " * 60)),
    )
    assert (short[:480] == 128).all()
    assert short[480:].max() > 200
    assert 480 < short.shape[0] < long.shape[0]
    endless = drawn(640, 480, GeneratedText("cat " * 9000))
    assert endless.shape[0] < 1200


def test_that_the_question_stands_above_its_answer_in_three_lines_at_most() -> None:
    alone = drawn(640, 480, GeneratedText("two"))
    asked = drawn(640, 480, GeneratedText("two", question="How many cats?"))
    row = asked.shape[0] - alone.shape[0]
    assert row > 0
    pad = 9
    assert (asked[480 + row + pad :] == alone[480 + pad :]).all()
    for long in ("How many cats? " * 100, "猫は何匹?"):  # no line, where it cannot be drawn
        lines = 3 if "cats" in long else 0
        other = drawn(640, 480, GeneratedText("two", question=long))
        assert other.shape[0] - alone.shape[0] == lines * row


def test_that_the_question_stands_above_the_ranking_of_its_answers() -> None:
    scores = (ClassScore(1, "two", 0.9), ClassScore(0, "no", 0.2))
    alone = drawn(640, 480, Classification(scores))
    asked = drawn(640, 480, Classification(scores, "How many cats?"))
    row = asked.shape[0] - alone.shape[0]
    assert row > 0
    pad = 8
    assert (asked[480 + row + pad :] == alone[480 + pad :]).all()
    assert asked[480 : 480 + row].max() > 100
    long = drawn(640, 480, Classification(scores, "How many cats? " * 100))
    assert long.shape == asked.shape
    assert (drawn(640, 480, Classification(scores, "猫は何匹?")) == alone).all()


@pytest.mark.parametrize(
    ("question", "remark"),
    [("", "No class reaches 50%"), ("How many cats?", "No answer reaches 50%")],
)
def test_that_nothing_sure_enough_is_told_by_what_it_would_be(question: str, remark: str) -> None:
    panel = panel_below(Classification((ClassScore(1, "two", 0.4),), question), 0.5)
    assert isinstance(panel, LegendPanel)
    assert panel.remark == remark


def test_that_letters_that_cannot_be_drawn_are_not_drawn_as_boxes() -> None:
    other = drawn(640, 480, GeneratedText("猫が二匹"))
    again = drawn(640, 480, GeneratedText("犬"))
    assert (other == again).all()
    assert other[480:].max() > 100
    nothing = drawn(640, 480, GeneratedText(""))
    assert nothing.shape == other.shape
    assert (nothing != other).any()
