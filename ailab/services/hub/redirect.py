"""Where an answer of the Hub sends a request on to."""

from __future__ import annotations

from urllib.parse import quote, urljoin

from ailab.services.hub.hub_endpoint import is_private_way, origin_of
from ailab.services.hub.hub_errors import HubFormatError

_LEGAL = "%:/?#[]@!$&'()*+,;=-._~"


def redirect_target(source: str, location: str) -> str:
    """The address that a `Location` header means, its quoting as it came.

    Only what no address may hold (RFC 3986), such as spaces, is quoted.

    Raises:
        HubFormatError: it is not the address of a web server, or it leads from a private way
            (https) to one where others can read along.
    """
    try:
        target = urljoin(source, quote(location, safe=_LEGAL, errors="surrogateescape"))
    except ValueError:
        target = ""
    if origin_of(target) and (is_private_way(target) or not is_private_way(source)):
        return target
    raise HubFormatError(
        f"{_host(source)} sends the request on to an address that is not safe to follow.",
        "Check HF_ENDPOINT and the network: somebody may be redirecting its traffic.",
        detail=f"from {without_query(source)} to {without_query(location)}",
    )


def without_query(url: str) -> str:
    """An address fit for a log: a signature lives in the query."""
    return url.partition("?")[0]


def _host(url: str) -> str:
    origin = origin_of(url)
    return origin[1] if origin else "The Hub"
