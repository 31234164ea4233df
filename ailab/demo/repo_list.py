"""The list of models: filter, order, and pages by key, as the Hub's `GET /api/models` has them."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ailab.demo.demo_repo import DemoRepo

LARGEST_PAGE = 1000

Parameters = Mapping[str, int]
"""The number of parameters by model, where it is known."""

_SORTS: Mapping[str, Callable[[DemoRepo, Parameters], Any]] = {
    "trendingScore": lambda repo, _: repo.trending,
    "likes": lambda repo, _: repo.likes,
    "downloads": lambda repo, _: repo.downloads,
    "createdAt": lambda repo, _: int(repo.created.timestamp()),
    "lastModified": lambda repo, _: int(repo.modified.timestamp()),
    "likes30d": lambda repo, _: repo.likes,
    "num_parameters": lambda repo, parameters: parameters.get(repo.id, 0),
    "mainSize": lambda repo, _: sum(file.size for file in repo.files),
    "id": lambda repo, _: repo.id,
}


class BadParameterError(ValueError):
    """A parameter has a value that the Hub refuses; the text is the Hub's answer."""


@dataclass(frozen=True, slots=True)
class RepoListQuery:
    """The parameters of one request, checked.

    Attributes:
        search: lower-case text to be found in the id.
        author: the owner; empty for any.
        tags: all of these must be there.
        is_gated: True or False for gated or open models alone; None for both.
        min_parameters: the least number of parameters; 0 for any, none included.
        max_parameters: the greatest number; None for any.
        sort: one of the Hub's sort names.
        limit: rows per page.
        cursor: where the page starts; empty for the first one.
    """

    search: str = ""
    author: str = ""
    tags: tuple[str, ...] = ()
    is_gated: bool | None = None
    min_parameters: int = 0
    max_parameters: int | None = None
    sort: str = "trendingScore"
    limit: int = LARGEST_PAGE
    cursor: str = ""

    @property
    def needs_parameters(self) -> bool:
        """True where the answer depends on the number of parameters."""
        by_size = self.min_parameters > 0 or self.max_parameters is not None
        return by_size or self.sort == "num_parameters"

    def __post_init__(self) -> None:
        if self.sort not in _SORTS:
            raise BadParameterError(f"✖ Invalid sort parameter: {self.sort}")


def select_page(
    repos: Sequence[DemoRepo], query: RepoListQuery, parameters: Parameters
) -> tuple[list[DemoRepo], str]:
    """One page of the repositories that answer the query, and the cursor of the next page.

    Rows are in descending order of the sort value, and of ascending `_id` where it is equal.
    The cursor names the last row's values, as the Hub's does, so it stays true while rows come
    and go; it is empty after the last page.

    Raises:
        BadParameterError: the cursor is none that this function made.
    """

    def value_of(repo: DemoRepo) -> Any:
        return _SORTS[query.sort](repo, parameters)

    found = [repo for repo in repos if _answers(repo, query, parameters)]
    found.sort(key=lambda repo: repo.key)
    found.sort(key=value_of, reverse=True)
    if query.cursor:
        value, key = _read_cursor(query.cursor, query.sort)
        found = [
            repo
            for repo in found
            if value_of(repo) < value or (value_of(repo) == value and repo.key > key)
        ]
    page = found[: query.limit]
    cursor = ""
    if len(found) > len(page) and page:
        cursor = _write_cursor(query.sort, value_of(page[-1]), page[-1].key)
    return page, cursor


def _answers(repo: DemoRepo, query: RepoListQuery, parameters: Parameters) -> bool:
    if query.search not in repo.id.lower():
        return False
    if query.author and query.author != repo.author:
        return False
    if query.is_gated is not None and query.is_gated != bool(repo.gated):
        return False
    count = parameters.get(repo.id, 0)
    if count < query.min_parameters:
        return False
    if query.max_parameters is not None and not 0 < count <= query.max_parameters:
        return False
    return set(query.tags).issubset(repo.all_tags)


def _write_cursor(sort: str, value: object, key: str) -> str:
    # The Hub's cursor is a MongoDB condition: equal and behind, or less, or absent.
    condition = [{sort: value, "_id": {"$gt": key}}, {sort: {"$lt": value}}, {sort: None}]
    return base64.b64encode(json.dumps({"$or": condition}).encode()).decode()


def _read_cursor(cursor: str, sort: str) -> tuple[Any, str]:
    try:
        first = json.loads(base64.b64decode(cursor, validate=True))["$or"][0]
        value, key = first[sort], first["_id"]["$gt"]
    except (binascii.Error, ValueError, LookupError, TypeError) as error:
        raise BadParameterError("✖ Invalid cursor") from error
    if not isinstance(key, str) or isinstance(value, str) != (sort == "id"):
        raise BadParameterError("✖ Invalid cursor")
    return value, key
