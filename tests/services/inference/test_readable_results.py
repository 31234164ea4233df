"""Words of a result that came from elsewhere, as far as a person can read them."""

from __future__ import annotations

import pytest

from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.json_fields import BadFieldError
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.picture_result_json import result_from_json, result_to_json
from ailab.services.inference.predictions import Detection, Detections


def test_that_a_label_is_made_one_that_can_be_shown() -> None:
    name = "\u202e\x1b[31ma\nb" + "c" * 10**6
    found = Detections((Detection(0, name, 0.5, (0.0, 0.0, 1.0, 1.0)),))
    body, parts = result_to_json(PictureResult("p", prediction=found))
    prediction = result_from_json(body, parts).prediction
    assert isinstance(prediction, Detections)
    label = prediction.items[0].label
    assert label.startswith("[31ma bc")
    assert len(label) == 200


@pytest.mark.parametrize("notes", [["a"] * 101, ["a" * 10_001]])
def test_that_notes_nobody_can_read_are_refused(notes: list[str]) -> None:
    body, parts = result_to_json(PictureResult("p", notes=tuple(notes)))
    with pytest.raises(BadFieldError, match="notes"):
        result_from_json(body, parts)


@pytest.mark.parametrize("text", ["a " * 100_001, "a" * 20_001])
def test_that_a_text_nobody_can_read_is_refused(text: str) -> None:
    body, parts = result_to_json(PictureResult("p", prediction=GeneratedText(text)))
    with pytest.raises(BadFieldError, match="text"):
        result_from_json(body, parts)


def test_that_what_is_too_long_for_a_path_is_no_picture() -> None:
    body, parts = result_to_json(PictureResult("/" + "p" * 40_000))
    with pytest.raises(BadFieldError, match="picture"):
        result_from_json(body, parts)


def test_that_more_things_than_anybody_keeps_are_refused() -> None:
    thing = Detection(0, "a", 0.5, (0.0, 0.0, 1.0, 1.0))
    body, parts = result_to_json(PictureResult("p", prediction=Detections((thing,) * 10_001)))
    with pytest.raises(BadFieldError, match="items"):
        result_from_json(body, parts)


@pytest.mark.parametrize("text", ["words of a page " * 10_000, "細胞" * 50_000])
def test_that_a_long_text_is_kept(text: str) -> None:
    result = PictureResult("p", prediction=GeneratedText(text))
    assert result_from_json(*result_to_json(result)) == result
