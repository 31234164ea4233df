"""How many more requests the Hub will answer, as its headers tell.

On every answer, errors and redirects too: `RateLimit: "api";r=499;t=295` and
`RateLimit-Policy: "fixed window";"api";q=500;w=300`, as `huggingface_hub.utils._http` reads them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

_LIMIT = re.compile(r'"(\w{1,40})"\s*;\s*r\s*=\s*(\d{1,9})\s*;\s*t\s*=\s*(\d{1,6})', re.ASCII)
_QUOTA = re.compile(r"q\s*=\s*(\d{1,9})", re.ASCII)


@dataclass(frozen=True, slots=True)
class RateLimit:
    """What is left of a window of requests.

    Attributes:
        bucket: what is counted together: `api`, `resolvers` or `pages`.
        left: requests that will still be answered in this window.
        seconds: until the next window begins.
        quota: requests in a whole window; None where not told.
    """

    bucket: str
    left: int
    seconds: float
    quota: int | None = None


def read_rate_limit(headers: Mapping[str, str]) -> RateLimit | None:
    """The limit that an answer tells of; None where it tells of none."""
    found = _LIMIT.search(headers.get("RateLimit", ""))
    if found is None:
        return None
    quota = _QUOTA.search(headers.get("RateLimit-Policy", ""))
    return RateLimit(found[1], int(found[2]), float(found[3]), int(quota[1]) if quota else None)


def bucket_of(url: str) -> str:
    """The bucket that a request to the Hub is counted in."""
    path = urlsplit(url).path
    if "/resolve/" in path or "/resolve-cache/" in path:
        return "resolvers"
    return "api" if "/api/" in path else "pages"


def seconds_to_wait(headers: Mapping[str, str]) -> float | None:
    """The pause that a refusal (429) asks for; None where it names none.

    From `RateLimit`, one second past the window's end; else from `Retry-After` (RFC 9110).
    """
    if limit := read_rate_limit(headers):
        return limit.seconds + 1
    after = headers.get("Retry-After", "").strip()
    if after.isascii() and after.isdecimal():
        return float(after[:6])
    try:
        moment = parsedate_to_datetime(after)
    except (ValueError, TypeError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
