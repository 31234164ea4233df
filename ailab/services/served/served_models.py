"""Models on servers: who has them, which were used, and how they are described."""

from __future__ import annotations

import asyncio
import json
import logging
from contextlib import suppress
from pathlib import Path

from ailab.services.inference.json_fields import Fields
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.served.oip_connection import OipConnection
from ailab.services.served.oip_server import list_server
from ailab.services.served.oip_values import ServerListing
from ailab.services.served.served_address import parse_served_address, parse_server
from ailab.services.served.served_error import ServerError
from ailab.services.served.served_sheet import ServedSheet
from ailab.services.whole_file import replace_whole

_MOST_KNOWN = 20
_LARGEST = 2**20
_log = logging.getLogger(__name__)


class ServedModels:
    """The `Servers` that a person uses, and the sheets of their models.

    Args:
        folder: where both are kept; made by the first.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known = folder / "servers.json"

    def sheet(self, address: str) -> ServedSheet:
        """The sheet of a model, by the model's address.

        Raises:
            ServerError: it is no address of a model.
        """
        return ServedSheet(parse_served_address(address), self._folder)

    def open(self, address: str) -> RunnableModel:
        """A model that can be run; asks its server. See `ServedSheet.runnable`."""
        return self.sheet(address).runnable()

    async def known(self) -> tuple[str, ...]:
        """See `Servers.known`."""
        return await asyncio.to_thread(self._read)

    async def connect(self, address: str) -> ServerListing:
        """See `Servers.connect`."""
        server = parse_server(address)
        connection = OipConnection(server)
        try:
            listing = await asyncio.to_thread(_list, connection, server)
        except asyncio.CancelledError:
            connection.abort()
            raise
        await asyncio.to_thread(self._remember, server)
        return listing

    def _read(self) -> tuple[str, ...]:
        try:
            with self._known.open("rb") as file:
                texts = Fields(json.loads(file.read(_LARGEST))).texts("servers")
        except FileNotFoundError:
            return ()
        except (OSError, ValueError, RecursionError) as error:
            _log.warning("%s could not be read: %r", self._known, error)
            return ()
        found = []
        for text in texts[:_MOST_KNOWN]:
            with suppress(ServerError):
                found.append(parse_server(text))
        return tuple(dict.fromkeys(found))

    def _remember(self, server: str) -> None:
        servers = [server, *(each for each in self._read() if each != server)]
        data = {"format": 1, "servers": servers[:_MOST_KNOWN]}
        try:
            replace_whole(self._known, json.dumps(data, indent=2).encode())
        except OSError as error:  # a convenience alone
            _log.warning("%s could not be written: %r", self._known, error)


def _list(connection: OipConnection, server: str) -> ServerListing:
    try:
        return list_server(connection, server)
    finally:
        connection.close()
