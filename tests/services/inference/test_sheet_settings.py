"""Fields of a sheet as they are typed."""

from __future__ import annotations

import pytest

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.sheet_draft import SheetDraft
from ailab.services.inference.sheet_settings import with_settings

DETECTOR = SheetDraft(
    task="object-detection", decoder="yolox", resize="letterbox", width=416, height=416
)


def test_that_fields_are_set_by_their_names_or_places() -> None:
    draft = with_settings(
        DETECTOR,
        ["width=320", "input.height=352", "decoder.strides=8, 16", "mean=0.5,0.5,0.5"],
    )
    assert (draft.width, draft.height) == (320, 352)
    assert (draft.strides, draft.mean) == ((8, 16), (0.5, 0.5, 0.5))


def test_that_a_decoder_brings_its_task_and_a_task_its_first_decoder() -> None:
    draft = with_settings(SheetDraft(), ["nms_iou=0.6", "decoder=yolo-rows"])
    assert (draft.task, draft.decoder, draft.nms_iou) == ("object-detection", "yolo-rows", 0.6)
    draft = with_settings(DETECTOR, ["task=depth-estimation"])
    assert (draft.task, draft.decoder) == ("depth-estimation", "depth")


def test_that_labels_are_names_a_list_or_a_file() -> None:
    assert with_settings(DETECTOR, ["labels=cat, dog"]).labels == ("cat", "dog")
    assert with_settings(DETECTOR, ['labels=["a, b"]']).labels == ("a, b",)
    assert with_settings(DETECTOR, ["labels=names.txt"]).label_file == "names.txt"


def test_that_anchors_go_along_with_what_they_belong_to_until_they_are_a_persons_own() -> None:
    draft = with_settings(DETECTOR, ["decoder=yolo-v5-heads"])
    assert draft.anchors[:2] == (10, 13)
    draft = with_settings(draft, ["decoder=yolo-v4-heads"])
    assert draft.anchors[:2] == (12, 16)
    draft = with_settings(draft, ["strides=16, 32"])
    assert draft.anchors[:2] == (23, 27)
    draft = with_settings(draft, ["anchors=5,6, 7,8.5"])
    assert draft.anchors == (5, 6, 7, 8.5)
    assert with_settings(draft, ["decoder=yolo-v3-heads"]).anchors == (5, 6, 7, 8.5)


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("width", "sets nothing"),
        ("widht=3", "no field widht. Did you mean width"),
        ("decoder.width=3", "no field decoder.width"),
        ("width=wide", 'In --set, "input.width" must be a whole number'),
        ("decoder=yolo", 'In --set, "decoder.name" must be one of'),
        ("task=dreaming", 'In --set, "task" must be one of'),
        ("shortest_edge=256", "input.shortest_edge counts for nothing with letterbox"),
        ("activation=softmax", "decoder.activation counts for nothing with yolox"),
        ("anchors=1,2", "decoder.anchors counts for nothing with yolox"),
        ("mean=1,2", "must be three numbers"),
    ],
)
def test_that_what_cannot_be_set_is_told(setting: str, told: str) -> None:
    with pytest.raises(ModelFileError) as caught:
        with_settings(DETECTOR, [setting])
    assert told in str(caught.value)
    assert caught.value.advice
