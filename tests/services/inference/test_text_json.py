"""A text's places in the files of a saved run, which may lie."""

from __future__ import annotations

from typing import Any

import pytest

from ailab.services.inference.json_fields import BadFieldError, Fields
from ailab.services.inference.places.place import MOST_PLACES
from ailab.services.inference.text_json import text_from_json


@pytest.mark.parametrize(
    "place",
    [
        {"label": "cat"},
        {"label": "cat", "box": [1, 2, 3]},
        {"label": None, "box": [1, 2, 3, 4]},
        {"label": "cat", "box": [1, 2, 3, 4], "outlines": [[[1, 2], [3, 4]]]},
        {"label": "cat", "box": [1, 2, 3, 4], "outlines": [[[1, 2], [3, 4], [5]]]},
        {"label": "cat", "box": [1, 2, 3, 4], "outlines": "all"},
        {"label": "cat", "box": [1, 2, 3, 4], "outlines": [[]] * 10_001},
    ],
)
def test_that_places_that_are_not_as_they_should_be_are_refused(place: dict[str, Any]) -> None:
    with pytest.raises(BadFieldError):
        text_from_json(Fields({"text": "a", "places": [place]}))


def test_that_more_places_than_a_text_may_have_are_refused() -> None:
    many = [{"label": "cat", "box": [1, 2, 3, 4]}] * (MOST_PLACES + 1)
    with pytest.raises(BadFieldError, match="places holds more than"):
        text_from_json(Fields({"text": "a", "places": many}))
