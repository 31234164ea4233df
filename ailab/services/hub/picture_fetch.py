"""Pictures at addresses that somebody wrote into a model's card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ailab.services.hub.access_token import AccessToken
from ailab.services.hub.file_headers import number_in
from ailab.services.hub.hub_endpoint import is_same_origin, origin_of
from ailab.services.hub.hub_errors import HubFormatError, HubRequestError
from ailab.services.hub.hub_failure import Asked
from ailab.services.hub.hub_question import HubQuestion

if TYPE_CHECKING:
    from ailab.services.hub.hub_connection import HubConnection


async def fetch_picture(
    connection: HubConnection, endpoint: str, url: str, token: AccessToken | None, most: int
) -> bytes:
    """The bytes of a picture, which may be anything: whoever decodes them has to beware.

    Args:
        connection: the way to the Hub, which refuses private networks for foreign addresses.
        endpoint: address of the Hub.
        url: https, or at the Hub itself.
        token: sent to the Hub alone; None for none.
        most: bytes that are read at most.

    Raises:
        HubError: it cannot be had, is no picture or is larger.
    """
    origin = origin_of(url)
    if origin is None or (origin[0] != "https" and not is_same_origin(url, endpoint)):
        raise HubRequestError(
            "The card names a picture at an address that is not fetched: only https is.",
            "Look at the model's page instead.",
        )
    asked = Asked(endpoint, thing=f"a picture at {origin[1]}")
    question = HubQuestion(url, asked, token, is_foreign=True)
    async with connection.ask(question) as answer:
        kind = answer.headers.get("Content-Type", "").lower()
        told = number_in(answer.headers.get("Content-Length")) or 0
        body = b"" if kind.startswith("text/html") or told > most else await answer.read(most)
    if kind.startswith("text/html"):
        raise HubFormatError(
            f"Instead of {asked.what}, a web page came.", "Look at the model's page instead."
        )
    if max(told, len(body)) > most:
        raise HubFormatError(
            f"{asked.what.capitalize()} is larger than a preview may be.",
            "Look at the model's page instead.",
            detail=f"more than {most} bytes",
        )
    return body
