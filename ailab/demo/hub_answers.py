"""How the Hub words its refusals and counts its requests."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable

from aiohttp import web

WINDOW = 300
QUOTAS = {"api": 500, "resolvers": 3000, "pages": 100}
"""Requests per five minutes that the Hub grants to an address without an account."""
ACCOUNT_QUOTAS = {"api": 1000, "resolvers": 5000, "pages": 200}
"""The same for a free account."""


class HubRefusal(Exception):  # noqa: N818 - an answer, not an error of this program
    """An answer other than the one asked for.

    Attributes:
        status: HTTP status.
        message: what the Hub says.
        code: `X-Error-Code`; empty where the Hub sends none.
        headers: further headers.
    """

    def __init__(
        self, status: int, message: str, code: str = "", headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.headers = headers or {}

    def response(self) -> web.Response:
        """The refusal as the Hub sends it: JSON, and the text again in a header."""
        headers = dict(self.headers)
        if self.code:
            headers["X-Error-Code"] = self.code
        if self.status > 400:
            headers["X-Error-Message"] = self.message
        if self.code == "EntryNotFound" or 300 <= self.status < 400:
            return web.Response(status=self.status, text=self.message, headers=headers)
        return web.json_response({"error": self.message}, status=self.status, headers=headers)


class RequestQuota:
    """Counts requests in fixed windows, a bucket for each kind."""

    def __init__(self, quotas: dict[str, int], clock: Callable[[], float] = time.monotonic) -> None:
        self._quotas = quotas
        self._clock = clock
        self._used: dict[str, tuple[float, int]] = {}

    def take(self, bucket: str) -> bool:
        """Count one request; False where the bucket is empty."""
        started, used = self._window(bucket)
        self._used[bucket] = (started, used + 1)
        return used < self._quotas[bucket]

    def quota(self, bucket: str) -> int:
        """How many requests a window allows."""
        return self._quotas[bucket]

    def headers(self, bucket: str) -> dict[str, str]:
        """What is left, as the Hub tells it with every answer."""
        started, used = self._window(bucket)
        quota = self._quotas[bucket]
        seconds = max(0, round(started + WINDOW - self._clock()))
        return {
            "RateLimit": f'"{bucket}";r={max(0, quota - used)};t={seconds}',
            "RateLimit-Policy": f'"fixed window";"{bucket}";q={quota};w={WINDOW}',
        }

    def _window(self, bucket: str) -> tuple[float, int]:
        now = self._clock()
        started, used = self._used.get(bucket, (now, 0))
        return (started, used) if now < started + WINDOW else (now, 0)


def bucket_of(path: str) -> str:
    """The bucket that a request's path is counted in."""
    if "/resolve" in path:
        return "resolvers"
    return "api" if path.startswith("/api/") else "pages"


def common_headers(origin: str, trace: str) -> dict[str, str]:
    """Headers that every answer of the Hub has."""
    root = uuid.uuid4().hex
    return {
        "X-Powered-By": "huggingface-moon",
        "X-Request-Id": f"Root=1-{root[:8]}-{root[8:]};{trace or uuid.uuid4()}",
        "Vary": "Origin",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "cross-origin-opener-policy": "same-origin",
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Expose-Headers": (
            "X-Repo-Commit,X-Request-Id,X-Error-Code,X-Error-Message,X-Total-Count,ETag,Link,"
            "Accept-Ranges,Content-Range,X-Linked-Size,X-Linked-ETag"
        ),
    }


def repo_missing(*, is_signed_in: bool) -> HubRefusal:
    """No such repository; without an account the Hub doesn't even say that."""
    if is_signed_in:
        return HubRefusal(404, "Repository not found", "RepoNotFound")
    challenge = {"WWW-Authenticate": 'Bearer realm="Authentication required"'}
    return HubRefusal(401, "Invalid username or password.", headers=challenge)


def gated(model_id: str, page: str, *, is_signed_in: bool) -> HubRefusal:
    """The files are given only to people who accepted the conditions."""
    start = f"Access to model {model_id} is restricted"
    if is_signed_in:
        rest = f"and you are not in the authorized list. Visit {page} to ask for access."
        return HubRefusal(403, f"{start} {rest}", "GatedRepo")
    rest = "You must have access to it and be authenticated to access it. Please log in."
    return HubRefusal(401, f"{start}. {rest}", "GatedRepo")


def gated_awaiting(model_id: str) -> HubRefusal:
    """The author has not decided yet."""
    message = f"Your request to access model {model_id} is awaiting a review from the repo authors."
    return HubRefusal(403, message, "GatedRepo")


def gated_rejected(model_id: str) -> HubRefusal:
    """The author has said no."""
    message = f"Your request to access model {model_id} has been rejected by the repo's authors."
    return HubRefusal(403, message, "GatedRepo")


def gated_permission_missing() -> HubRefusal:
    """The person may, but their token was not made for it."""
    message = (
        "Please enable access to public gated repositories in your fine-grained token settings "
        "to view this repository."
    )
    return HubRefusal(403, message, "GatedRepo")


def over_quota(address: str, bucket: str, quota: int, *, is_signed_in: bool) -> HubRefusal:
    """Too many requests."""
    if is_signed_in:
        return HubRefusal(
            429,
            f"We had to rate limit you, you hit the quota of {quota} {bucket} requests per "
            "5 minutes period. Upgrade to a PRO user or Team/Enterprise organization account "
            "(https://hf.co/pricing) to get higher limits.",
        )
    message = (
        f"We had to rate limit your IP ({address}). To continue using our service, create a HF "
        "account or login to your existing account, and make sure you pass a HF_TOKEN if you're "
        "using the API."
    )
    return HubRefusal(429, message)


def moved(location: str) -> HubRefusal:
    """The repository has another name today; `location` is a path, not a whole address."""
    text = f"Temporary Redirect. Redirecting to {location}"
    return HubRefusal(307, text, headers={"Location": location})
