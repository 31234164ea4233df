"""Masks enlarged to large pictures, in strips."""

from __future__ import annotations

import numpy as np
import pytest

from ailab.services.inference.placement import Placement
from ailab.services.inference.tasks import mask_sampling
from ailab.services.inference.tasks.mask_sampling import MaskSampling

SIDE = 64


@pytest.mark.parametrize("is_direct", [True, False])
@pytest.mark.parametrize("strip", [1, 5 * SIDE, 10**6])
def test_that_a_mask_of_pieces_with_empty_strips_between_keeps_its_shape(
    monkeypatch: pytest.MonkeyPatch, *, strip: int, is_direct: bool
) -> None:
    monkeypatch.setattr(mask_sampling, "_STRIP_VALUES", strip)
    logits = np.full((16, 16), -1.0, np.float32)
    logits[2, 3] = logits[13, 9] = 1.0
    placement = Placement(SIDE, SIDE, SIDE, SIDE, 1.0, 1.0)
    sampling = MaskSampling(placement, (16, 16), is_direct=is_direct)
    expected = np.zeros((SIDE, SIDE), np.bool_)
    for top, left, values in sampling.strips(logits, 0.0):
        expected[top : top + len(values), left : left + values.shape[1]] = values > 0
    found = sampling.mask(logits)
    assert found is not None
    left, top, strips = found
    inside = np.concatenate(strips)
    shown = np.zeros_like(expected)
    shown[top : top + len(inside), left : left + inside.shape[1]] = inside
    assert np.array_equal(shown, expected)
    assert expected[10, 14]
    assert expected[54, 38]
    assert not expected[20:48].any()
    assert all(edge.any() for edge in (inside[0], inside[-1], inside[:, 0], inside[:, -1]))
    assert sampling.mask(-np.ones((16, 16), np.float32)) is None
