"""Masks, unpacked for drawing."""

from __future__ import annotations

import numpy as np
import pytest

from ailab.services.inference import mask_maps
from ailab.services.inference.mask_maps import MaskMaps
from ailab.services.inference.masks import Masks
from fake_masks import a_mask, discs

FOUND = discs(90, 60, (30, 30, 25, 0.95), (34, 30, 8, 0.9), (89, 0, 3, 0.4))


def test_that_masks_are_unpacked_as_they_are() -> None:
    maps = MaskMaps.of(FOUND)
    assert (maps.width, maps.height) == (90, 60)
    first = maps.masks[0]
    assert (first.left, first.top, first.width, first.height) == (5, 5, 51, 51)
    assert first.inside == FOUND.items[0].inside.unpack()


def test_that_a_point_is_told_to_lie_in_a_mask_or_not() -> None:
    large, small, corner = MaskMaps.of(FOUND).masks
    assert large.covers(5, 30)
    assert large.covers(55, 30)
    assert not large.covers(4, 30)
    assert not large.covers(5, 5)  # in its box alone
    assert not small.covers(10, 30)
    assert corner.covers(89, 0)
    assert not corner.covers(0, 1)


@pytest.mark.parametrize("most", [1000, 300, 20])
def test_that_masks_that_take_too_much_are_thinned(
    monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(mask_maps, "_MOST_BYTES", most)
    maps = MaskMaps.of(FOUND)
    step = round(90 / maps.width)
    assert step > 1
    assert sum(len(mask.inside) for mask in maps.masks) <= 4 * most + 50
    assert maps.masks[0].covers(30 // step, 30 // step)
    assert not maps.masks[0].covers(80 // step, 30 // step)
    assert all(mask.width > 0 and mask.height > 0 for mask in maps.masks)


def test_that_a_mask_of_a_pixel_is_not_lost_by_thinning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mask_maps, "_MOST_BYTES", 100)
    full = np.zeros((60, 90), np.bool_)
    full[31, 47] = True
    large = np.ones((60, 90), np.bool_)
    maps = MaskMaps.of(Masks(90, 60, (a_mask(large), a_mask(full))))
    tiny = maps.masks[1]
    assert (tiny.width, tiny.height) == (1, 1)
    assert tiny.left < maps.width
    assert tiny.top < maps.height
