"""The server that hands requests for Inference Providers on."""

from __future__ import annotations

from ailab.services.hub.hub_endpoint import (
    DEFAULT_ENDPOINT,
    is_same_origin,
    is_this_machine,
    origin_of,
)

DEFAULT_ROUTER = "https://router.huggingface.co"


def is_router_of(router: str, endpoint: str) -> bool:
    """True where a router belongs to a Hub, so that it may be told the Hub's token.

    The real Hub has the real one; a Hub on this machine one on this machine. A mirror has none:
    its token is for nobody else, and nobody else's is for it.
    """
    if is_same_origin(endpoint, DEFAULT_ENDPOINT):
        return is_same_origin(router, DEFAULT_ROUTER)
    hosts = [origin[1] for origin in (origin_of(router), origin_of(endpoint)) if origin]
    return len(hosts) == 2 and all(is_this_machine(host) for host in hosts)
