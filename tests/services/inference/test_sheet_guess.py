"""What is suggested for a network, from its graph alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from graph_guess import Shape, guess
from onnx import TensorProto

from ailab.services.architecture.local_outline import read_local_outline
from ailab.services.inference.sheet_guess import class_count


@pytest.mark.parametrize(
    ("outputs", "decoder", "classes"),
    [
        ({"output0": [1, 84, 8400]}, "yolo-columns", 80),
        ({"output0": [1, 25200, 85]}, "yolo-rows", 80),
        ({"output": [1, 8400, 85]}, "yolox", 80),
        ({"output0": [1, 8400, 84]}, "yolo-class-rows", 80),
        ({"output0": [1, 8400, 5]}, "yolo-class-rows", 1),
        ({"output0": [1, 8400, 7]}, "yolo-class-rows", 3),
        ({"output": [1, 8400, 7]}, "yolox", 2),
        ({"output": [1, 25200, 84]}, "yolo-rows", 79),
        ({"output0": ["n", "boxes", 84]}, "yolo-class-rows", 80),
        ({"output0": [1, 300, 6]}, "box-rows", None),
        ({"output0": ["n", 84, "boxes"]}, "yolo-columns", 80),
        ({"output0": ["n", "boxes", 85]}, "yolo-rows", 80),
        ({"output0": ["n", "boxes", 6]}, "box-rows", None),
        ({"dets": [1, 100, 5]}, "", None),
        ({"dets": [1, 300, 4], "labels": [1, 300, 91]}, "detr-sigmoid", 91),
        ({"dets": [1, 100, 5], "labels": [1, 100]}, "box-rows", None),
        ({"output": ["n", 7]}, "box-rows", None),
        ({"output": [1, 7]}, "class-scores", 7),
        ({"logits": [1, 100, 92], "pred_boxes": [1, 100, 4]}, "detr", None),
        ({"probabilities": [1, 1000]}, "class-scores", 1000),
        ({"softmaxout": [1, 1000, 1, 1]}, "class-scores", 1000),
        ({"logits": [1, 150, 160, 160]}, "label-map", 150),
        ({"logits": [1, 3, 640, 640]}, "label-map", 3),
        ({"enlarged": [1, 3, 1280, 1280]}, "image", None),
        ({"enlarged": [1, 1280, 1280, 3]}, "image", None),
        (
            {"class_queries_logits": [1, 100, 9], "masks_queries_logits": [1, 100, 64, 64]},
            "mask-queries",
            None,
        ),
    ],
)
def test_that_the_shapes_of_its_outputs_suggest_a_decoder(
    outputs: dict[str, Shape], decoder: str, classes: int | None, tmp_path: Path
) -> None:
    found = guess(tmp_path, outputs)
    assert found.draft.decoder == decoder
    assert found.obstacle == ""
    assert class_count(read_local_outline(tmp_path / "net.onnx"), decoder) == classes


@pytest.mark.parametrize(
    ("last", "activation"), [("Softmax", "none"), ("Sigmoid", "none"), ("Gemm", "softmax")]
)
def test_that_its_last_operator_says_whether_scores_are_probabilities(
    last: str, activation: str, tmp_path: Path
) -> None:
    assert guess(tmp_path, {"y": [1, 10]}, last=last).draft.activation == activation


def test_that_probabilities_of_one_channel_are_a_matte(tmp_path: Path) -> None:
    found = guess(tmp_path, {"alpha": [1, 640, 640, 1]}, last="Sigmoid")
    assert (found.draft.task, found.draft.decoder) == ("image-segmentation", "matte")


@pytest.mark.parametrize(
    ("name", "mean", "std"),
    [
        ("u2net_human_seg.onnx", (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
        ("isnet-general-use.onnx", (0.5,) * 3, (1.0,) * 3),
        ("RMBG-1.4.onnx", (0.5,) * 3, (1.0,) * 3),
        ("modnet_photographic.onnx", (0.5,) * 3, (0.5,) * 3),
    ],
)
def test_that_a_name_tells_a_matte_however_many_stages_it_is_of(
    name: str, mean: tuple[float, ...], std: tuple[float, ...], tmp_path: Path
) -> None:
    stages: dict[str, Shape] = {f"d{index}": [1, 1, 320, 320] for index in range(7)}
    found = guess(tmp_path, stages, picture=[1, 3, 320, 320], name=name)
    assert (found.draft.task, found.draft.decoder) == ("image-segmentation", "matte")
    assert (found.draft.mean, found.draft.std) == (mean, std)
    assert "as rembg takes them" in found.notes[-1]
    assert guess(tmp_path, stages, picture=[1, 3, 320, 320]).draft.decoder == ""
    free = guess(tmp_path, stages, picture=["n", 3, "h", "w"], name="u2net.onnx").draft
    assert (free.width, free.height) == (320, 320)


def test_that_layout_and_size_are_read(tmp_path: Path) -> None:
    first = guess(tmp_path, {"y": [1, 10]}, picture=[1, 3, 320, 480]).draft
    assert (first.layout, first.width, first.height) == ("NCHW", 480, 320)
    last = guess(tmp_path, {"y": [1, 10]}, picture=["n", 320, 480, 3]).draft
    assert (last.layout, last.width, last.height) == ("NHWC", 480, 320)


@pytest.mark.parametrize("picture", [[1, 1, 224, 224], ["n", 1, 224, 224]])
def test_that_a_plane_that_grows_is_luma_run_in_pieces(tmp_path: Path, picture: Shape) -> None:
    found = guess(tmp_path, {"output": [1, 1, 672, 672]}, picture=picture)
    assert found.obstacle == ""
    assert (found.draft.task, found.draft.decoder) == ("image-to-image", "image")
    assert (found.draft.color_order, found.draft.resize) == ("Y", "tiles")
    assert (found.draft.layout, found.draft.width) == ("NCHW", 224)


def test_that_an_exporters_notes_are_used(tmp_path: Path) -> None:
    found = guess(
        tmp_path,
        {"output0": [1, 6, "anchors"]},
        picture=["batch", 3, "height", "width"],
        task="detect",
        names="{0: 'cell', 1: 'nucleus'}",
        imgsz="[512, 512]",
        stride="32",
    )
    draft = found.draft
    assert (draft.task, draft.decoder) == ("object-detection", "yolo-columns")
    assert (draft.width, draft.height, draft.labels) == (512, 512, ("cell", "nucleus"))
    assert (draft.resize, draft.pad_value) == ("letterbox", 114)
    assert "Read from the file: layout, task, 2 names of classes." in found.notes
    assert found.notes[-1].startswith("Ultralytics exported it: red, green, blue, from 0 to 1")


@pytest.mark.parametrize(
    ("shape", "decoder"),
    [
        ([1, 25200, 7], "yolo-rows"),
        ([1, 6, 8400], "yolo-columns"),
        ([1, 8400, 7], "yolo-rows"),
        ([1, 300, 6], "box-rows"),
        ([1, 3000, 6], "yolo-class-rows"),
        ([1, 8400, 6], "yolo-class-rows"),
        ([1, 8400, 9], ""),
        ([1, 84, 8400], ""),
    ],
)
def test_that_names_that_do_not_fit_the_shape_rule_a_decoder_out(
    shape: Shape, decoder: str, tmp_path: Path
) -> None:
    found = guess(tmp_path, {"output0": shape}, names="{0: 'cell', 1: 'nucleus'}", stride="32")
    assert found.draft.decoder == decoder


def test_that_whole_bytes_are_not_divided(tmp_path: Path) -> None:
    assert guess(tmp_path, {"y": [1, 10]}, dtype=TensorProto.UINT8).draft.scale == 1


def test_that_nothing_is_guessed_where_nothing_suggests_it(tmp_path: Path) -> None:
    heads: dict[str, Shape] = {f"head{n}": [1, 1600, 1] for n in range(12)}
    found = guess(tmp_path, heads)
    assert (found.draft.task, found.draft.decoder) == ("", "")
    assert "is of no usual shape: choose what it finds." in found.notes[1]


@pytest.mark.parametrize(
    ("picture", "obstacle"),
    [
        (
            [1, 4, 28, 28],
            "it takes pictures of 4 channels; ailab gives red, green and blue, or grey as one "
            "channel.",
        ),
        ([1, 3, 16, 112, 112], "it takes no single picture: its input has 5 dimensions, not 4."),
        ([8, 3, 224, 224], "it takes 8 pictures at once; ailab gives one at a time."),
    ],
)
def test_that_it_says_where_no_sheet_can_help(
    picture: Shape, obstacle: str, tmp_path: Path
) -> None:
    assert guess(tmp_path, {"y": [1, 10]}, picture=picture).obstacle == obstacle


def test_that_a_task_beyond_sheets_is_an_obstacle(tmp_path: Path) -> None:
    found = guess(tmp_path, {"output0": [1, 9, 8400]}, task="obb", names="{0: 'ship'}")
    assert "it was exported for detection of turned boxes" in found.obstacle


def test_that_the_outputs_of_yunet_are_known_by_their_names(tmp_path: Path) -> None:
    outputs: dict[str, Shape] = {
        f"{name}_{stride}": [1, (640 // stride) ** 2, length]
        for name, length in (("cls", 1), ("obj", 1), ("bbox", 4), ("kps", 10))
        for stride in (8, 16, 32)
    }
    found = guess(tmp_path, outputs, picture=[1, 3, 640, 640])
    draft = found.draft
    assert (draft.task, draft.decoder) == ("keypoint-detection", "yunet")
    assert (draft.color_order, draft.scale, draft.mean) == ("BGR", 1.0, None)
    assert (draft.resize, draft.pad_value, draft.pad_position) == ("letterbox", 0, "top-left")
    assert "what it finds, 5 points" in " ".join(found.notes)


def test_that_a_pose_export_of_ultralytics_names_no_points_by_its_classes(tmp_path: Path) -> None:
    shape: Shape = [1, 56, 8400]
    names = "{0: 'person'}"
    found = guess(tmp_path, {"output0": shape}, task="pose", names=names, stride="32")
    draft = found.draft
    assert (draft.task, draft.decoder) == ("keypoint-detection", "yolo-pose-columns")
    assert (draft.labels, draft.resize, draft.pad_value) == ((), "letterbox", 114)
    assert "what it finds, 17 points" in " ".join(found.notes)


@pytest.mark.parametrize("name", ["image_embeds", "last_hidden_state", "embedding"])
def test_that_vectors_are_known_by_their_names(name: str, tmp_path: Path) -> None:
    shape: Shape = [1, 197, 768] if name == "last_hidden_state" else [1, 512]
    found = guess(tmp_path, {name: shape}, picture=[1, 3, 224, 224]).draft
    assert (found.task, found.decoder) == ("image-feature-extraction", "features")
    assert (found.resize, found.shortest_edge) == ("shortest-edge", 256)


@pytest.mark.parametrize("given", [TensorProto.INT64, TensorProto.INT32])
@pytest.mark.parametrize("shape", [[1, 1, 640, 640], [1, 160, 160], [1, 640, 640, 1]])
def test_that_whole_numbers_of_one_channel_are_a_map_of_classes(
    given: int, shape: Shape, tmp_path: Path
) -> None:
    found = guess(tmp_path, {"classes": shape}, last="ArgMax", given=given)
    assert (found.draft.task, found.draft.decoder) == ("image-segmentation", "label-map")
    assert class_count(read_local_outline(tmp_path / "net.onnx"), "label-map") is None


@pytest.mark.parametrize(
    ("outputs", "order", "has_background"),
    [
        ({"scores": [1, 4420, 2], "boxes": [1, 4420, 4]}, "xyxy", True),
        ({"boxes": [1, 8732, 4], "scores": [1, 8732, 80]}, "xyxy", False),
        ({"boxes": ["n", 4], "labels": ["n"], "scores": ["n"]}, "xyxy", True),
        (
            {
                "detection_boxes": [1, 100, 4],
                "detection_classes": [1, 100],
                "detection_scores": [1, 100],
                "num_detections": [1],
                "raw_detection_boxes": [1, 1917, 4],
                "raw_detection_scores": [1, 1917, 91],
            },
            "yxyx",
            True,
        ),
    ],
)
def test_that_boxes_beside_their_scores_are_ssds(
    outputs: dict[str, Shape], order: str, has_background: bool, tmp_path: Path
) -> None:
    draft = guess(tmp_path, outputs).draft
    assert (draft.task, draft.decoder) == ("object-detection", "ssd")
    assert (draft.box_order, draft.has_background) == (order, has_background)


def test_that_boxes_alone_suggest_nothing(tmp_path: Path) -> None:
    assert guess(tmp_path, {"boxes": [1, 100, 4]}).draft.decoder == ""
