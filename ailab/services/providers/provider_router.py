"""Where Inference Providers are asked, and in whose name."""

from __future__ import annotations

from collections.abc import Callable

from ailab.services.hub.access_token import TOKENS_PAGE
from ailab.services.hub.hub_endpoint import origin_of
from ailab.services.hub.hub_router import DEFAULT_ROUTER, is_router_of
from ailab.services.providers.provider_error import ProviderError


class ProviderRouter:
    """The Hub's server that hands requests on to providers.

    Args:
        endpoint: origin of the Hub.
        token_for: the person's token, for the address of a router that may be told it; else empty.
        address: the router's, without a slash at its end.
        proxy: used where environment and system name none; empty for none.
    """

    def __init__(
        self,
        endpoint: str,
        token_for: Callable[[str], str],
        *,
        address: str = DEFAULT_ROUTER,
        proxy: str = "",
    ) -> None:
        self._endpoint = endpoint
        self._token_for = token_for
        self._address = address.rstrip("/")
        self.proxy = proxy

    @property
    def host(self) -> str:
        """The host that the pictures are sent to."""
        origin = origin_of(self._address)
        return origin[1] if origin else self._address

    def address_of(self, provider: str) -> str:
        """Where a provider is asked."""
        return f"{self._address}/{provider}"

    @property
    def chat_address(self) -> str:
        """Where models that chat are asked, whoever runs them; without `/chat/completions`."""
        return f"{self._address}/v1"

    def check_hub(self) -> None:
        """Make sure that the router belongs to the Hub that this lab asks.

        Raises:
            ProviderError: it does not.
        """
        if not is_router_of(self._address, self._endpoint):
            raise ProviderError(
                f"{self._endpoint} has no Inference Providers: only huggingface.co has.",
                "Run on this computer, or set the Hub's address back in the settings.",
                is_final=True,
            )

    def token(self) -> str:
        """The person's access token.

        Raises:
            ProviderError: there is none, or the router does not belong to the Hub.
        """
        self.check_hub()
        token = self._token_for(self._address)
        if not token:
            raise ProviderError(
                "Inference Providers run pictures for people who are signed in.",
                "Sign in with a token that has the permission “Make calls to Inference "
                f"Providers”, from {TOKENS_PAGE}.",
                is_final=True,
            )
        if not (token.isascii() and token.isprintable() and " " not in token):
            raise ProviderError(
                "The access token holds characters that no token has.",
                f"Copy it once more from {TOKENS_PAGE} and sign in with it.",
                is_final=True,
            )
        return token
