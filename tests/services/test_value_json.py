"""Frozen values as JSON and back, whatever the JSON is."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as some

from ailab.services.catalog.catalog_row import unpack
from ailab.services.hub.model_info import Evaluation, ModelDetails, ModelInfo, RepoFile
from ailab.services.hub.model_query import ModelQuery
from ailab.services.value_json import from_plain, to_plain
from fakes import a_model, details_of

ANY_JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=8),
    lambda items: some.lists(items, max_size=3) | some.dictionaries(some.text(), items, max_size=3),
    max_leaves=8,
)
FIELDS = sorted({*ModelInfo.__slots__, *ModelDetails.__slots__})

FULL = ModelDetails(
    info=a_model(last_modified=datetime(2026, 1, 2, tzinfo=UTC), trending=2.5, gated="auto"),
    files=(RepoFile("a.onnx", 5, sha256="ab" * 32), RepoFile("b")),
    evaluations=(Evaluation("t", "d", "m", "0.5"),),
    parameters_by_dtype=(("F32", 7), ("F16", 3)),
    languages=("en", "日本語"),
)


def test_that_values_come_back_as_they_were() -> None:
    for details in (FULL, details_of(a_model())):
        assert from_plain(ModelDetails, json.loads(json.dumps(to_plain(details)))) == details


@settings(max_examples=150, deadline=None, derandomize=True)
@given(some.dictionaries(some.sampled_from(FIELDS), ANY_JSON) | ANY_JSON)
def test_that_any_json_gives_a_value_or_none(data: object) -> None:
    for kind in (ModelInfo, ModelDetails, ModelQuery):
        value = from_plain(kind, data)
        assert value is None or isinstance(value, kind)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(some.sampled_from(FIELDS), ANY_JSON)
def test_that_a_wrong_field_costs_that_field_alone(name: str, data: object) -> None:
    plain = to_plain(FULL)
    plain[name] = data
    value = from_plain(ModelDetails, plain)
    if name != "info":
        assert value is not None
        assert value.info == FULL.info


@settings(max_examples=50, deadline=None, derandomize=True)
@given(some.binary(max_size=60))
def test_that_a_row_that_cannot_be_read_is_left_out(data: bytes) -> None:
    assert unpack(data) is None
