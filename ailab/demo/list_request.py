"""The list's parameters, from the text of a request to checked values."""

from __future__ import annotations

from multidict import MultiMapping

from ailab.demo.repo_list import LARGEST_PAGE, BadParameterError, RepoListQuery


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
    return RepoListQuery(
        search=query.get("search", "").lower(),
        author=query.get("author", ""),
        tags=tuple(wanted),
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
