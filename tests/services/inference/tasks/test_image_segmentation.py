"""Class maps, mattes and masks."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.model_description import DecoderSettings
from ailab.services.inference.placement import Placement
from ailab.services.inference.predictions import Segmentation
from ailab.services.inference.tasks import image_segmentation, map_sampling, regions
from ailab.services.inference.tasks.decoders import DECODERS
from ailab.services.inference.tasks.decoding import Decoding
from ailab.services.inference.tasks.map_sampling import MapSampling

Maps = npt.NDArray[Any]


def whole(width: int, height: int, side: int = 64) -> Placement:
    return Placement(width, height, side, side, side / width, side / height)


def decode(
    name: str,
    outputs: dict[str, Maps],
    placement: Placement,
    labels: tuple[str, ...] = ("background", "cell", "dust"),
    **settings: Any,
) -> tuple[Segmentation, Maps, Maps]:
    decoding = Decoding(labels, DecoderSettings(name, **settings), placement)
    result = DECODERS[name](outputs, decoding)
    assert isinstance(result, Segmentation)
    shape = (result.height, result.width)
    label_map = np.frombuffer(result.label_map.unpack(), np.uint8).reshape(shape)
    return result, label_map, np.frombuffer(result.confidence.unpack(), np.uint8).reshape(shape)


def sampled(values: Maps, sampling: MapSampling) -> Maps:
    grid = np.empty((sampling.height, sampling.width, values.shape[2]), np.float32)
    for rows, part, _ in sampling.strips(values):
        grid[rows] = part
    return grid


def test_that_sampling_is_pytorchs_bilinear_interpolation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(map_sampling, "_STRIP_VALUES", 7)  # several strips
    values = np.array([[0.0, 1.0], [2.0, 6.0]], np.float32)[..., None]
    # What PyTorch's own function gives without aligned corners.
    expected: list[list[float]] = [[0, 0.25, 0.75, 1], [1, 1.625, 2.875, 3.5], [2, 3, 5, 6]]
    grid = sampled(values, MapSampling(whole(4, 3), 3, 4))
    np.testing.assert_allclose(grid[..., 0], expected, atol=1e-6)


def halves(height: int = 8, width: int = 8) -> Maps:
    """Logits: background on the left, cell on the right, dust nowhere."""
    logits = np.zeros((1, 3, height, width), np.float32)
    logits[0, 0, :, : width * 3 // 4] = 4
    logits[0, 1, :, width * 3 // 4 :] = 2
    return logits


def test_that_each_pixel_gets_its_best_class_and_its_probability() -> None:
    result, label_map, confidence = decode("label-map", {"logits": halves()}, whole(64, 32))
    assert (result.width, result.height) == (64, 32)
    assert [(s.index, s.class_id, s.label) for s in result.segments] == [
        (1, 0, "background"),
        (2, 1, "cell"),
    ]
    assert (label_map[:, :40] == 1).all()
    assert (label_map[:, 56:] == 2).all()
    left, right = np.exp(4) / (np.exp(4) + 2), np.exp(2) / (np.exp(2) + 2)
    assert confidence[0, 0] == round(255 * left)
    assert confidence[0, 63] == round(255 * right)
    background, cell = result.segments
    assert background.area == pytest.approx((label_map == 1).mean())
    assert background.area + cell.area == pytest.approx(1)
    assert cell.score == pytest.approx(confidence[label_map == 2].mean() / 255)


def test_that_what_a_crop_cut_off_belongs_to_nothing() -> None:
    # The network saw the middle 32 of 64 columns.
    placement = Placement(64, 32, 32, 32, 1.0, 1.0, -16, 0)
    result, label_map, confidence = decode("label-map", {"logits": halves()}, placement)
    assert not label_map[:, :16].any()
    assert not confidence[:, 48:].any()
    assert (label_map[:, 16:36] == 1).all()
    assert sum(segment.area for segment in result.segments) == pytest.approx(0.5)


def test_that_a_letterbox_is_undone() -> None:
    placement = Placement(64, 32, 64, 64, 1.0, 1.0, 0, 16)
    logits = np.full((1, 2, 16, 16), -1, np.float32)
    logits[0, 1, :4] = logits[0, 1, 12:] = 9  # where the letterbox is filled up
    logits[0, 0, 4:12] = 9
    _, label_map, _ = decode("label-map", {"logits": logits}, placement)
    assert (label_map[2:-2] == 1).all()


def test_that_a_costly_map_is_decided_coarsely_and_enlarged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fine, label_map, _ = decode("label-map", {"logits": halves()}, whole(64, 32))
    monkeypatch.setattr(image_segmentation, "_MAX_VALUES", 64 * 32 * 3 / 4)
    coarse, coarse_map, _ = decode("label-map", {"logits": halves()}, whole(64, 32))
    assert (coarse.width, coarse.height) == (64, 32)
    assert (coarse_map == label_map).mean() > 0.95
    assert [s.label for s in coarse.segments] == [s.label for s in fine.segments]
    assert (coarse_map[::2, ::2] == coarse_map[1::2, 1::2]).all()


def test_that_the_maps_of_a_very_large_picture_are_smaller(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(regions, "MAX_MAP_PIXELS", 512)
    monkeypatch.setattr(image_segmentation, "MAX_MAP_PIXELS", 512)
    result, _, _ = decode("label-map", {"logits": halves()}, whole(64, 32))
    assert (result.width, result.height) == (32, 16)


def test_that_of_over_255_classes_the_largest_are_kept() -> None:
    logits = np.zeros((1, 300, 20, 15), np.float32)
    flat = logits.reshape(300, -1)
    flat[np.arange(300), np.arange(300)] = 5
    result, label_map, _ = decode("label-map", {"logits": logits}, whole(15, 20), ())
    assert len(result.segments) == 255
    assert set(np.unique(label_map)) == set(range(256))
    assert sorted(s.index for s in result.segments) == list(range(1, 256))


def test_that_one_logit_per_pixel_is_a_foreground() -> None:
    logits = np.full((1, 1, 4, 4), -3, np.float32)
    logits[..., 2:] = 3
    result, label_map, _ = decode("label-map", {"logits": logits}, whole(4, 4), ("nucleus",))
    assert [segment.label for segment in result.segments] == ["nucleus"]
    assert label_map[0].tolist() == [0, 0, 1, 1]


@pytest.mark.parametrize("shape", [(1, 1, 2, 4), (1, 2, 4, 1), (1, 2, 4)])
def test_that_a_matte_is_a_foreground_where_it_is_at_least_one_half(
    shape: tuple[int, ...],
) -> None:
    matte = np.array([[0.2, 0.2, 0.8, 0.8]] * 2, np.float32).reshape(shape)
    result, label_map, confidence = decode("matte", {"o": matte}, whole(4, 2), ("person",))
    assert label_map.tolist() == [[0, 0, 1, 1]] * 2
    assert confidence[0].tolist() == [51, 51, 204, 204]
    assert result.segments[0].score == pytest.approx(0.8)
    assert result.segments[0].area == 0.5


def test_that_the_foreground_has_a_name_where_the_labels_name_none() -> None:
    matte = np.ones((1, 1, 2, 2), np.float32)
    for labels, expected in (((), "foreground"), (("person",), "person")):
        result, _, _ = decode("matte", {"o": matte}, whole(4, 4), labels)
        assert [segment.label for segment in result.segments] == [expected]


def test_that_an_empty_matte_has_no_segments() -> None:
    result, label_map, _ = decode("matte", {"o": np.zeros((1, 1, 2, 2), np.float32)}, whole(4, 4))
    assert result.segments == ()
    assert not label_map.any()


def queries(scores: list[tuple[int, float]], classes: int = 3) -> Maps:
    """Logits of queries of a class and a probability; the rest goes to no object."""
    probabilities = np.full((1, len(scores), classes + 1), 1e-6)
    for i, (class_id, score) in enumerate(scores):
        probabilities[0, i, class_id] = score
        probabilities[0, i, -1] += 1 - score
    return np.asarray(np.log(probabilities), np.float32)


def masks(*columns: tuple[int, int]) -> Maps:
    logits = np.full((1, len(columns), 8, 8), -8, np.float32)
    for i, (start, end) in enumerate(columns):
        logits[0, i, :, start:end] = 8
    return logits


@pytest.mark.parametrize(
    "names", [("class_queries_logits", "masks_queries_logits"), ("logits", "pred_masks")]
)
def test_that_masks_of_sure_queries_become_regions(names: tuple[str, str]) -> None:
    logits = queries([(1, 0.9), (1, 0.8), (2, 0.3)])
    outputs = {names[0]: logits, names[1]: masks((0, 4), (6, 8), (4, 6))}
    result, label_map, confidence = decode("mask-queries", outputs, whole(8, 8))
    assert [(s.label, round(s.score, 3)) for s in result.segments] == [
        ("cell", 0.9),
        ("cell", 0.8),
    ]
    assert label_map[0, [0, 1, 2, 7]].tolist() == [1, 1, 1, 2]
    assert confidence[0, 0] == 255


def test_that_a_mask_that_loses_most_of_itself_is_dropped() -> None:
    logits = queries([(1, 0.95), (2, 0.7)])
    outputs = {"class_queries_logits": logits, "masks_queries_logits": masks((0, 7), (2, 8))}
    result, label_map, _ = decode("mask-queries", outputs, whole(8, 8), mask_size=16)
    assert [s.label for s in result.segments] == ["cell"]
    assert label_map[0, 7] == 0


def test_that_no_sure_query_means_no_regions() -> None:
    outputs = {"logits": queries([(1, 0.4)]), "pred_masks": masks((0, 8))}
    for size in (None, 16):
        result, label_map, _ = decode("mask-queries", outputs, whole(8, 8), mask_size=size)
        assert result.segments == ()
        assert not label_map.any()


def test_that_eomts_masks_leave_what_they_do_not_claim() -> None:
    """Its picture fills the left half of the input; what lies beside it is cut off first."""
    logits = queries([(1, 0.9), (2, 0.8)])
    outputs = {"class_queries_logits": logits, "masks_queries_logits": masks((0, 2), (3, 8))}
    half = Placement(8, 16, 8, 8, 0.5, 0.5)
    result, label_map, confidence = decode("mask-logits", outputs, half)
    assert [s.label for s in result.segments] == ["cell", "dust"]
    assert label_map[0].tolist() == [1, 1, 1, 1, 0, 0, 2, 2]
    assert confidence[0, 4] == 0
    nothing, empty, _ = decode("mask-logits", {**outputs, "class_queries_logits": logits * 0}, half)
    assert nothing.segments == ()
    assert not empty.any()


def test_that_a_surer_thing_is_painted_over_by_none() -> None:
    outputs = {
        "logits": np.array([[[-9, 1, -9], [-9, -9, 2], [-9, -9, -4]]], np.float32),
        "pred_masks": masks((0, 5), (3, 8), (0, 8)),
    }
    result, label_map, confidence = decode("painted-masks", outputs, whole(8, 8))
    found = [(s.label, round(s.score, 2)) for s in result.segments]
    assert found == [("dust", 0.88), ("cell", 0.73)]  # what scores under 5 % is left out
    assert label_map[0].tolist() == [2, 2, 2, 1, 1, 1, 1, 1]
    assert confidence[0, 0] == 255
    assert result.above(0.8).segments == result.segments[:1]


@pytest.mark.parametrize(
    ("name", "outputs"),
    [
        ("label-map", {"logits": np.zeros((1, 3), np.float32)}),
        ("matte", {"o": np.zeros((1, 3, 8, 8), np.float32)}),
        ("matte", {"o": np.full((1, 1, 8, 8), 255, np.float32)}),
        ("mask-queries", {"logits": np.zeros((1, 3, 4), np.float32)}),
        ("mask-logits", {"logits": np.zeros((1, 3, 4), np.float32)}),
        ("painted-masks", {"logits": np.zeros((1, 3, 3), np.float32), "pred_masks": masks((0, 1))}),
        ("mask-queries", {"logits": queries([(1, 0.9)]), "pred_masks": masks((0, 1), (1, 2))}),
    ],
)
def test_that_another_shape_is_refused(name: str, outputs: dict[str, Maps]) -> None:
    with pytest.raises(ModelFileError, match="are not what its description promises"):
        decode(name, outputs, whole(8, 8))


@pytest.mark.parametrize("shape", [(1, 1, 4, 4), (1, 4, 4, 1), (1, 4, 4)])
def test_that_a_matte_of_logits_and_one_of_probabilities_say_the_same(
    shape: tuple[int, ...],
) -> None:
    logits = np.linspace(-9, 7, 16, dtype=np.float32).reshape(shape)
    probabilities = 1 / (1 + np.exp(-logits))
    found = [
        decode("matte", {"alphas": values}, whole(4, 4, 4), ("foreground",))
        for values in (logits, probabilities, probabilities.astype(np.float16))
    ]
    for result, label_map, confidence in found:
        assert result.is_matte
        assert [segment.label for segment in result.segments] == ["foreground"]
        np.testing.assert_array_equal(label_map, found[0][1])
        np.testing.assert_allclose(confidence, found[0][2], atol=1)
    assert found[0][2].max() > 250
    assert found[0][2].min() == 0
    assert found[0][0].above(0.99).is_matte


def test_that_what_rounding_leads_beyond_one_is_a_probability_still() -> None:
    values = np.full((1, 1, 4, 4), 1.004, np.float32)
    values[..., 0] = -0.003
    _, _, confidence = decode("matte", {"o": values}, whole(4, 4, 4), ("foreground",))
    assert (confidence[:, 2:] == 255).all()
    assert confidence[0, 0] == 0


def test_that_of_several_mattes_the_first_counts() -> None:
    first, other = np.ones((1, 1, 4, 4), np.float32), np.zeros((1, 1, 4, 4), np.float32)
    _, label_map, _ = decode("matte", {"d0": first, "d1": other}, whole(4, 4, 4), ("foreground",))
    assert (label_map == 1).all()


NUMBERS = np.array([[0, 0, 2, 2], [0, 0, 2, 7]])


@pytest.mark.parametrize("kind", [np.int64, np.int32, np.uint8])
@pytest.mark.parametrize("shape", [(1, 1, 2, 4), (1, 2, 4), (1, 2, 4, 1)])
def test_that_whole_numbers_are_the_classes_themselves(
    kind: type[np.generic], shape: tuple[int, ...]
) -> None:
    numbers = NUMBERS.astype(kind).reshape(shape)
    result, label_map, confidence = decode("label-map", {"out": numbers}, whole(16, 6))
    by_index = {segment.index: segment.class_id for segment in result.segments}
    found = np.vectorize(by_index.__getitem__)(label_map)
    np.testing.assert_array_equal(found, NUMBERS.repeat(3, axis=0).repeat(4, axis=1))
    assert (confidence == 255).all()
    assert [(s.label, s.score) for s in result.segments] == [
        ("background", 1.0),
        ("dust", 1.0),
        ("class 7", 1.0),
    ]


def test_that_a_letterbox_around_class_numbers_is_undone() -> None:
    placement = Placement(64, 32, 64, 64, 1.0, 1.0, 0, 16)
    numbers = np.full((1, 1, 16, 16), 2, np.int64)
    numbers[0, 0, 4:12] = 1
    result, label_map, _ = decode("label-map", {"out": numbers}, placement)
    assert [segment.class_id for segment in result.segments] == [1]
    assert (label_map == 1).all()


def test_that_what_a_crop_cut_off_has_no_class_number() -> None:
    placement = Placement(64, 32, 32, 32, 1.0, 1.0, -16, 0)
    numbers = np.ones((1, 32, 32), np.int32)
    _, label_map, confidence = decode("label-map", {"out": numbers}, placement)
    seen = np.zeros((32, 64), bool)
    seen[:, 16:48] = True
    np.testing.assert_array_equal(label_map > 0, seen)
    np.testing.assert_array_equal(confidence == 255, seen)


@pytest.mark.parametrize("wrong", [-1, 65_535, 2**40])
def test_that_numbers_that_can_be_no_classes_are_refused(wrong: int) -> None:
    numbers = np.array([[[[0, wrong]]]], np.int64)
    with pytest.raises(ModelFileError, match="class numbers from 0 to 65534"):
        decode("label-map", {"out": numbers}, whole(8, 8))


def test_that_the_largest_class_number_is_taken() -> None:
    numbers = np.array([[[[65_534]]]], np.int64)
    result, _, _ = decode("label-map", {"out": numbers}, whole(8, 8))
    assert [segment.class_id for segment in result.segments] == [65_534]


def test_that_scores_are_preferred_to_class_numbers() -> None:
    numbers = np.full((1, 8, 8), 2, np.int64)
    outputs: dict[str, Maps] = {"classes": numbers, "logits": halves()}
    result, _, confidence = decode("label-map", outputs, whole(64, 32))
    assert [segment.class_id for segment in result.segments] == [0, 1]
    assert confidence.max() < 255
