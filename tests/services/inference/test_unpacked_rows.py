"""A packed map's rows, asked for from the top."""

from __future__ import annotations

import numpy as np
import pytest

from ailab.services.inference.cubic_interpolation import interpolated
from ailab.services.inference.float_map import FloatMap
from ailab.services.inference.unpacked_rows import UnpackedRows

VALUES = np.random.default_rng(0).standard_normal((900, 1000)).astype(np.float32)


def test_that_rows_are_those_of_the_map() -> None:
    rows = UnpackedRows(FloatMap.pack(VALUES))
    assert rows.shape == (900, 1000)
    for wanted in ([0, 1, 1], [1, 2], [130, 131], [131, 400], [899], [899]):
        np.testing.assert_array_equal(rows[np.array(wanted)], VALUES[wanted])


@pytest.mark.parametrize("size", [(30, 20), (900, 1000), (1300, 1700)])
def test_that_a_map_is_interpolated_as_if_it_were_whole(size: tuple[int, int]) -> None:
    packed = interpolated(UnpackedRows(FloatMap.pack(VALUES)), *size)
    whole = interpolated(VALUES, *size)
    for (rows, ours), (same, theirs) in zip(packed, whole, strict=True):
        assert rows == same
        assert ours.tobytes() == theirs.tobytes()
