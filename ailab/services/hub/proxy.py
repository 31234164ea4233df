"""The proxy on the way to an address."""

from __future__ import annotations

from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from ailab.services.hub.hub_endpoint import is_this_machine


def proxy_for(url: str, fallback: str = "") -> str | None:
    """The proxy that the environment or the system sets for an address; None for none.

    It may ask the system, so it belongs in a thread.

    Args:
        url: where the request goes.
        fallback: the proxy where none is set, not used for this machine itself; empty for none.
    """
    parts = urlsplit(url)
    if not parts.hostname or proxy_bypass(parts.hostname):
        return None
    proxies = getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    if not proxy and not is_this_machine(parts.hostname):
        proxy = fallback.strip()
    if not proxy:
        return None
    return proxy if "://" in proxy else f"http://{proxy}"
