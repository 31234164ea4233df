"""Which Hub is asked, and when two addresses belong to the same one."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from ailab.services.hub.hub_errors import HubRequestError

DEFAULT_ENDPOINT = "https://huggingface.co"

_DEFAULT_PORTS = {"http": 80, "https": 443}
# A name, in any script, or an address; `urlsplit` itself takes whatever stands there for a host.
_HOST = re.compile(r"[\w.:%-]+")


def find_endpoint(environ: Mapping[str, str] = os.environ) -> str:
    """The address in `HF_ENDPOINT`, or the real Hub's; without a slash at its end.

    An address that cannot be one is returned as it is: `check_endpoint` says so when it is used.
    """
    return environ.get("HF_ENDPOINT", "").strip().rstrip("/") or DEFAULT_ENDPOINT


def check_endpoint(endpoint: str) -> None:
    """Make sure that an endpoint is the address of a web server.

    Raises:
        HubRequestError: it is not.
    """
    if origin_of(endpoint) is None:
        raise HubRequestError(
            f"The Hub's address “{endpoint}” is not the address of a web server.",
            f"Set HF_ENDPOINT to an address such as {DEFAULT_ENDPOINT}, or leave it unset.",
        )


def origin_of(url: str) -> tuple[str, str, int] | None:
    """Scheme, host and port of an http(s) address (RFC 6454); None where it is not one."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not _HOST.fullmatch(parts.hostname or ""):
        return None
    return parts.scheme, parts.hostname or "", port or _DEFAULT_PORTS[parts.scheme]


def is_same_origin(url: str, other: str) -> bool:
    """True where two addresses have the same scheme, host and port."""
    origin = origin_of(url)
    return origin is not None and origin == origin_of(other)


def is_private_way(url: str) -> bool:
    """True where nobody between here and there can read along: https, or this machine itself."""
    origin = origin_of(url)
    if origin is None:
        return False
    scheme, host, _ = origin
    return scheme == "https" or is_this_machine(host)


def is_this_machine(host: str) -> bool:
    """True for the names and addresses by which a machine speaks to itself."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
