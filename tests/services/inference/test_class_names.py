"""The names of classes in `config.json`."""

from __future__ import annotations

from typing import Any

import pytest

from ailab.services.inference.class_names import class_names

AB = {"id2label": {"0": "a", "1": "b"}}


@pytest.mark.parametrize(
    ("config", "names"),
    [
        (AB, ("a", "b")),
        ({**AB, "num_labels": 2}, ("a", "b")),
        ({**AB, "num_labels": 3}, ("LABEL_0", "LABEL_1", "LABEL_2")),
        ({**AB, "num_labels": 1}, ("LABEL_0",)),
        ({**AB, "num_labels": "3"}, ("a", "b")),
        ({**AB, "num_labels": -1}, ("a", "b")),
        ({"id2label": {}, "num_labels": 3}, ()),
        ({"id2label": {"1": "a", "3": "b"}}, ("LABEL_0", "a", "LABEL_2", "b")),
        ({"label2id": {"a": 0, "b": 1}}, ("a", "b")),
        ({"num_labels": 3}, ()),
    ],
)
def test_that_names_are_those_of_transformers_and_a_number_of_classes_overrules_them(
    config: dict[str, Any], names: tuple[str, ...]
) -> None:
    assert class_names(config) == names
