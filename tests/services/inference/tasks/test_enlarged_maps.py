"""Maps enlarged row by row: as if all were enlarged at once."""

from __future__ import annotations

import numpy as np
import pytest

from ailab.services.inference.placement import Placement
from ailab.services.inference.tasks import map_sampling as module
from ailab.services.inference.tasks.enlarged_maps import EnlargedMaps
from ailab.services.inference.tasks.map_sampling import MapSampling

SIZE = 32, 24
MAPS = np.random.default_rng(5).normal(size=(8, 6, 3)).astype(np.float32)


def test_that_some_rows_are_those_of_all() -> None:
    enlarged = EnlargedMaps(MAPS, SIZE)
    assert enlarged.shape == (*SIZE, 3)
    rows = np.array([0, 5, 6, 31])
    np.testing.assert_array_equal(enlarged[rows], enlarged[:][rows])
    np.testing.assert_array_equal(enlarged[7:9], enlarged[:][7:9])


def test_that_what_lies_beside_the_picture_is_cut_off() -> None:
    shown = EnlargedMaps(MAPS, SIZE, shown=(20, 24))
    assert shown.shape == (20, 24, 3)
    np.testing.assert_array_equal(shown[3:20], EnlargedMaps(MAPS, SIZE)[3:20])
    narrow = EnlargedMaps(MAPS, SIZE, shown=(32, 10))
    np.testing.assert_array_equal(narrow[:], EnlargedMaps(MAPS, SIZE)[:][:, :10])


@pytest.mark.parametrize("values", [1, 10**6])
def test_that_strips_of_enlarged_maps_are_those_of_maps_that_were_enlarged_at_once(
    values: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_STRIP_VALUES", values)
    monkeypatch.setattr(module, "_MOST_VALUES", values)
    lazily = EnlargedMaps(MAPS, SIZE, np.tanh)
    at_once = np.tanh(EnlargedMaps(MAPS, SIZE)[:])
    sampling = MapSampling(Placement(50, 70, 24, 32, 24 / 50, 32 / 70), 70, 50)
    for ours, theirs in zip(sampling.strips(lazily), sampling.strips(at_once), strict=True):
        assert ours[0] == theirs[0]
        np.testing.assert_array_equal(ours[1], theirs[1])
        np.testing.assert_array_equal(ours[2], theirs[2])


def test_that_no_maps_have_no_strips() -> None:
    none = EnlargedMaps(MAPS[..., :0], SIZE)
    assert not list(MapSampling(Placement(4, 4, 24, 32, 6, 8), 4, 4).strips(none))
