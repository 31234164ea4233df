"""One request to the Hub, and its answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

from ailab.services.hub.access_token import AccessToken
from ailab.services.hub.hub_failure import Asked


@dataclass(frozen=True, slots=True)
class HubQuestion:
    """A GET request.

    Attributes:
        url: the address, quoted.
        asked: what it is about, for the words of an error.
        token: sent to its own Hub alone; None for none.
        headers: further ones, sent to whoever the request is redirected to as well.
        is_transfer: a file of any length, which may take as long as bytes arrive.
        is_foreign: the address comes from somebody else's text, so private networks are refused.
    """

    url: str
    asked: Asked
    token: AccessToken | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    is_transfer: bool = False
    is_foreign: bool = False


@dataclass(frozen=True, slots=True)
class HubAnswer:
    """What came back, with a status below 400.

    Attributes:
        status: of the answer.
        url: who gave it, after all redirects.
        headers: of the answer, found regardless of their case.
        told: `HUB_FILE_HEADERS` of all the Hub's own answers on the way to it.
        is_hub: the Hub itself gave it, not a server that it named.
        chunks: the body in pieces of about 1 MiB, to be read once; reading raises `HubError`.
    """

    status: int
    url: str
    headers: Mapping[str, str]
    told: Mapping[str, str]
    is_hub: bool
    chunks: AsyncIterator[bytes] = field(repr=False)

    async def read(self, most: int) -> bytes:
        """The body, cut off soon after `most` bytes."""
        body = bytearray()
        async for chunk in self.chunks:
            body += chunk
            if len(body) > most:
                break
        return bytes(body)
