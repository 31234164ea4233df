"""What transformers' pipeline makes of a classifier's scores, by the model's own `config.json`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

UNNAMED = "LABEL_"
"""What transformers puts before the number of a class that has no name."""


def head_activation(config: Mapping[str, Any], class_count: int) -> str:
    """How scores are made of a classifier's outputs, as `ImageClassificationPipeline` chooses.

    Args:
        config: the object in `config.json`.
        class_count: how many classes it names; 0 where it names none.

    Returns:
        See `DecoderSettings.activation`.
    """
    problem = config.get("problem_type")
    if problem == "regression":
        return "regression"
    count = class_count or config.get("num_labels")
    is_single = type(count) is int and count == 1
    return "sigmoid" if problem == "multi_label_classification" or is_single else "softmax"
