"""Searches as JSON, and back from JSON of any shape."""

from __future__ import annotations

import json
from datetime import date
from enum import Enum
from typing import TypeVar

from ailab.services.hub.json_values import count_of, text_of
from ailab.services.hub.license_group import LicenseGroup
from ailab.services.hub.model_filter import ModelFilter
from ailab.services.hub.model_info import ModelInfo
from ailab.services.hub.model_query import ModelQuery, ModelSort
from ailab.services.searches.model_row_json import read_row, write_row
from ailab.services.searches.searches import MOST_RECENT, SavedSearch, Searches

_E = TypeVar("_E", bound=Enum)


def write_searches(searches: Searches) -> bytes:
    """The document, UTF-8."""
    values = {
        "last": _query_values(searches.last),
        "saved": [
            {"name": saved.name, "query": _query_values(saved.query)} for saved in searches.saved
        ],
        "favourites": [write_row(model) for model in searches.favourites],
        "recent": [write_row(model) for model in searches.recent],
    }
    return json.dumps(values, ensure_ascii=False, indent=1).encode()


def read_searches(data: bytes) -> Searches:
    """What a document holds; parts that make no sense are left out.

    Raises:
        ValueError: it is no JSON document, or not one of this kind.
    """
    try:
        values = json.loads(data)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(values, dict):
        raise ValueError("not an object")
    saved = {
        name: SavedSearch(name, _query_of(each.get("query")))
        for each in _list_of(values.get("saved"))
        if isinstance(each, dict) and (name := text_of(each.get("name"))) is not None
    }
    return Searches(
        last=_query_of(values.get("last")),
        saved=tuple(saved.values()),
        favourites=_rows_of(values.get("favourites")),
        recent=_rows_of(values.get("recent"))[:MOST_RECENT],
    )


def _query_values(query: ModelQuery) -> dict[str, object]:
    wanted = query.filter
    values: dict[str, object] = {
        "search": query.search,
        "task": query.task,
        "sort": query.sort.value,
        "license": wanted.license,
        "license_group": wanted.license_group and wanted.license_group.value,
        "library": wanted.library,
        "author": wanted.author,
        "min_parameters": wanted.min_parameters,
        "max_parameters": wanted.max_parameters,
        "min_size": wanted.min_size,
        "max_size": wanted.max_size,
        "is_gated": wanted.is_gated,
        "updated_since": wanted.updated_since and wanted.updated_since.isoformat(),
        "runs_here": wanted.runs_here or None,
    }
    return {name: value for name, value in values.items() if value is not None}


def _query_of(value: object) -> ModelQuery:
    values = value if isinstance(value, dict) else {}
    is_gated = values.get("is_gated")
    wanted = ModelFilter(
        license=text_of(values.get("license")),
        license_group=_member(LicenseGroup, values.get("license_group")),
        library=text_of(values.get("library")),
        author=text_of(values.get("author")),
        min_parameters=count_of(values.get("min_parameters")),
        max_parameters=count_of(values.get("max_parameters")),
        min_size=count_of(values.get("min_size")),
        max_size=count_of(values.get("max_size")),
        is_gated=is_gated if isinstance(is_gated, bool) else None,
        updated_since=_day_of(values.get("updated_since")),
        runs_here=values.get("runs_here") is True,
    )
    return ModelQuery(
        search=text_of(values.get("search")) or "",
        task=text_of(values.get("task")),
        sort=_member(ModelSort, values.get("sort")) or ModelSort.TRENDING,
        filter=wanted,
    )


def _member(kind: type[_E], value: object) -> _E | None:
    return next((member for member in kind if member.value == value), None)


def _day_of(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _list_of(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _rows_of(value: object) -> tuple[ModelInfo, ...]:
    rows = {row.id: row for each in _list_of(value) if (row := read_row(each)) is not None}
    return tuple(rows.values())
