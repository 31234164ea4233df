"""Points: of faces, of persons, and of interest."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.keypoint_names import FACE_POINTS, PERSON_EDGES, PERSON_POINTS
from ailab.services.inference.keypoints import Keypoints
from ailab.services.inference.model_description import DecoderSettings
from ailab.services.inference.placement import Placement
from ailab.services.inference.tasks.decoders import DECODERS
from ailab.services.inference.tasks.decoding import Decoding

Outputs = dict[str, npt.NDArray[Any]]
# A picture of 128 × 64 pixels, letterboxed into 64 × 64.
LETTERBOX = Placement(128, 64, 64, 64, 0.5, 0.5, offset_y=16)
STRIDES = (8, 16, 32)


def decode(
    name: str, outputs: Outputs, labels: tuple[str, ...] = (), placement: Placement = LETTERBOX
) -> Keypoints:
    decoding = Decoding(labels, DecoderSettings(name), placement)
    prediction = DECODERS[name](outputs, decoding)
    assert isinstance(prediction, Keypoints)
    return prediction


def yunet() -> Outputs:
    """No face anywhere."""
    return {
        f"{name}_{stride}": np.zeros((1, (64 // stride) ** 2, length), np.float32)
        for name, length in (("cls", 1), ("obj", 1), ("bbox", 4), ("kps", 10))
        for stride in STRIDES
    }


def put_face(outputs: Outputs, stride: int, cell: int, score: tuple[float, float]) -> None:
    outputs[f"cls_{stride}"][0, cell], outputs[f"obj_{stride}"][0, cell] = score
    outputs[f"bbox_{stride}"][0, cell] = [0.5, 0.25, np.log(2), np.log(1)]
    outputs[f"kps_{stride}"][0, cell] = np.arange(10) / 10


def test_that_a_face_has_its_box_its_five_points_and_the_root_of_both_scores() -> None:
    outputs = yunet()
    put_face(outputs, 16, 6, (0.9, 0.4))  # column 2, row 1
    found = decode("yunet", outputs)
    (face,) = found.poses
    assert found.names == FACE_POINTS
    assert face.label == "face"
    assert face.score == pytest.approx(0.6)
    # Centre (2.5, 1.25) cells of 16 pixels, 32 by 16 pixels; then out of the letterbox, doubled.
    assert face.box == pytest.approx((48.0, -8.0, 112.0, 24.0))
    places = [(point.x, point.y) for point in face.points]
    assert places[0] == pytest.approx(((2 + 0.0) * 16 * 2, ((1 + 0.1) * 16 - 16) * 2))
    assert places[4] == pytest.approx(((2 + 0.8) * 16 * 2, ((1 + 0.9) * 16 - 16) * 2))
    assert [point.name for point in face.points] == list(range(5))
    assert {point.score for point in face.points} == {face.score}


def test_that_of_faces_upon_each_other_the_surest_is_kept() -> None:
    outputs = yunet()
    put_face(outputs, 16, 6, (0.9, 0.9))
    put_face(outputs, 8, 0, (0.8, 0.8))
    outputs["bbox_8"][0, 0] = [4.9, 2.5, np.log(4), np.log(2)]  # nearly the same box
    put_face(outputs, 32, 3, (0.7, 0.7))
    found = decode("yunet", outputs)
    assert [round(face.score, 2) for face in found.poses] == [0.9, 0.7]


def test_that_scores_beyond_0_and_1_make_no_impossible_face() -> None:
    outputs = yunet()
    put_face(outputs, 16, 6, (1.2, 3.0))
    put_face(outputs, 16, 9, (-1.0, -1.0))
    assert [face.score for face in decode("yunet", outputs).poses] == [1.0]


def test_that_a_sheet_may_name_the_points_of_a_face() -> None:
    outputs = yunet()
    put_face(outputs, 16, 6, (0.9, 0.9))
    names = ("a", "b", "c", "d", "e")
    assert decode("yunet", outputs, names).names == names


@pytest.mark.parametrize(
    ("name", "values"),
    [("kps_16", None), ("cls_8", np.zeros((1, 63, 1))), ("bbox_32", np.zeros((1, 4, 5)))],
)
def test_that_faces_of_another_form_are_refused(name: str, values: npt.NDArray[Any] | None) -> None:
    outputs = yunet()
    del outputs[name]
    if values is not None:
        outputs[name] = values
    with pytest.raises(ModelFileError, match="kps of each stride"):
        decode("yunet", outputs)


def test_that_a_network_without_grids_is_no_yunet() -> None:
    with pytest.raises(ModelFileError, match="kps of each stride"):
        decode("yunet", {"out": np.zeros((1, 5))})


def pose_columns(points: int, things: int = 3) -> npt.NDArray[np.float32]:
    columns = np.zeros((1, 5 + 3 * points, things), np.float32)
    for thing in range(things):
        columns[0, :5, thing] = [10 + 20 * thing, 32, 8, 16, 0.9 - 0.2 * thing]
        columns[0, 5:, thing] = np.tile([10 + 20 * thing, 30, 0.5], points)
    return columns


def test_that_columns_hold_box_score_and_points_of_each_thing() -> None:
    found = decode("yolo-pose-columns", {"output0": pose_columns(17)})
    assert found.names == PERSON_POINTS
    assert found.edges == PERSON_EDGES
    assert [round(pose.score, 2) for pose in found.poses] == [0.9, 0.7, 0.5]
    first = found.poses[0]
    assert first.box == pytest.approx((12.0, 16.0, 28.0, 48.0))
    assert (first.points[16].x, first.points[16].y) == pytest.approx((20.0, 28.0))
    assert (first.points[16].score, first.points[16].name) == (0.5, 16)


def test_that_points_of_an_unknown_number_go_by_numbers_unless_a_sheet_names_them() -> None:
    outputs = {"output0": pose_columns(2)}
    assert decode("yolo-pose-columns", outputs).names == ("point 1", "point 2")
    named = decode("yolo-pose-columns", outputs, ("beak", "tail"))
    assert (named.names, named.edges) == (("beak", "tail"), ())


@pytest.mark.parametrize("length", [5, 6, 9])
def test_that_columns_of_another_length_are_refused(length: int) -> None:
    with pytest.raises(ModelFileError, match="3 for each point"):
        decode("yolo-pose-columns", {"output0": np.zeros((1, length, 4), np.float32)})


def interest() -> Outputs:
    return {
        "keypoints": np.array([[[0.5, 0.5], [0.25, 0.75], [0.0, 0.0]]], np.float32),
        "scores": np.array([[0.2, 0.7, 0.9]], np.float32),
        "mask": np.array([[1, 1, 0]], np.int64),
    }


def test_that_points_of_interest_are_one_pose_by_score_without_what_is_masked_out() -> None:
    stretched = Placement(200, 100, 64, 64, 0.32, 0.64)
    found = decode("interest-points", interest(), placement=stretched)
    (pose,) = found.poses
    assert (found.names, pose.box, pose.label) == ((), None, "")
    places = [(point.x, point.y) for point in pose.points]
    assert places == [pytest.approx((50.0, 75.0)), pytest.approx((100.0, 50.0))]
    assert [point.score for point in pose.points] == pytest.approx([0.7, 0.2])
    # The pose is as sure as its surest point, so that the threshold goes point by point.
    assert pose.score == pose.points[0].score
    assert [len(each.points) for each in found.above(0.5).poses] == [1]


def test_that_no_points_of_interest_are_no_pose() -> None:
    empty = {"keypoints": np.zeros((1, 0, 2)), "scores": np.zeros((1, 0))}
    assert decode("interest-points", empty) == Keypoints(())


@pytest.mark.parametrize(
    "changes",
    [
        {"keypoints": np.zeros((1, 3, 3))},
        {"scores": np.zeros((1, 4))},
        {"mask": np.zeros((1, 2))},
        {"keypoints": np.zeros((2, 3, 2)), "scores": np.zeros((2, 3)), "mask": np.zeros((2, 3))},
    ],
)
def test_that_points_of_interest_of_another_form_are_refused(changes: Outputs) -> None:
    with pytest.raises(ModelFileError, match="as many scores"):
        decode("interest-points", interest() | changes)
