"""The Hub's recorded answers with any value in place of any other: never an unhandled error."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ailab.services.hub.hub_account import parse_account
from ailab.services.hub.hub_errors import HubFormatError
from ailab.services.hub.hub_json import parse_details, parse_models, parse_refs
from ailab.services.hub.json_values import load_json
from ailab.services.hub.model_filter import ModelFilter

HUB = "https://huggingface.co"
COMMIT = "0" * 40
ACCOUNT = {
    "type": "user",
    "name": "ada",
    "fullname": "Ada",
    "isPro": False,
    "orgs": [],
    "auth": {
        "type": "access_token",
        "accessToken": {
            "displayName": "lab",
            "role": "fineGrained",
            "fineGrained": {"canReadGatedRepos": True, "global": [], "scoped": []},
        },
    },
}
REFS = {
    "branches": [{"name": "main", "ref": "refs/heads/main", "targetCommit": COMMIT}],
    "converts": [],
    "tags": [{"name": "v1", "ref": "refs/tags/v1", "targetCommit": COMMIT}],
}

# Values that people and programs put where others belong, and any JSON there is.
ODD: st.SearchStrategy[Any] = st.sampled_from(
    (
        *(None, True, -1, 2**63, 10**400, 1e308, "", " ", "\ud800", "\u202e", "../x", "x" * 5000),
        *("a/b", "https://x.png", "license:", "2024-13-99", [[]], {"id": {}}, [None], {"": ""}),
    )
)
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)
BOUNDED = settings(
    max_examples=200,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place of a document, itself included."""
    yield path
    items: Any = value.items() if isinstance(value, dict) else ()
    if isinstance(value, list):
        items = enumerate(value[:8])
    for key, inside in items:
        yield from places(inside, (*path, key))


def swapped(value: Any, path: tuple[Any, ...], other: Any) -> Any:
    """A copy of a document with another value at a place."""
    if not path:
        return other
    result = copy.copy(value)
    result[path[0]] = swapped(value[path[0]], path[1:], other)
    return result


@st.composite
def mutations(draw: st.DrawFn, documents: tuple[Any, ...]) -> Any:
    """A document with one to four values swapped."""
    document = draw(st.sampled_from(documents))
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.sampled_from(list(places(document))))
        document = swapped(document, place, draw(ODD | ANY))
    return document


@cache
def recorded(folder: Path) -> tuple[Any, ...]:
    """Everything recorded, each answer and each single model a document."""
    found: list[Any] = []
    for path in sorted(folder.iterdir()):
        if path.suffix == ".jsonl":
            found += [json.loads(line) for line in path.read_text("utf-8").splitlines()[:40]]
        elif path.suffix == ".json":
            data = json.loads(path.read_text("utf-8"))
            rows = data.get("models") if isinstance(data, dict) else data
            found += [data[:5] if isinstance(data, list) else data]
            found += rows[:20] if isinstance(rows, list) else []
    return tuple(found)


def read_details(data: Any) -> None:
    found = parse_details(data, HUB)
    str(found).encode()  # fit to be shown and stored
    hash(found)
    ModelFilter(min_size=1, min_parameters=1).keeps(found.info)


def read_models(data: Any) -> None:
    for model in parse_models(data if isinstance(data, list) else [data]):
        str(model).encode()
        hash(model)


PARSERS: list[Callable[[Any], object]] = [read_details, read_models, parse_account, parse_refs]


def test_that_every_recorded_file_is_read(shared_dir: Path) -> None:
    documents = recorded(shared_dir / "hub" / "recorded")
    assert len(documents) > 80
    for document in documents:
        for parse in PARSERS:
            try:
                parse(document)
            except HubFormatError as error:
                assert error.message.endswith(".")  # noqa: PT017 - most are another's document


@pytest.mark.parametrize("parse", PARSERS)
def test_that_no_mutation_of_an_answer_is_an_unhandled_error(
    shared_dir: Path, parse: Callable[[Any], object]
) -> None:
    documents = (*recorded(shared_dir / "hub" / "recorded"), ACCOUNT, REFS)

    @BOUNDED
    @given(mutations(documents))
    def hold(document: Any) -> None:
        try:
            parse(document)
        except HubFormatError as error:
            assert error.advice  # noqa: PT017

    hold()


@BOUNDED
@given(st.binary(max_size=60) | ANY.map(lambda value: json.dumps(value).encode()))
def test_that_any_bytes_are_json_or_refused(body: bytes) -> None:
    try:
        value = load_json(body, "x")
    except HubFormatError:
        return
    for parse in PARSERS:
        try:
            parse(value)
        except HubFormatError as error:
            assert len(error.detail) < 1000  # noqa: PT017
