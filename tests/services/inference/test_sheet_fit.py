"""Whether a sheet fits its file, told from the graph alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from graph_guess import PICTURE, Shape, guess
from onnx import TensorProto

from ailab.services.architecture.local_outline import read_local_outline
from ailab.services.inference.inference_errors import SheetError
from ailab.services.inference.open_model import open_model
from ailab.services.inference.sheet_draft import SheetDraft
from ailab.services.inference.sheet_fit import misfit


def against(tmp_path: Path, output: Shape, draft: SheetDraft, picture: Shape = PICTURE) -> str:
    guess(tmp_path, {"y": output}, picture=picture)
    return misfit(read_local_outline(tmp_path / "net.onnx"), draft)


def drafted(decoder: str, **more: object) -> SheetDraft:
    fields: dict[str, object] = {"width": 640, "height": 640} | more
    return SheetDraft(task="any", decoder=decoder, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("decoder", "fitting", "other"),
    [
        ("class-scores", [1, 1000, 1, 1], [1, 8400, 85]),
        ("yolox", [1, 8400, 85], [1, 25200, 85]),
        ("yolo-rows", [1, 25200, 85], [1, 8400, 4]),
        ("yolo-class-rows", [1, 8400, 84], [1, 8400, 4]),
        ("yolo-columns", [1, 84, 8400], [1, 3, 8400]),
        ("box-rows", [1, 300, 6], [1, 300, 7]),
        ("box-rows", ["n", 7], [1, 300, 5]),
        ("detr-sigmoid", None, [1, 8400, 85]),
        ("yolo-pose-columns", [1, 56, 8400], [1, 84, 8400]),
        ("label-map", [1, 21, 160, 160], [1, 1000]),
        ("label-map", None, [1, 640, 640]),  # numbers with a point are no classes
        ("matte", [1, 1, 640, 640], [1, 3, 640, 640]),
        ("matte", [1, 320, 320], [1, 8400, 85]),
        ("text-map", [1, 160, 160], [1, 300, 6]),
        ("ssd", None, [1, 8400, 85]),
        ("detr", None, [1, 8400, 85]),
        ("mask-queries", None, [1, 8400, 85]),
        ("depth", [1, 640, 640], [1, 21, 160, 160]),
        ("image", [1, 3, 640, 640], [1, 8400, 85]),
        ("features", [1, 512], [1, 2, 3, 4, 5]),
        ("yunet", None, [1, 8400, 85]),
    ],
)
def test_that_outputs_that_no_decoder_reads_are_told(
    decoder: str, fitting: Shape | None, other: Shape, tmp_path: Path
) -> None:
    draft = drafted(decoder)
    assert against(tmp_path, other, draft).startswith(f"Its decoder {decoder} takes ")
    if fitting is not None:
        assert against(tmp_path, fitting, draft) == ""


def test_that_sizes_are_compared_where_the_file_fixes_them(tmp_path: Path) -> None:
    narrow = drafted("yolo-rows", width=320)
    assert "takes 640 × 640 pixels" in against(tmp_path, [1, 25200, 85], narrow)
    free: Shape = [1, 3, "h", "w"]
    assert against(tmp_path, [1, 25200, 85], narrow, free) == ""
    assert against(tmp_path, ["n", "rows", "columns"], drafted("yolo-rows")) == ""


@pytest.mark.parametrize(
    ("decoder", "names"),
    [
        ("detr", ("logits", "pred_boxes")),
        ("detr-sigmoid", ("dets", "labels")),
        ("mask-queries", ("logits", "pred_masks")),
        ("mask-queries", ("class_queries_logits", "masks_queries_logits")),
        ("yunet", ("cls_8", "obj_8", "bbox_8", "kps_8")),
    ],
)
@pytest.mark.parametrize("picture", [PICTURE, [1, 3, "h", "w"]])
def test_that_outputs_that_are_found_by_name_are_asked_for_at_any_size(
    decoder: str, names: tuple[str, ...], picture: Shape, tmp_path: Path
) -> None:
    outputs: dict[str, Shape] = {name: [1, 100, 4] for name in names}
    guess(tmp_path, outputs, picture=picture)
    assert misfit(read_local_outline(tmp_path / "net.onnx"), drafted(decoder)) == ""
    outputs.pop(names[-1])
    guess(tmp_path, outputs, picture=picture)
    told = misfit(read_local_outline(tmp_path / "net.onnx"), drafted(decoder))
    assert told.startswith(f"Its decoder {decoder} takes outputs named ")


def test_that_whole_numbers_over_the_picture_are_classes_without_a_channel(tmp_path: Path) -> None:
    guess(tmp_path, {"y": [1, 640, 640]}, given=TensorProto.INT64)
    assert misfit(read_local_outline(tmp_path / "net.onnx"), drafted("label-map")) == ""
    guess(tmp_path, {"y": [1, 8400, 85]}, given=TensorProto.INT64)
    assert misfit(read_local_outline(tmp_path / "net.onnx"), drafted("label-map")) != ""


def test_that_boxes_and_scores_apart_fit_ssd(tmp_path: Path) -> None:
    guess(tmp_path, {"boxes": [1, 3000, 4], "scores": [1, 3000, 91]})
    assert misfit(read_local_outline(tmp_path / "net.onnx"), drafted("ssd")) == ""


@pytest.mark.parametrize("resize", ["shrink", "line"])
def test_that_ways_that_make_other_sizes_are_let_pass(resize: str, tmp_path: Path) -> None:
    draft = drafted("text-map", width=320, resize=resize)
    assert against(tmp_path, [1, 1, 640, 640], draft) == ""


def test_that_a_sheet_that_does_not_fit_is_told_before_a_run(tmp_path: Path) -> None:
    guess(tmp_path, {"y": [1, 484, 85]}, picture=[1, 3, 352, 352])
    sheet = {
        "format": 1,
        "task": "object-detection",
        "input": {"width": 320, "height": 352},
        "decoder": {"name": "yolo-rows"},
    }
    place = tmp_path / "net.ailab.json"
    place.write_text(json.dumps(sheet), "utf-8")
    with pytest.raises(SheetError, match=r"net\.ailab\.json does not fit net\.onnx") as caught:
        open_model(tmp_path / "net.onnx")
    assert "352 × 352" in caught.value.message
    assert caught.value.weights == str(tmp_path / "net.onnx")
    sheet["input"] = {"width": 352, "height": 352}
    place.write_text(json.dumps(sheet), "utf-8")
    assert open_model(tmp_path / "net.onnx").has_sheet
