"""Networks that a server runs, asked by the Open Inference Protocol, version 2."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ailab.services.inference.device import AUTO
from ailab.services.inference.engine_table import SERVED
from ailab.services.inference.oip_network import OipNetwork
from ailab.services.served.oip_connection import OipConnection
from ailab.services.served.oip_server import read_served_metadata, takes_binary
from ailab.services.served.served_address import parse_served_address
from ailab.services.served.server_token import ServerAccess

if TYPE_CHECKING:
    from ailab.services.inference.model_description import ModelDescription

_SECONDS = 300.0
_MOST_BYTES = 512 * 2**20


class OipEngine:
    """Sends tensors to a server, which has the weights, and gets tensors back.

    What it runs on is the server's choice. Pictures are prepared, and answers read, here.
    """

    name = SERVED

    def load(self, description: ModelDescription, device: str = AUTO) -> OipNetwork:
        """Ask the server for the model's inputs and outputs; see `Engine.load`.

        Raises:
            ModelFileError: the server has no such model.
            ServerError: it does not answer, or not as the protocol says.
        """
        address = parse_served_address(description.address)
        access = ServerAccess(description.token)
        connection = OipConnection(address.server, access, seconds=_SECONDS, most=_MOST_BYTES)
        metadata = read_served_metadata(connection, address)
        return OipNetwork(connection, address, metadata, takes_binary(connection))
