"""What is suggested for detectors of objects, and said of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from graph_guess import Shape, guess


@pytest.mark.parametrize(
    ("outputs", "both"),
    [
        ({"output0": [1, 8400, 7]}, "YOLO v8 or v11, turned (yolo-class-rows) or of YOLOX (yolox)"),
        ({"output": [1, 8400, 7]}, "YOLOX (yolox) or of YOLO v8 or v11, turned (yolo-class-rows)"),
        (
            {"output": ["n", "boxes", 9]},
            "YOLO v5 or v7 (yolo-rows) or of YOLO v8 or v11, turned (yolo-class-rows)",
        ),
        ({"output": [1, 8400, 84]}, ""),
        ({"output": [1, 8400, 85]}, ""),
        ({"output": [1, 25200, 9]}, ""),
    ],
)
def test_that_rows_that_may_have_an_objectness_or_not_are_told_to_be_either(
    outputs: dict[str, Shape], both: str, tmp_path: Path
) -> None:
    notes = " ".join(guess(tmp_path, outputs).notes)
    assert ("Whether its rows have an objectness is not told" in notes) == bool(both)
    assert both in notes


@pytest.mark.parametrize(
    ("last", "picture", "decoder"),
    [
        ("Concat", [1, 3, 640, 640], "box-rows"),
        ("Concat", ["batch", 3, 640, 640], "box-rows"),
        ("Gemm", ["batch", 3, 640, 640], "class-scores"),
        ("Softmax", [1, 3, 640, 640], "class-scores"),
        ("Reshape", ["batch", 3, 640, 640], "class-scores"),
    ],
)
def test_that_seven_scores_of_a_classifier_are_no_boxes(
    last: str, picture: Shape, decoder: str, tmp_path: Path
) -> None:
    assert guess(tmp_path, {"y": ["n", 7]}, picture=picture, last=last).draft.decoder == decoder


def test_that_detectors_of_one_maker_are_given_what_it_gives_them(tmp_path: Path) -> None:
    outputs: dict[str, Shape] = {"dets": [1, 300, 4], "labels": [1, 300, 91]}
    found = guess(tmp_path, outputs)
    assert found.draft.mean == (0.485, 0.456, 0.406)
    assert found.notes[-1].endswith("as RF-DETR takes them. Compare them on a picture.")
    found = guess(tmp_path, {"output": ["n", 7]})
    assert (found.draft.resize, found.draft.pad_value) == ("letterbox", 114)
    assert found.notes[-1].endswith("as YOLO v7 takes them. Compare them on a picture.")
    grey = guess(tmp_path, outputs, picture=[1, 1, 640, 640]).draft
    assert (grey.color_order, grey.mean) == ("grey", None)
