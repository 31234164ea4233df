"""Choosing a model on a server."""

from __future__ import annotations

from dataclasses import replace

from ailab.services.problem import Problem
from ailab.services.served.served_address import (
    ServedAddress,
    is_served_address,
    parse_served_address,
    parse_server,
    without_login,
)
from ailab.services.served.served_error import LoginInAddressError, ServerError
from ailab.services.served.servers import Servers
from ailab.viewmodels.inference_state import InferenceState, ModelSource
from ailab.viewmodels.latest import Latest
from ailab.viewmodels.server_token import ServerTokenViewModel
from ailab.viewmodels.server_token_state import ServerTokenState
from ailab.viewmodels.servers_state import ServersState
from ailab.viewmodels.view_model import ViewModel


class ServersViewModel(ViewModel[ServersState]):
    """Connects to a server and keeps which of its models was chosen.

    Args:
        servers: asks them; lent. None where there are none.

    Attributes:
        token: the access token of the server whose address is typed; see `open_token`.
    """

    def __init__(self, servers: Servers | None) -> None:
        super().__init__(ServersState())
        self.token = ServerTokenViewModel(servers)
        self.token.changed.connect(self._on_token)
        self._servers = servers
        self._connecting = Latest("connection to a server of models")
        self._reading = Latest("known servers")

    def open(self) -> None:
        """Look for the addresses used before, and offer the last one."""
        if self._servers is not None:
            self._reading.start(self._run_read(self._servers))

    def set_address(self, address: str) -> None:
        """Type a server's address; what was known of another one goes."""
        if address != self.state.address:
            self._connecting.cancel()
            self._become(ServersState(address=address, known=self.state.known))

    def connect_to_server(self) -> None:
        """Ask the server for its models."""
        if self._servers is None or not self.state.address.strip():
            return
        if self._hides_login():
            return
        if is_served_address(self.state.address):  # a model's whole address was pasted
            self.show_model(self.state.address)
        self._become(replace(self.state, is_connecting=True, listing=None, problem=None))
        self._connecting.start(self._run_connect(self._servers))

    def open_token(self) -> None:
        """Look for the token of the server whose address is typed."""
        if server := self.state.token_server:
            self.token.open(server)

    def cancel(self) -> None:
        """Stop asking the server."""
        self._connecting.cancel()
        self._become(replace(self.state, is_connecting=False))

    def choose(self, address: str) -> None:
        """Choose a model by its address; an empty one for none."""
        self._become(replace(self.state, model=address))

    def set_model_name(self, name: str) -> None:
        """Type a model's name, where the server keeps no list."""
        address = ""
        if name.strip():
            try:
                address = str(ServedAddress(parse_server(self.state.address), name.strip()))
            except ServerError as error:
                self._become(replace(self.state, problem=Problem.of(error)))
                return
        self._become(replace(self.state, model=address))

    def show_model(self, address: str) -> None:
        """Take a model by its whole address, such as that of an earlier run."""
        try:
            server = parse_served_address(address).server
        except LoginInAddressError:
            server = address = without_login(address)
        except ServerError:
            server = address
        if server != self.state.address or self.state.listing is None:
            self._connecting.cancel()
            self._become(ServersState(address=server, known=self.state.known, model=address))
        else:
            self._become(replace(self.state, model=address))

    def unknown_place(self, state: InferenceState) -> str:
        """A saved run's server that was never used here, in words; empty for any other.

        Whoever made the results named it: to open them is not to ask it.
        """
        if state.model_source is not ModelSource.SERVER:
            return ""
        try:
            address = parse_served_address(state.served_model)
        except ServerError:  # which is told of without asking anybody
            return ""
        return "" if address.server in self.state.known else f"the server at {address.place}"

    async def close(self) -> None:
        """Stop what is under way and wait for its end."""
        self.cancel()
        await self._connecting.close()
        await self.token.close()
        await self._reading.close()

    async def wait(self) -> None:
        """Wait until nothing is under way."""
        await self._reading.wait()
        await self.token.wait()
        await self._connecting.wait()

    def _hides_login(self) -> bool:
        """Take a name and a password out of the address, and say so, where it holds them."""
        try:
            parse_server(self.state.address)
        except LoginInAddressError as error:
            bare, known = without_login(self.state.address), self.state.known
            self._become(ServersState(address=bare, known=known, problem=Problem.of(error)))
            return True
        except ServerError:  # told of where it is asked
            return False
        return False

    def _on_token(self, old: ServerTokenState, new: ServerTokenState) -> None:
        # Another token may open the server, and none may close it.
        is_done = old.is_busy and old.has_looked and not new.is_busy
        if is_done and new.problem is None and new.server == self.state.token_server:
            self.connect_to_server()

    async def _run_read(self, servers: Servers) -> None:
        known = await servers.known()
        state = replace(self.state, known=known)
        if known and not state.address:
            state = replace(state, address=known[0])
        self._become(state)

    async def _run_connect(self, servers: Servers) -> None:
        try:
            listing = await servers.connect(self.state.address)
        except ServerError as error:
            self._become(replace(self.state, is_connecting=False, problem=Problem.of(error)))
            return
        others = (each for each in self.state.known if each != listing.server)
        state = replace(
            self.state,
            address=listing.server,
            known=(listing.server, *others),
            is_connecting=False,
            listing=listing,
        )
        choices = state.choices
        if choices is not None and all(each.address != state.model for each in choices):
            # The only one is the one that is meant.
            state = replace(state, model=choices[0].address if len(choices) == 1 else "")
        self._become(state)
