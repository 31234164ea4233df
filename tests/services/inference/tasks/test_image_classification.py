"""Class scores."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.model_description import DecoderSettings
from ailab.services.inference.placement import Placement
from ailab.services.inference.tasks.decoding import Decoding
from ailab.services.inference.tasks.image_classification import decode_class_scores

PLACEMENT = Placement(8, 8, 8, 8, 1.0, 1.0)


def decode(
    values: Any, activation: str, labels: tuple[str, ...] = ("a", "b", "c"), **others: Any
) -> Any:
    settings = DecoderSettings("class-scores", activation=activation, **others)
    outputs = {"out": np.asarray(values, np.float32)}
    return decode_class_scores(outputs, Decoding(labels, settings, PLACEMENT)).scores


def test_that_softmax_survives_large_logits_and_sorts() -> None:
    scores = decode([[1000.0, 1001.0, -1000.0]], "softmax")
    assert [item.label for item in scores] == ["b", "a", "c"]
    assert [item.score for item in scores] == pytest.approx([0.73106, 0.26894, 0], abs=1e-4)


def test_that_sigmoid_scores_each_class_on_its_own() -> None:
    scores = decode([[0.0, 500.0, -500.0]], "sigmoid")
    assert [item.score for item in scores] == pytest.approx([1, 0.5, 0], abs=1e-6)


def test_that_probabilities_are_taken_as_they_are() -> None:
    scores = decode(np.reshape([0.2, 0.7, 0.1], (1, 3, 1, 1)), "none")
    assert [item.score for item in scores] == pytest.approx([0.7, 0.2, 0.1])


def test_that_logits_are_not_passed_off_as_probabilities() -> None:
    with pytest.raises(ModelFileError, match="scores from 0 to 1"):
        decode([[3.0, -1.0]], "none")


@pytest.mark.parametrize("shape", [(1, 3, 4), (0,), (1, 0)])
def test_that_another_shape_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ModelFileError, match="one score per class"):
        decode(np.zeros(shape), "softmax")


def test_that_the_hundred_best_of_many_are_kept_and_numbered_where_unnamed() -> None:
    scores = decode([np.arange(1000)], "softmax", ())
    assert len(scores) == 100
    assert (scores[0].class_id, scores[0].label) == (999, "class 999")


def test_that_an_unnamed_class_of_the_hubs_layout_is_called_as_there() -> None:
    scores = decode([[0.0, 2.0]], "softmax", ("cat",), unnamed="LABEL_")
    assert [item.label for item in scores] == ["LABEL_1", "cat"]


def test_that_a_single_class_is_not_always_certain() -> None:
    (only,) = decode([[-1.0]], "sigmoid", ("hot dog",))
    assert only.score == pytest.approx(0.26894, abs=1e-5)


def test_that_the_only_number_of_a_network_is_not_always_certain_whatever_is_said_of_it() -> None:
    (only,) = decode([[-1.0]], "softmax", ())
    assert only.score == pytest.approx(0.26894, abs=1e-5)


def test_that_numbers_of_a_regression_are_taken_as_they_are_where_they_can_be_scores() -> None:
    scores = decode([[0.25, 0.75]], "regression")
    assert [item.score for item in scores] == [0.75, 0.25]


def test_that_quantities_of_a_regression_are_refused_with_the_reason() -> None:
    with pytest.raises(ModelFileError, match=r"made for regression .* from 37\.5 to 37\.5"):
        decode([[37.5]], "regression", ("age",))


@pytest.mark.parametrize(
    ("decoder", "named", "words"),
    [
        ("class-scores", 4, "4 classes"),
        ("answer-scores", 4, "4 answers"),
        ("class-scores", 1, "1 class"),
    ],
)
def test_that_too_many_names_are_told_by_what_they_name(
    decoder: str, named: int, words: str
) -> None:
    settings = DecoderSettings(decoder, class_count=named)
    labels = tuple("abcd"[:named])
    with pytest.raises(ModelFileError, match=f"names {words}, but its network scores 3"):
        Decoding(labels, settings, PLACEMENT).check_class_count(3)
