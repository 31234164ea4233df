"""What is suggested for detectors of objects, and said of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from graph_guess import Shape, guess

from ailab.services.architecture.local_outline import read_local_outline
from ailab.services.inference.guess_words import looks_like
from ailab.services.inference.model_sheet import parse_sheet
from ailab.services.inference.sheet_fit import misfit

Heads = dict[str, Shape]


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


def maps(*channels: int, last: bool = False, strides: tuple[int, ...] = (8, 16, 32)) -> Heads:
    """Outputs of a 640 × 640 network, so many channels for each stride."""
    return {
        f"{stride}.{number}": [1, 640 // stride, 640 // stride, count]
        if last
        else [1, count, 640 // stride, 640 // stride]
        for stride in strides
        for number, count in enumerate(channels)
    }


@pytest.mark.parametrize(
    ("outputs", "last", "name", "decoder", "words"),
    [
        (maps(255), "Conv", "best.onnx", "yolo-v5-heads", "as v5 and v7), 640 × 640, 80 classes"),
        (maps(18), "Sigmoid", "best.onnx", "yolo-v5-heads", "as v5 and v7), 640 × 640"),
        (maps(255, last=True), "Conv", "best.onnx", "yolo-v5-heads", "80 classes"),
        (maps(255), "Conv", "yolov7.onnx", "yolo-v5-heads", "80 classes"),
        (maps(255), "Conv", "yolov4_416.onnx", "yolo-v4-heads", "as v4), 640 × 640, 80 classes"),
        (maps(255), "Conv", "yolov4-csp.onnx", "yolo-v5-heads", "80 classes"),
        (maps(255), "Conv", "yolov3.onnx", "yolo-v3-heads", "as v3), 640 × 640, 80 classes"),
        (maps(255, strides=(32, 16)), "Conv", "yolov4-tiny.onnx", "yolo-v4-heads", "80 classes"),
        (maps(24, strides=(8, 16, 32, 64)), "Conv", "n.onnx", "yolo-v5-heads", "3 classes"),
        (maps(144), "Concat", "n.onnx", "yolo-v8-heads", "as v8 and v11), 640 × 640, 80 classes"),
        (maps(72), "Concat", "n.onnx", "yolo-v8-heads", "8 classes"),
        (maps(72), "Conv", "n.onnx", "yolo-v5-heads", "19 classes"),
        (maps(64, 80), "Conv", "n.onnx", "yolo-v8-heads", "80 classes"),
        (maps(64, 4, 1), "Sigmoid", "n.onnx", "yolo-v8-heads", "4 classes"),
        (maps(4, 80, 1), "Sigmoid", "n.onnx", "yolo-v8-heads", "80 classes"),
        (maps(85), "Concat", "n.onnx", "yolox", "a YOLOX detector, 640 × 640, 80 classes"),
    ],
)
def test_that_undecoded_heads_are_told_by_their_grids(
    outputs: Heads, last: str, name: str, decoder: str, words: str, tmp_path: Path
) -> None:
    found = guess(tmp_path, outputs, last=last, name=name)
    assert found.draft.decoder == decoder
    assert found.draft.resize == "letterbox"
    outline = read_local_outline(tmp_path / name)
    assert words in looks_like(outline, name)
    assert misfit(outline, found.draft) == ""
    sheet = tmp_path / "net.ailab.json"
    assert parse_sheet(found.draft.fields(), sheet, tmp_path / name).decoder.name == decoder
    narrow = replace(found.draft, strides=found.draft.strides[1:])
    assert misfit(outline, narrow).startswith(f"Its decoder {decoder} takes ")


@pytest.mark.parametrize(
    "outputs",
    [
        maps(256, strides=(4, 8, 16)),
        maps(12),
        maps(256),
        maps(144),
        {f"feat{name}": shape for name, shape in maps(255).items()},
        maps(4, 64),
        maps(20, 36),
        {"a": [1, 255, 80, 80], "b": [1, 256, 40, 40], "c": [1, 255, 20, 20]},
        {"a": [1, 255, 80, 80], "b": [1, 255, 40, 40], "c": [1, 255, 10, 10]},
        {**maps(117), "prototypes": [1, 32, 160, 160]},
        {**maps(65), "points": [1, 17, 3, 8400]},
    ],
)
def test_that_maps_of_other_networks_are_no_heads(outputs: Heads, tmp_path: Path) -> None:
    assert "heads" not in guess(tmp_path, outputs).draft.decoder


def test_that_what_the_file_does_not_tell_of_its_heads_is_said(tmp_path: Path) -> None:
    told = " ".join(guess(tmp_path, maps(255)).notes)
    assert "Those of YOLO v3 (yolo-v3-heads) and YOLO v4 (yolo-v4-heads) have the same" in told
    assert "those of YOLO v5, v3 and v7-tiny on COCO stand below (10, 13, 16, 30, 33, 23," in told
    assert "They may as well be those of 191 classes (yolo-v8-heads)." in told
    told = " ".join(guess(tmp_path, maps(255), name="yolov7.onnx").notes)
    assert "those of YOLO v7 and v4 on COCO stand below (12, 16, 19, 36," in told
    told = " ".join(guess(tmp_path, maps(144), last="Concat").notes)
    assert "They may as well be those of 43 classes (yolo-v5-heads)." in told
    named = guess(tmp_path, maps(72), last="Concat", names="{0: 'a', 1: 'b', 2: 'c', 3: 'd', "
                  "4: 'e', 5: 'f', 6: 'g', 7: 'h'}", stride="32")  # fmt: skip
    assert named.draft.decoder == "yolo-v8-heads"
    assert "may as well" not in " ".join(named.notes)


def test_that_heads_of_a_free_size_are_of_the_usual_strides(tmp_path: Path) -> None:
    outputs: Heads = {name: [1, 3, f"{name}h", f"{name}w", 85] for name in "abc"}
    found = guess(tmp_path, outputs, picture=[1, 3, "h", "w"]).draft
    assert (found.decoder, found.strides) == ("yolo-v5-heads", (8, 16, 32))
    for channels in ((64, 18) * 3, (64,) * 3 + (18,) * 3, (64, 18, 1) * 3, (144,) * 3):
        outputs = {f"y{n}": [1, count, f"h{n}", f"w{n}"] for n, count in enumerate(channels)}
        found = guess(tmp_path, outputs, picture=[1, 3, "h", "w"], last="Concat").draft
        assert (found.decoder, found.strides) == ("yolo-v8-heads", (8, 16, 32))
