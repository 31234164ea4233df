"""Something is said of every kind of result, wherever the window says it."""

from __future__ import annotations

import pytest
from one_of_each_kind import HEIGHT, ONE_OF_EACH, WIDTH

from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.predictions import Prediction
from ailab.viewmodels.prediction_text import summary
from ailab.viewmodels.results_state import ResultsState
from ailab.views.result_text import count_text


@pytest.mark.parametrize("prediction", ONE_OF_EACH, ids=lambda each: each.kind)
def test_that_what_was_found_is_told_in_words(prediction: Prediction) -> None:
    result = PictureResult("cells.tif", WIDTH, HEIGHT, prediction)
    state = ResultsState(pictures=(result.picture,), results=(result,))
    assert count_text(state)
    assert summary(prediction)
