"""Pictures of pages, as the networks that read them take them."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from ailab.services.inference.page_input import page_picture
from ailab.services.inference.preprocessing import PageSteps, Resample

WHITE = 255


@pytest.mark.parametrize("margin", [0, 40])
def test_that_a_page_on_its_side_is_cut_and_turned_strip_by_strip_as_it_would_be_whole(
    margin: int,
) -> None:
    # Higher than two strips; from the upper left corner to the lower right one it is dark.
    page = np.random.default_rng(3).integers(0, 256, (600, 900, 3), dtype=np.uint8)
    page[0, 0] = page[-1, -1] = 0
    around = np.pad(page, ((margin, margin), (margin, margin), (0, 0)), constant_values=WHITE)
    how = PageSteps(
        height=900, width=600, cuts_margin=True, turns=True, resizes=False, shrinks=None, fills=True
    )
    made = page_picture(Image.fromarray(around), how, Resample.BICUBIC)
    np.testing.assert_array_equal(np.asarray(made), np.rot90(page, -1))
