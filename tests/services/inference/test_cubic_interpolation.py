"""Bicubic interpolation, held against PyTorch's own results."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from ailab.services.inference import cubic_interpolation
from ailab.services.inference.cubic_interpolation import interpolated

Floats = npt.NDArray[np.float32]
VALUES = np.array([[0, 1, 4], [2, 6, 3]], np.float32)
# torch 2.13: interpolate(VALUES, mode="bicubic", align_corners=False) to these sizes.
FROM_PYTORCH: list[list[list[float]]] = [
    [
        [-0.276562, -0.207265, 0.472656, 2.745157, 4.454219],
        [0.291875, 0.986720, 2.132812, 3.257813, 3.930938],
        [1.228125, 2.953282, 4.867188, 4.102187, 3.069063],
        [1.796563, 4.147266, 6.527344, 4.614843, 2.545782],
    ],
    [[1.566406, 3.587891]],
]


def whole(values: Floats, height: int, width: int) -> Floats:
    grid = np.full((height, width), np.nan, np.float32)
    for rows, strip in interpolated(values, height, width):
        grid[rows] = strip
    return grid


@pytest.mark.parametrize("expected", FROM_PYTORCH)
@pytest.mark.parametrize("strip", [1, 7, 4_000_000])
def test_that_it_is_pytorchs(
    expected: list[list[float]], strip: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cubic_interpolation, "_STRIP_VALUES", strip)
    grid = whole(VALUES, len(expected), len(expected[0]))
    np.testing.assert_allclose(grid, expected, atol=2e-6)


def test_that_the_same_size_changes_nothing() -> None:
    np.testing.assert_array_equal(whole(VALUES, 2, 3), VALUES)


def test_that_one_cell_fills_any_size() -> None:
    np.testing.assert_allclose(whole(np.full((1, 1), 2.5, np.float32), 4, 7), 2.5, rtol=1e-6)
