"""A client of a provider in a thread of its own, as the window's loop sees it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from ailab.services.hub.proxy import proxy_for
from ailab.services.inference.predictions import Prediction
from ailab.services.inference.prompt import Prompt
from ailab.services.providers.client_thread import ClientThread
from ailab.services.providers.provided_model import ProvidedModel
from ailab.services.providers.provider_router import ProviderRouter

if TYPE_CHECKING:
    from ailab.services.providers.provider_client import ProviderClient
    from ailab.services.providers.sent_picture import SentPicture


class ProviderConnection:
    """Asks one model at one provider; several pictures may be under way at once.

    The library reads answers of many megabytes on the very loop that it is asked on, and takes
    half a second to be imported: both are done beside the window.

    Args:
        model: what is asked.
        router: where, and in whose name.
        timeout: seconds of silence after which an answer is not waited for any longer.
    """

    def __init__(self, model: ProvidedModel, router: ProviderRouter, timeout: float) -> None:
        self._model = model
        self._router = router
        self._timeout = timeout
        self._thread = ClientThread()
        self._client: ProviderClient | None = None

    async def open(self) -> None:
        """Make the client; nothing is sent.

        Raises:
            ProviderError: there is no token, or none for this router.
        """
        token = self._router.token()
        model, router = self._model, self._router
        address = f"{router.address_of(model.provider)}/models/{model.name}"
        if model.chats:
            address = router.chat_address
        proxy = await asyncio.to_thread(proxy_for, address, router.proxy)

        async def connect() -> ProviderClient:
            from ailab.services.providers.provider_client import ProviderClient  # noqa: PLC0415

            return ProviderClient(model, address, token, proxy, self._timeout)

        self._client = await self._thread.run(connect())

    async def predict(
        self, picture: SentPicture, path: str, prompt: Prompt
    ) -> tuple[Prediction, tuple[str, ...]]:
        """See `ProviderClient.predict`."""
        if self._client is None:
            raise ValueError("not opened yet")
        return await self._thread.run(self._client.predict(picture, path, prompt))

    async def close(self) -> None:
        """Close the connections and end the thread."""
        if self._client is not None:
            with suppress(Exception):  # what is left of a broken line is of no use to anybody
                await self._thread.run(self._client.close())
        await self._thread.close()
