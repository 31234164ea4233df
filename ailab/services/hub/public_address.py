"""Addresses that a stranger's text may make this machine ask: those of the public internet."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from ailab.services.hub.hub_errors import HubRequestError

_NAT64 = ip_network("64:ff9b::/96")  # RFC 6052: an IPv4 address in its last 32 bits


def is_public_address(text: str) -> bool:
    """True for an IP address that is everybody's: no private network, no loopback, no link."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return False
    inside = _address_inside(address)
    return address.is_global and not address.is_multicast and (inside is None or inside.is_global)


def check_public_host(host: str) -> None:
    """Refuse a host that can be told from its name to be of this machine or its network.

    Raises:
        HubRequestError: it is.
    """
    try:
        ip_address(host.partition("%")[0])
        is_public = is_public_address(host)
    except ValueError:
        # The resolver of the system may take `2130706433` or `0x7f.1` for an address.
        last = host.rstrip(".").rpartition(".")[2]
        is_public = bool(last) and last != "localhost" and not last[:1].isdigit()
    if not is_public:
        raise not_public(host)


def not_public(host: str) -> HubRequestError:
    """The refusal to fetch something from a machine's own network."""
    return HubRequestError(
        f"A picture at {host[:80]} is not fetched: it lies in a private network.",
        "Look at the model's page instead.",
    )


def _address_inside(address: IPv4Address | IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 one leads to."""
    if isinstance(address, IPv4Address):
        return None
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
