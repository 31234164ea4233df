"""`image-classification`: one score per class."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.predictions import MOST_CLASSES, Classification, ClassScore
from ailab.services.inference.tasks.decoding import Decoding, sigmoid, softmax, unexpected

if TYPE_CHECKING:
    from ailab.services.inference.tasks.decoding import Floats, Outputs

_ROUNDING = 1e-3  # of float16 networks whose softmax is inside


def decode_class_scores(outputs: Outputs, decoding: Decoding) -> Classification:
    """Scores of the first output, of shape (1, classes) or (1, classes, 1, 1).

    Raises:
        ModelFileError: another shape, or no probabilities though the description says so, or
            those of a regression.
    """
    scores: Floats = outputs.get("logits", next(iter(outputs.values()))).astype(np.float32)
    if scores.size == 0 or scores.size != max(scores.shape, default=0):
        raise unexpected(outputs, "one score per class")
    scores = scores.reshape(-1)
    decoding.check_class_count(scores.size)
    activation = decoding.settings.activation
    if activation == "softmax" and scores.size > 1:
        scores = softmax(scores)
    elif activation in {"sigmoid", "softmax"}:  # softmax of one number is 1, whatever it is
        scores = sigmoid(scores)
    elif scores.min() < -_ROUNDING or scores.max() > 1 + _ROUNDING:
        if activation == "regression":
            raise _no_probabilities(float(scores.min()), float(scores.max()))
        raise unexpected(outputs, "scores from 0 to 1")
    best = np.argsort(-scores, kind="stable")[:MOST_CLASSES]
    return Classification(
        tuple(
            ClassScore(int(i), decoding.label(int(i)), min(1.0, max(0.0, float(scores[i]))))
            for i in best
        )
    )


def _no_probabilities(lowest: float, highest: float) -> ModelFileError:
    return ModelFileError(
        "The model is made for regression (config.json: problem_type): what it gives are "
        f"quantities, here from {lowest:.4g} to {highest:.4g}, and no probabilities of classes.",
        "Choose a model that classifies; ailab shows only numbers from 0 to 1 as scores.",
    )
