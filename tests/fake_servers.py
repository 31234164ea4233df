"""A server of models in memory, driven by the test."""

from __future__ import annotations

from ailab.services.served.oip_values import ServedRow, ServerListing
from ailab.services.served.served_address import parse_server
from ailab.services.served.served_error import ServerError
from fakes import Gate

ROWS = (
    ServedRow("yolox", "1", "READY"),
    ServedRow("segformer-b0-finetuned-ade-512-512", "1", "READY"),
    ServedRow("depth", "1", "UNAVAILABLE", "loading"),
)


class FakeServers:
    """One server; `failure` is raised by connecting where set."""

    def __init__(self) -> None:
        self.gate = Gate()
        self.failure: ServerError | None = None
        self.rows: tuple[ServedRow, ...] | None = ROWS
        self.addresses: tuple[str, ...] = ()
        self.asked: list[str] = []

    async def known(self) -> tuple[str, ...]:
        return self.addresses

    async def connect(self, address: str) -> ServerListing:
        self.asked.append(address)
        await self.gate.passage()
        if self.failure is not None:
            raise self.failure
        return ServerListing(parse_server(address), "triton 2.50.0", self.rows)
