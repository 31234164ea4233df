"""The addresses of the Hub's API, and the one that a `Link` header names."""

from __future__ import annotations

import re
from urllib.parse import quote, urlencode, urljoin

from ailab.services.hub.model_filter import ModelFilter
from ailab.services.hub.model_query import ModelQuery

LARGEST_PAGE = 1000

# One request gives all that a row shows and is judged by; `cardData`, the licence's other home, is
# far heavier. What is not asked for is not sent, but for `_id` and `id`.
_ROW_FIELDS = (
    "author",
    "gated",
    "pipeline_tag",
    "library_name",
    "likes",
    "downloads",
    "lastModified",
    "createdAt",
    "trendingScore",
    "tags",
    "private",
    "safetensors",
    "siblings",
    "config",
)
_NEXT = re.compile(r"<([^<>]*)>[^,<>]*;\s*rel=\"?next\"?", re.IGNORECASE)


def list_url(endpoint: str, query: ModelQuery) -> str:
    """The first page of `GET /api/models`."""
    pairs = [("sort", query.sort.value), ("limit", str(min(max(query.limit, 1), LARGEST_PAGE)))]
    if search := query.search.strip():
        pairs.append(("search", search))
    if query.task:
        pairs.append(("pipeline_tag", query.task))
    pairs += _conditions(query.filter)
    pairs += [("expand", name) for name in _ROW_FIELDS]
    return f"{endpoint}/api/models?{urlencode(pairs, errors='replace')}"


def can_be_asked(wanted: ModelFilter) -> bool:
    """True where the API has a parameter for every condition but `runs_here`."""
    is_exact = all(
        bound is None or _count(bound, rounds_up=False) == _count(bound, rounds_up=True)
        for bound in (wanted.min_parameters, wanted.max_parameters)
    )
    others = (wanted.license_group, wanted.min_size, wanted.max_size, wanted.updated_since)
    return is_exact and all(value is None for value in others)


def details_url(endpoint: str, model_id: str, revision: str | None) -> str:
    """`GET /api/models/{id}`, with the size and checksum of each file.

    `blobs=true` excludes `expand=`; it gives everything but `baseModels`, which the tags hold
    too. So one request does for all of a model's details.
    """
    at = f"/revision/{_quote(revision)}" if revision else ""
    return f"{endpoint}/api/models/{model_id}{at}?blobs=true"


def providers_url(endpoint: str, model_id: str) -> str:
    """`GET /api/models/{id}` with nothing but its task and which Inference Providers run it."""
    pairs = [("expand", "inferenceProviderMapping"), ("expand", "pipeline_tag")]
    return f"{endpoint}/api/models/{model_id}?{urlencode(pairs)}"


def refs_url(endpoint: str, model_id: str) -> str:
    """`GET /api/models/{id}/refs`: branches and tags."""
    return f"{endpoint}/api/models/{model_id}/refs"


def access_url(endpoint: str, model_id: str) -> str:
    """`GET /api/models/{id}/auth-check`: 200 where the files may be read."""
    return f"{endpoint}/api/models/{model_id}/auth-check"


def account_url(endpoint: str) -> str:
    """`GET /api/whoami-v2`: whom the token belongs to."""
    return f"{endpoint}/api/whoami-v2"


def file_url(endpoint: str, model_id: str, revision: str, path: str) -> str:
    """`GET /{id}/resolve/{revision}/{path}`, which leads to a file's content."""
    return f"{endpoint}/{model_id}/resolve/{_quote(revision)}/{_quote(path, safe='/')}"


def next_url(link: str, url: str) -> str | None:
    """The next page's address in a `Link` header (RFC 8288); None on the last page.

    Args:
        link: the header, may be empty.
        url: the address that answered with it.
    """
    found = _NEXT.search(link)
    try:
        following = urljoin(url, found[1]) if found else None
    except ValueError:
        return None
    return following if following != url else None


def _conditions(wanted: ModelFilter) -> list[tuple[str, str]]:
    """The parameters for what the API can be asked; it gives more rows where it cannot."""
    pairs = []
    if wanted.license:
        pairs.append(("filter", f"license:{wanted.license.lower()}"))
    if wanted.library:
        pairs.append(("filter", wanted.library))
    if wanted.author:
        pairs.append(("author", wanted.author))
    if wanted.is_gated is not None:
        pairs.append(("gated", "true" if wanted.is_gated else "false"))
    bounds = []
    if wanted.min_parameters is not None:
        bounds.append(f"min:{_count(wanted.min_parameters, rounds_up=False)}")
    if wanted.max_parameters is not None:
        bounds.append(f"max:{_count(wanted.max_parameters, rounds_up=True)}")
    if bounds:
        pairs.append(("num_parameters", ",".join(bounds)))
    return pairs


def _count(number: int, *, rounds_up: bool) -> str:
    """A number in the API's words, such as `350M`: in whole thousands, millions or billions.

    The largest unit is taken that still tells three digits, so what is asked for is at most a
    hundredth away from what is wanted.
    """
    for unit, letter in ((10**9, "B"), (10**6, "M"), (10**3, "K")):
        if number % unit == 0 and number:
            return f"{number // unit}{letter}"
    unit, letter = next(
        ((unit, letter) for unit, letter in ((10**9, "B"), (10**6, "M")) if number >= 100 * unit),
        (10**3, "K"),
    )
    return f"{-(-number // unit) if rounds_up else number // unit}{letter}"


def _quote(text: str, safe: str = "") -> str:
    return quote(text, safe=safe, errors="replace")
