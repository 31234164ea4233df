"""Where the catalogue of each Hub lies."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from ailab.services.hub.hub_endpoint import DEFAULT_ENDPOINT, origin_of

_NO_NAME = re.compile(r"[^\w.-]+", re.ASCII)


def catalog_folder(data: Path, endpoint: str) -> Path:
    """The folder of a Hub's catalogue: models of one Hub are not offered on another.

    Args:
        data: the lab's data, where that of the real Hub lies.
        endpoint: the Hub's address.
    """
    origin = origin_of(endpoint)
    if origin is None or origin == origin_of(DEFAULT_ENDPOINT):
        return data
    # The same for each spelling of an address; a mirror in a folder of its host is another Hub.
    scheme, host, port = origin
    path = endpoint.partition("://")[2].partition("/")[2].strip("/")
    address = f"{scheme}://{host}:{port}/{path}"
    name = _NO_NAME.sub("-", host).strip(".-")[:60] or "hub"
    return data / "hubs" / f"{name}-{hashlib.sha256(address.encode()).hexdigest()[:12]}"
