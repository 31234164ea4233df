"""The addresses of the Hub's API, and the one that a `Link` header names."""

from __future__ import annotations

import re
from urllib.parse import quote, urlencode, urljoin

from ailab.services.hub.model_query import ModelQuery

LARGEST_PAGE = 1000

# One request gives all that a row shows; `cardData`, the licence's other home, is far heavier.
# What is not asked for is not sent, but for `_id` and `id`.
_ROW_FIELDS = (
    "author",
    "gated",
    "pipeline_tag",
    "library_name",
    "likes",
    "downloads",
    "lastModified",
    "createdAt",
    "tags",
    "private",
    "safetensors",
)
_NEXT = re.compile(r"<([^<>]*)>[^,<>]*;\s*rel=\"?next\"?", re.IGNORECASE)


def list_url(endpoint: str, query: ModelQuery) -> str:
    """The first page of `GET /api/models`."""
    pairs = [("sort", query.sort.value), ("limit", str(min(max(query.limit, 1), LARGEST_PAGE)))]
    if search := query.search.strip():
        pairs.append(("search", search))
    if query.task:
        pairs.append(("pipeline_tag", query.task))
    pairs += [("expand", name) for name in _ROW_FIELDS]
    return f"{endpoint}/api/models?{urlencode(pairs, errors='replace')}"


def details_url(endpoint: str, model_id: str, revision: str | None) -> str:
    """`GET /api/models/{id}`, with the size and checksum of each file.

    `blobs=true` excludes `expand=`; it gives everything but `baseModels`, which the tags hold
    too. So one request does for all of a model's details.
    """
    at = f"/revision/{_quote(revision)}" if revision else ""
    return f"{endpoint}/api/models/{model_id}{at}?blobs=true"


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


def _quote(text: str, safe: str = "") -> str:
    return quote(text, safe=safe, errors="replace")
