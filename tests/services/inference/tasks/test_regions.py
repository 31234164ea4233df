"""Numbered regions: their areas and scores, and the new numbers of their pixels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ailab.services.inference.model_description import DecoderSettings
from ailab.services.inference.placement import Placement
from ailab.services.inference.tasks import regions as module
from ailab.services.inference.tasks.decoding import Decoding
from ailab.services.inference.tasks.regions import segmentation


@pytest.mark.parametrize("number", [np.uint8, np.uint16])
@pytest.mark.parametrize("strip", [7, 10**6])
def test_that_each_region_has_its_area_and_its_mean_confidence(
    number: type[np.unsignedinteger[Any]], strip: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_STRIP_PIXELS", strip)
    random = np.random.default_rng(8)
    regions = np.minimum(random.integers(0, 40, (20, 30)), random.integers(0, 40, (20, 30)))
    confidence = random.integers(0, 256, (20, 30)).astype(np.uint8)
    regions[3, :5], confidence[3, :5] = 39, 255
    decoding = Decoding((), DecoderSettings("label-map"), Placement.pixel_for_pixel(30, 20))
    found = segmentation(regions.astype(number), confidence, range(39), decoding)
    label_map = np.frombuffer(found.label_map.unpack(), np.uint8).reshape(20, 30)
    areas = [segment.area for segment in found.segments]
    assert areas == sorted(areas, reverse=True)
    assert {segment.class_id for segment in found.segments} == set((regions - 1)[regions > 0])
    for segment in found.segments:
        is_there = regions == segment.class_id + 1
        np.testing.assert_array_equal(label_map == segment.index, is_there)
        assert segment.area == pytest.approx(is_there.mean())
        assert segment.score == pytest.approx(confidence[is_there].mean() / 255)
    np.testing.assert_array_equal(label_map == 0, regions == 0)
