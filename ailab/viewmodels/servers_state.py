"""What is shown of servers of models."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from ailab.services.account.token_origin import TokenOrigin, TokenPlace
from ailab.services.problem import Problem
from ailab.services.served.oip_values import ServedRow, ServerListing
from ailab.services.served.served_address import ServedAddress, parse_server, served_name
from ailab.services.served.served_error import ServerError

_KINDS = (
    "A server that speaks the Open Inference Protocol, such as Triton, KServe, OpenVINO Model "
    "Server or MLServer."
)


@dataclass(frozen=True, slots=True)
class ServedChoice:
    """A model to choose.

    Attributes:
        address: of the model.
        text: what is shown of it.
    """

    address: str
    text: str


@dataclass(frozen=True, slots=True)
class ServersState:
    """A server, and the model chosen of it.

    Attributes:
        address: of the server, as it is typed.
        known: addresses used before, the last one first.
        is_connecting: the server is being asked.
        listing: what it answered; None before.
        model: address of the chosen model; empty where none is.
        problem: why it could not be connected to.
    """

    address: str = ""
    known: tuple[str, ...] = ()
    is_connecting: bool = False
    listing: ServerListing | None = None
    model: str = ""
    problem: Problem | None = None

    @property
    def choices(self) -> tuple[ServedChoice, ...] | None:
        """The server's models; None where it keeps no list, or was not asked yet."""
        if self.listing is None or self.listing.rows is None:
            return None
        server, rows = self.listing.server, self.listing.rows
        times = Counter(row.name for row in rows)
        return tuple(_choice(server, row, has_others=times[row.name] > 1) for row in rows)

    @property
    def model_name(self) -> str:
        """Name of the chosen model; empty where none is."""
        return served_name(self.model) if self.model else ""

    @property
    def takes_name(self) -> bool:
        """The model's name is typed, since the server keeps no list, or was not asked yet."""
        return self.choices is None and (self.listing is not None or bool(self.model))

    @property
    def token_server(self) -> str:
        """The server that a token can be given for; empty where the address names none."""
        try:
            return parse_server(self.address)
        except ServerError:
            return ""

    @property
    def text(self) -> str:
        """How the server is, in one sentence; empty where nothing is to be told."""
        if self.is_connecting:
            return "Asking the server for its models …"
        if self.listing is None:
            return "" if self.model else _KINDS
        who = self.listing.name or "The server"
        by = _by(self.listing.token)
        if self.listing.rows is None:
            return f"{who} answers{by}, but keeps no list of its models: type the name of one."
        if not self.listing.rows:
            return f"{who} answers, but has no models."
        return f"Connected to {who}{by}."


def _by(token: TokenOrigin | None) -> str:
    """With which token a server was asked, to follow on its name."""
    if token is None:
        return ""
    match token.place:
        case TokenPlace.KEY_RING:
            return ", with the token that is kept for it"
        case TokenPlace.SESSION:
            return ", with the token of this session"
        case _:
            return f", with the token of {token.words}"


def _choice(server: str, row: ServedRow, *, has_others: bool) -> ServedChoice:
    # A version is named only where there are several: without, the server takes the newest.
    version = row.version if has_others else ""
    text = f"{row.name}, version {version}" if version else row.name
    if not row.is_ready:
        text += f" ({row.state.lower().replace('_', ' ')})"
    return ServedChoice(str(ServedAddress(server, row.name, version)), text)
