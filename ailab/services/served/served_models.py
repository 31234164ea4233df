"""Models on servers: who has them, which were used, and how they are described."""

from __future__ import annotations

import asyncio
import json
import logging
from contextlib import suppress
from functools import partial
from pathlib import Path

from ailab.services.account.accounts import AccountFacts
from ailab.services.account.in_daemon_thread import in_daemon_thread
from ailab.services.account.token_origin import TokenOrigin, TokenPlace
from ailab.services.inference.json_fields import Fields
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.problem import Problem
from ailab.services.served.oip_connection import OipConnection
from ailab.services.served.oip_server import check_token, list_server
from ailab.services.served.oip_values import ServerListing
from ailab.services.served.served_address import parse_served_address, parse_server
from ailab.services.served.served_error import ServerError
from ailab.services.served.served_sheet import ServedSheet
from ailab.services.served.server_token import ServerAccess
from ailab.services.served.server_tokens import ServerTokens
from ailab.services.whole_file import replace_whole

_MOST_KNOWN = 20
_LARGEST = 2**20
_log = logging.getLogger(__name__)


class ServedModels:
    """The `Servers` that a person uses, and the sheets of their models.

    Args:
        folder: where both are kept; made by the first.
        tokens: the servers' access tokens; None where there are none.
    """

    def __init__(self, folder: Path, tokens: ServerTokens | None = None) -> None:
        self._folder = folder
        self._tokens = tokens or ServerTokens(None, {})
        self._known = folder / "servers.json"

    def sheet(self, address: str) -> ServedSheet:
        """The sheet of a model, by the model's address; may ask the key ring.

        Raises:
            ServerError: it is no address of a model.
        """
        model = parse_served_address(address)
        return ServedSheet(model, self._folder, self._tokens.access(model.server))

    def open(self, address: str) -> RunnableModel:
        """A model that can be run; asks its server. See `ServedSheet.runnable`."""
        return self.sheet(address).runnable()

    async def known(self) -> tuple[str, ...]:
        """See `Servers.known`."""
        return await asyncio.to_thread(self._read)

    async def connect(self, address: str) -> ServerListing:
        """See `Servers.connect`."""
        server = parse_server(address)
        access = await in_daemon_thread(partial(self._tokens.access, server, again=True))
        connection = OipConnection(server, access)
        try:
            listing = await asyncio.to_thread(_list, connection, server)
        except asyncio.CancelledError:
            connection.abort()
            raise
        await asyncio.to_thread(self._remember, server)
        return listing

    async def token(self, address: str) -> AccountFacts:
        """See `Servers.token`."""
        server = parse_server(address)
        access = await in_daemon_thread(partial(self._tokens.access, server, again=True))
        problem = None if access.failure is None else Problem.of(access.failure)
        return AccountFacts(access.origin, self._tokens.places, problem=problem)

    async def use_token(self, address: str, token: str, place: TokenPlace) -> TokenOrigin:
        """See `Servers.use_token`."""
        server = parse_server(address)
        made = self._tokens.made(server, token)
        connection = OipConnection(server, ServerAccess(made))
        try:
            await asyncio.to_thread(_check, connection)
        except asyncio.CancelledError:
            connection.abort()
            raise
        return await in_daemon_thread(partial(self._tokens.keep, server, made, place))

    async def forget_token(self, address: str) -> None:
        """See `Servers.forget_token`."""
        await in_daemon_thread(partial(self._tokens.forget, parse_server(address)))

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


def _check(connection: OipConnection) -> None:
    try:
        check_token(connection)
    finally:
        connection.close()


def _list(connection: OipConnection, server: str) -> ServerListing:
    try:
        return list_server(connection, server)
    finally:
        connection.close()
