"""What is told of stretched values."""

from __future__ import annotations

import pytest

from ailab.services.images.stretched import stretched_words
from ailab.services.images.value_range import ValueRange


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
