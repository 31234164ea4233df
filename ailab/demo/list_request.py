"""The list's parameters, from the text of a request to checked values."""

from __future__ import annotations

import re

from multidict import MultiMapping

from ailab.demo.repo_list import LARGEST_PAGE, BadParameterError, RepoListQuery

_COUNT = re.compile(r"(\d+(?:\.\d+)?)([KMBT]?)", re.IGNORECASE)
_UNITS = {"": 1, "K": 10**3, "M": 10**6, "B": 10**9, "T": 10**12}


def read_list_query(query: MultiMapping[str]) -> RepoListQuery:
    """The parameters of `GET /api/models`.

    Raises:
        BadParameterError: one has a value that the Hub refuses.
    """
    wanted = [*query.getall("filter", []), *query.getall("pipeline_tag", [])]
    wanted += query.getall("library", [])
    limit = query.get("limit", str(LARGEST_PAGE))
    if not limit.isascii() or not limit.isdigit() or int(limit) == 0:
        raise BadParameterError(f"✖ Invalid limit: {limit}")
    gated = query.get("gated")
    if gated not in {None, "true", "false"}:
        raise BadParameterError(f"✖ Invalid gated parameter: {gated}")
    least, most = _read_parameters(query.get("num_parameters", ""))
    return RepoListQuery(
        search=query.get("search", "").lower(),
        author=query.get("author", ""),
        tags=tuple(wanted),
        is_gated=None if gated is None else gated == "true",
        min_parameters=least,
        max_parameters=most,
        sort=query.get("sort", "trendingScore"),
        limit=min(int(limit), LARGEST_PAGE),
        cursor=query.get("cursor", ""),
    )


def read_expand(query: MultiMapping[str], legal: tuple[str, ...]) -> tuple[str, ...] | None:
    """The fields that `expand` names, in the Hub's order; None where there is no `expand`.

    Raises:
        BadParameterError: a name is not among the legal ones.
    """
    names = {*query.getall("expand", []), *query.getall("expand[]", [])}
    if not names.issubset(legal):
        expected = "|".join(f'"{name}"' for name in legal)
        raise BadParameterError(f"✖ Invalid option: expected one of {expected}")
    return tuple(name for name in legal if name in names) or None


def _read_parameters(text: str) -> tuple[int, int | None]:
    """The bounds in `min:6B,max:128B`, of which either may be missing."""
    bounds: dict[str, int] = {}
    for part in filter(None, text.split(",")):
        name, _, value = part.partition(":")
        match = _COUNT.fullmatch(value)
        if name not in {"min", "max"} or match is None:
            raise BadParameterError(f"✖ Invalid num_parameters: {text}")
        bounds[name] = round(float(match[1]) * _UNITS[match[2].upper()])
    return bounds.get("min", 0), bounds.get("max")
