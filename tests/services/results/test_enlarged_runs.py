"""Run lengths of masks at the size of a larger picture."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from ailab.services.inference.json_fields import BadFieldError
from ailab.services.inference.pixel_map import PixelMap
from ailab.services.results.enlarged_runs import enlarged_counts
from ailab.services.results.run_lengths import mask_counts


def counts_of(mask: npt.NDArray[np.bool_]) -> str:
    height, width = mask.shape
    return mask_counts(
        PixelMap.pack(width, height, (mask * np.uint8(255)).tobytes()), 0, 0, width, height
    )


@pytest.mark.parametrize("size", [(7, 5), (14, 10), (8, 5), (7, 9), (23, 17), (20, 31)])
def test_that_each_pixel_is_that_of_the_nearest(size: tuple[int, int]) -> None:
    random = np.random.default_rng(0)
    masks = [random.random((5, 7)) < share for share in (0.1, 0.5, 0.9)]
    masks += [np.ones((5, 7), np.bool_), np.indices((5, 7))[1] < 3]
    for mask in masks:
        larger = Image.fromarray(mask * np.uint8(255)).resize(size, Image.Resampling.NEAREST)
        assert enlarged_counts(counts_of(mask), (7, 5), size) == counts_of(np.asarray(larger) > 0)


def test_that_an_empty_mask_stays_empty() -> None:
    assert enlarged_counts("S1", (7, 5), (14, 10)) == "\\4"


def test_that_counts_of_another_picture_are_refused() -> None:
    with pytest.raises(BadFieldError):
        enlarged_counts(counts_of(np.ones((5, 7), np.bool_)), (8, 5), (16, 10))
