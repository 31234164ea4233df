"""How numbers spread, as NumPy tells it of all of them at once."""

from __future__ import annotations

import numpy as np
import pytest

from ailab.services.inference.tasks.spread import Spread


@pytest.mark.parametrize("count", [1, 2, 3, 10, 1001, 5000])
@pytest.mark.parametrize("digits", [0, 1, 9])
def test_that_ends_and_middle_are_those_of_all_at_once(count: int, digits: int) -> None:
    chance = np.random.default_rng(count)
    values = (chance.standard_normal(count) * 10.0 ** chance.integers(-20, 20, count)).round(digits)
    strips = np.array_split(values.astype(np.float32)[:, None], min(count, 3))
    spread = Spread()
    for strip in strips:
        spread.add(strip)
    whole = values.astype(np.float32)
    found = spread.least, spread.median(strips), spread.most
    assert found == (float(whole.min()), float(np.median(whole)), float(whole.max()))


def test_that_the_middle_of_two_far_from_each_other_lies_between() -> None:
    values = np.array([[-3.0, 1.0, 2.0, 1e30]], np.float32)
    spread = Spread()
    spread.add(values)
    assert spread.median([values]) == 1.5
