"""The Hub's recorded answers with any value in place of any other: never an unhandled error."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict
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
# What the recorded details do not have.
DETAILS = {
    "_id": "1",
    "id": "o/n",
    "tags": ["license:mit", "dataset:a", "base_model:a/b"],
    "gated": "auto",
    "createdAt": "2025-01-02T03:04:05.000Z",
    "config": {"architectures": ["A"], "model_type": "a", "auto_map": {"AutoModel": "m.M"}},
    "safetensors": {"parameters": {"F32": 1}, "total": 1},
    "gguf": {"total": 7},
    "siblings": [{"rfilename": "a", "size": 1, "lfs": {"sha256": "0" * 64, "size": 1}}],
    "spaces": ["o/app"],
    "baseModels": {"relation": "finetune", "models": [{"_id": "1", "id": "a/b"}]},
    "widgetData": [{"src": "a.png", "output": {"url": "b.png"}}],
    "model-index": [
        {
            "name": "n",
            "results": [
                {
                    "task": {"type": "t", "name": "T"},
                    "dataset": {"name": "d"},
                    "metrics": [{"type": "m", "name": "M", "value": 0.5}],
                }
            ],
        }
    ],
    "cardData": {
        "license": ["mit"],
        "license_name": "x",
        "license_link": "LICENSE",
        "language": ["en"],
        "datasets": "a",
        "base_model": "a/b",
        "thumbnail": "a.png",
        "widget": [{"src": "a.png", "output": {"url": "b.png"}}],
        "extra_gated_prompt": "Be good.",
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
    max_examples=150,
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
        items = enumerate(value[:2])
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


def check_texts(value: Any) -> None:
    """Make sure that every text is fit to be shown and stored."""
    json.dumps(asdict(value), ensure_ascii=False, default=str).encode()


def read_details(data: Any) -> None:
    found = parse_details(data, HUB)
    check_texts(found)
    hash(found)
    ModelFilter(min_size=1, min_parameters=1).keeps(found.info)


def read_models(data: Any) -> None:
    for model in parse_models(data if isinstance(data, list) else [data]):
        check_texts(model)
        hash(model)


PARSERS: list[Callable[[Any], object]] = [read_details, read_models, parse_account, parse_refs]

# What stands where something else belongs, one after another in every place.
WRONG: tuple[Any, ...] = (
    None,
    True,
    -1,
    10**400,
    "x",
    "\ud800",
    [],
    [None],
    [["x"]],
    {},
    {"a": []},
    {"name": 7},
)


def documents_for(parse: Callable[[Any], object], folder: Path) -> tuple[Any, ...]:
    """The recorded answers that a parser is meant for."""
    if parse is parse_account:
        return (ACCOUNT,)
    if parse is parse_refs:
        return (REFS,)
    rows = [item for item in recorded(folder) if isinstance(item, dict) and "id" in item]
    full = [item for item in rows if "siblings" in item]
    return (DETAILS, *full) if parse is read_details else (DETAILS, *rows[::10])


def test_that_every_recorded_file_is_read(shared_dir: Path) -> None:
    documents = recorded(shared_dir / "hub" / "recorded")
    assert len(documents) > 80
    for document in documents:
        for parse in PARSERS:
            with suppress(HubFormatError):  # most are another parser's document
                parse(document)


@pytest.mark.slow
@pytest.mark.parametrize("parse", PARSERS)
def test_that_each_single_value_of_an_answer_may_be_anything(
    shared_dir: Path, parse: Callable[[Any], object]
) -> None:
    for document in documents_for(parse, shared_dir / "hub" / "recorded")[:4]:
        for place in places(document):
            for wrong in WRONG:
                with suppress(HubFormatError):
                    parse(swapped(document, place, wrong))


@pytest.mark.slow
@pytest.mark.parametrize("parse", PARSERS)
def test_that_no_mutation_of_an_answer_is_an_unhandled_error(
    shared_dir: Path, parse: Callable[[Any], object]
) -> None:
    documents = documents_for(parse, shared_dir / "hub" / "recorded")

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
