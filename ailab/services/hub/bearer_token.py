"""A secret that opens one server, and goes to no other."""

from __future__ import annotations

from ailab.services.hub.hub_endpoint import is_private_way, is_same_origin
from ailab.services.lab_error import LabError


class BearerToken:
    """A secret that never shows itself: neither `str` nor `repr` tells it.

    See RFC 6750 for the header that carries it.

    Args:
        value: the token itself, not empty.
        endpoint: an address of the only server that may see it.
    """

    __slots__ = ("_endpoint", "_value")

    def __init__(self, value: str, endpoint: str) -> None:
        self._value = value
        self._endpoint = endpoint

    def __repr__(self) -> str:
        return f"{type(self).__name__}(hidden)"

    def may_go_to(self, url: str) -> bool:
        """True for the endpoint's own origin, over https or on this machine; nowhere else."""
        return is_private_way(url) and is_same_origin(url, self._endpoint)

    def headers_for(self, url: str) -> dict[str, str]:
        """The header that carries the token to an address; empty where it may not go there.

        Raises:
            LabError: the token holds characters that no header can carry.
        """
        if not self.may_go_to(url):
            return {}
        if not is_sendable(self._value):
            raise self._unsendable()
        return {"Authorization": f"Bearer {self._value}"}

    def redact(self, text: str) -> str:
        """The text without the token, should a server have sent it back."""
        return text.replace(self._value, "(hidden)")

    def _unsendable(self) -> LabError:
        return LabError(
            "The access token holds characters that no token has.", "Copy it once more."
        )


def is_sendable(token: str) -> bool:
    """True for what a header can carry as a token."""
    return bool(token) and token.isascii() and token.isprintable() and " " not in token
