"""What is told of stretched values."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from ailab.services.images.stretch import stretch
from ailab.services.images.stretched import stretched_words
from ailab.services.images.value_range import TRIMMED_RANGE, WHOLE_RANGE, ValueRange


@pytest.mark.parametrize(
    ("beyond", "words"),
    [
        (0.0, "none"),
        (1 / 262_144, "less than 0.01 %"),
        (0.0033, "0.33 %"),
        (0.324, "32 %"),
        (0.9949, "99 %"),
        (0.9999, "more than 99 %"),
        (1.0, "all"),
    ],
)
def test_that_the_share_of_pixels_beyond_a_range_is_told_as_people_write_it(
    beyond: float, words: str
) -> None:
    told = stretched_words(100.0, 3000.0, ValueRange((100.0, 3000.0)), beyond)
    assert told.endswith(f"stretched to 8 bits, and {words} of the pixels lie beyond")


def note_of(values: npt.NDArray[np.generic], value_range: ValueRange = WHOLE_RANGE) -> str:
    return stretch(Image.fromarray(values), value_range)[1].note


def test_that_a_hot_pixel_is_told_of_with_the_range_without_it() -> None:
    values = np.random.default_rng(4).integers(100, 900, (50, 60), np.uint16)
    assert note_of(values).endswith("were stretched to 8 bits.")
    values[3, 4] = 65_535
    least, greatest = np.sort(values, axis=None)[[5, -6]]  # 3000 × 0.00175
    assert note_of(values).endswith(
        "65535 were stretched to 8 bits. More than 99.9 % of the pixels lie within a quarter of "
        "that, as where one is hot: “The same without outliers” (--range trimmed) stretches "
        f"{least} to {greatest}."
    )
    assert "hot" not in note_of(values, TRIMMED_RANGE)
    assert "hot" not in note_of(values, ValueRange((0.0, 65_535.0)))
    far = values.astype(np.float32)
    far[3, 4] = 1e9  # all others have the same grey
    assert note_of(far).endswith(f"stretches {least} to {greatest}.")


def test_that_no_other_range_is_named_where_nearly_every_pixel_has_one_value() -> None:
    values = np.zeros((50, 50), np.uint16)
    values[0, 0] = 700
    assert note_of(values) == "16-bit picture: values 0 to 700 were stretched to 8 bits."
