"""Queries of masks, read as one kind of segmentation or another."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.masks import Mask, Masks
from ailab.services.inference.model_description import DecoderSettings
from ailab.services.inference.placement import Placement
from ailab.services.inference.predictions import Prediction, Segmentation
from ailab.services.inference.subtask import Subtask
from ailab.services.inference.tasks import instance_queries, query_classes
from ailab.services.inference.tasks.decoding import Decoding, fine_sigmoid, sigmoid
from ailab.services.inference.tasks.query_classes import QueryClasses
from ailab.services.inference.tasks.subtask_decoders import decode_subtask

Maps = npt.NDArray[Any]
WHOLE = Placement(8, 8, 8, 8, 1.0, 1.0)
LABELS = ("background", "cell", "dust")


def queries(*found: tuple[int, float]) -> Maps:
    """Logits by which each query has one class of a probability, and else none."""
    logits = np.full((1, len(found), len(LABELS) + 1), -30, np.float32)
    for row, (kind, probability) in zip(logits[0], found, strict=True):
        row[kind] = np.log(probability)
        row[-1] = np.log(1 - probability)
    return logits


def masks(*columns: tuple[int, int], sure: float = 8) -> Maps:
    logits = np.full((1, len(columns), 8, 8), -sure, np.float32)
    for index, (start, end) in enumerate(columns):
        logits[0, index, :, start:end] = sure
    return logits


def decode(
    subtask: Subtask,
    outputs: tuple[Maps, Maps],
    name: str = "mask-queries",
    place: Placement = WHOLE,
    *,
    of_detr: bool = False,
) -> Prediction:
    former = "class_queries_logits", "masks_queries_logits"
    names = ("logits", "pred_masks") if of_detr else former
    decoding = Decoding(LABELS, DecoderSettings(name), place)
    return decode_subtask(subtask, dict(zip(names, outputs, strict=True)), decoding)


def rows(found: Prediction) -> list[int]:
    """The class of each pixel of the first row; -1 for none."""
    assert isinstance(found, Segmentation)
    kinds = {segment.index: segment.class_id for segment in found.segments}
    return [kinds.get(index, -1) for index in found.label_map.unpack()[: found.width]]


def columns(mask: Mask) -> tuple[int, int]:
    left, _, right, _ = mask.box
    return left, right


def test_that_semantic_segmentation_gives_every_pixel_a_class() -> None:
    unsure = queries((1, 0.3), (2, 0.4)), masks((0, 5), (5, 8))
    assert rows(decode(Subtask.SEMANTIC, unsure)) == [1] * 5 + [2] * 3
    assert rows(decode(Subtask.PANOPTIC, unsure)) == [-1] * 8


def test_that_queries_of_a_class_claim_a_pixel_together() -> None:
    two = queries((2, 0.4), (1, 0.3), (1, 0.3)), masks((0, 8), (0, 4), (0, 8))
    assert rows(decode(Subtask.SEMANTIC, two)) == [1] * 4 + [2] * 4


def test_that_where_no_mask_claims_a_pixel_the_least_unlikely_wins_it() -> None:
    faint = np.full((1, 2, 8, 8), -40, np.float32)
    faint[0, 1] = -39
    assert rows(decode(Subtask.SEMANTIC, (queries((1, 0.9), (2, 0.9)), faint))) == [2] * 8
    values = np.array([-200, -79, -17, 0, 3], np.float32)
    np.testing.assert_allclose(fine_sigmoid(values), sigmoid(values), atol=1e-7)
    assert (np.diff(fine_sigmoid(values)) > 0).all()


def test_that_what_lies_beside_the_picture_has_no_part_in_its_classes() -> None:
    left_half = Placement(8, 16, 8, 8, 0.5, 0.5)
    outputs = queries((1, 0.9), (2, 0.8)), masks((0, 2), (2, 8))
    found = decode(Subtask.SEMANTIC, outputs, "mask-logits", left_half)
    assert rows(found) == [1] * 4 + [2] * 4


@pytest.mark.parametrize("at_once", [1, 100])
def test_that_class_maps_are_the_same_however_few_rows_are_reckoned_at_once(
    at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = np.random.default_rng(3)
    outputs = {
        "logits": chance.normal(size=(1, 6, 4)).astype(np.float32),
        "pred_masks": chance.normal(size=(1, 6, 5, 7)).astype(np.float32),
    }
    whole = QueryClasses(outputs, (11, 13))[:, :]
    monkeypatch.setattr(query_classes, "_VALUES_AT_ONCE", at_once)
    maps = QueryClasses(outputs, (11, 13))
    assert maps.shape == whole.shape == (3, 11, 13)
    np.testing.assert_allclose(maps[:, 2:9], whole[:, 2:9], rtol=1e-6)
    np.testing.assert_allclose(maps[1:2, :], whole[1:2], rtol=1e-6)


def test_that_instances_overlap_and_score_by_class_and_mask(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(instance_queries, "_STRIP_PIXELS", 10)  # several strips
    outputs = queries((1, 0.7), (2, 0.9), (1, 0.04)), masks((0, 5), (3, 8), (0, 8), sure=2)
    found = decode(Subtask.INSTANCE, outputs)
    assert isinstance(found, Masks)
    share = float(sigmoid(np.array([2], np.float32))[0])
    assert [mask.label for mask in found.items] == ["dust", "cell"]
    assert [mask.score for mask in found.items] == pytest.approx([0.9 * share, 0.7 * share])
    assert [columns(mask) for mask in found.items] == [(3, 8), (0, 5)]
    assert [mask.area for mask in found.items] == [5 / 8, 5 / 8]


def test_that_an_instances_box_is_tight_in_a_picture_of_fewer_pixels_than_cells() -> None:
    flat = Placement(8, 2, 8, 8, 1.0, 4.0)  # its rows are the cells 0 and 4
    seen = masks((2, 5))
    seen[0, 0, :4] = -8
    seen[0, 0, 1:4] = 8  # of no pixel
    found = decode(Subtask.INSTANCE, (queries((1, 0.9)), seen), place=flat)
    assert isinstance(found, Masks)
    (mask,) = found.items
    assert columns(mask) == (2, 5)
    assert (mask.top, mask.inside.height) == (1, 1)
    assert mask.area == pytest.approx(3 / 16)


def test_that_a_query_can_be_an_instance_of_two_classes() -> None:
    logits = np.log(np.array([[[0.1, 0.5, 0.4, 1e-9]]], np.float32))
    logits = np.concatenate([logits, queries((0, 0.01))], axis=1)
    found = decode(Subtask.INSTANCE, (logits, masks((0, 4), (4, 8))))
    assert isinstance(found, Masks)
    assert [mask.label for mask in found.items] == ["cell", "dust"]  # of two queries two pairs


def test_that_eomts_instances_are_cut_to_the_picture() -> None:
    left_half = Placement(8, 16, 8, 8, 0.5, 0.5)
    outputs = queries((1, 0.9), (2, 0.8), (0, 0.8)), masks((0, 3), (2, 8), (5, 8))
    found = decode(Subtask.INSTANCE, outputs, "mask-logits", left_half)
    assert isinstance(found, Masks)
    assert [mask.label for mask in found.items] == ["cell", "dust"]
    assert [columns(mask) for mask in found.items] == [(0, 6), (4, 8)]
    assert found.items[0].score == pytest.approx(0.9, abs=0.05)


def test_that_detrs_and_oneformers_instances_share_the_picture_out() -> None:
    outputs = queries((1, 0.7), (2, 0.9)), masks((0, 5), (3, 8))
    expected = [1] * 3 + [2] * 5
    assert rows(decode(Subtask.INSTANCE, outputs, of_detr=True)) == expected
    assert rows(decode(Subtask.INSTANCE, outputs, "task-queries")) == expected


@pytest.mark.parametrize(("start", "stays"), [(3, True), (5, False)])
def test_that_a_region_stays_that_wins_more_than_half_of_its_mask(start: int, stays: bool) -> None:
    outputs = queries((1, 0.7), (2, 0.9)), masks((0, 8), (8 - start, 8))
    classes = rows(decode(Subtask.PANOPTIC, outputs))
    assert (1 in classes) is stays


@pytest.mark.parametrize("subtask", Subtask)
@pytest.mark.parametrize("name", ["mask-queries", "mask-logits", "task-queries"])
def test_that_outputs_of_another_kind_are_refused(subtask: Subtask, name: str) -> None:
    with pytest.raises(ModelFileError, match="expected"):
        decode(subtask, (np.zeros((1, 2, 1), np.float32), masks((0, 4), (4, 8))), name)
    with pytest.raises(ModelFileError, match="as many masks"):
        decode(subtask, (queries((1, 0.9)), masks((0, 4), (4, 8))), name)
