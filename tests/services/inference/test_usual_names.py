"""Which names a network's classes may have."""

from __future__ import annotations

from pathlib import Path

import pytest
from graph_guess import Shape, guess

from ailab.services.architecture.local_outline import read_local_outline
from ailab.services.inference.coco_labels import COCO_LABELS, COCO_NUMBERED
from ailab.services.inference.usual_names import usual_names, usual_sets


def owner(tmp_path: Path, output: Shape) -> str:
    found = guess(tmp_path, {"y": output})
    outline = read_local_outline(tmp_path / "net.onnx")
    usual = usual_names(usual_sets(outline), outline, found.draft)
    return "" if usual is None else usual.owner


def test_that_there_are_eighty_names_of_coco_each_once() -> None:
    assert len(COCO_LABELS) == len(set(COCO_LABELS)) == 80
    # As COCO numbers them, gaps left out.
    assert (COCO_LABELS[0], COCO_LABELS[16], COCO_LABELS[79]) == ("person", "dog", "toothbrush")


def test_that_coco_s_own_numbers_have_gaps() -> None:
    assert len(COCO_NUMBERED) == 91
    assert tuple(name for name in COCO_NUMBERED if name != "N/A") == COCO_LABELS
    numbered = {1: "person", 13: "stop sign", 18: "dog", 67: "dining table", 90: "toothbrush"}
    assert {number: COCO_NUMBERED[number] for number in numbered} == numbered


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ([1, 8400, 85], "COCO"),
        ([1, 84, 8400], "COCO"),
        ([1, 83, 8400], ""),
        ([1, 95, 8400], "COCO"),
        ([1, 80], ""),
        ([1, 1000], "ImageNet"),
        ([1, 1001], "ImageNet"),
        ([1, 1002], ""),
        ([1, 1000, 160, 160], ""),
    ],
)
def test_that_task_and_number_of_classes_suggest_whose_they_are(
    output: Shape, expected: str, tmp_path: Path
) -> None:
    assert owner(tmp_path, output) == expected


def test_that_eighty_classes_of_undecoded_heads_are_coco_s(tmp_path: Path) -> None:
    outputs: dict[str, Shape] = {f"y{side}": [1, 255, side, side] for side in (80, 40, 20)}
    found = guess(tmp_path, outputs)
    outline = read_local_outline(tmp_path / "net.onnx")
    usual = usual_names(usual_sets(outline), outline, found.draft)
    assert usual is not None
    assert usual.owner == "COCO"


def test_that_tensorflow_s_networks_have_a_background_first(tmp_path: Path) -> None:
    found = guess(tmp_path, {"y": [1, 1001]})
    outline = read_local_outline(tmp_path / "net.onnx")
    usual = usual_names(usual_sets(outline), outline, found.draft)
    assert usual is not None
    assert usual.names[:2] == ("background", "tench, Tinca tinca")
    assert len(usual.names) == 1001
