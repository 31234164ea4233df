"""Words of a result that came from elsewhere, as far as a person can read them."""

from __future__ import annotations

import pytest

from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.json_fields import BadFieldError
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.prediction_json import result_from_json, result_to_json
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


def test_that_a_text_nobody_can_read_is_refused() -> None:
    body, parts = result_to_json(PictureResult("p", prediction=GeneratedText("a" * 1_000_001)))
    with pytest.raises(BadFieldError, match="text"):
        result_from_json(body, parts)
