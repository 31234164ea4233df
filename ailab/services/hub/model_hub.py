"""What the view models ask of the Hub."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from ailab.services.hub.hub_wait import HubWait
from ailab.services.hub.model_refs import ModelRefs
from ailab.services.hub.model_source import ModelSource


class ModelHub(ModelSource, Protocol):
    """The Hub as the view models see it; every method raises `HubError`."""

    @property
    def endpoint(self) -> str:
        """Origin of the Hub, without a slash at its end."""
        ...

    @property
    def has_token(self) -> bool:
        """True where an access token is sent along."""
        ...

    def forget(self) -> None:
        """Drop the answers kept from before, so that the next questions are asked anew."""
        ...

    def on_wait(self, listener: Callable[[HubWait], None]) -> Callable[[], None]:
        """Tell a listener of every pause that the Hub's limits ask for, and of its end.

        Returns:
            What ends it.
        """
        ...

    async def check_access(self, model_id: str) -> None:
        """Make sure that a gated model's files are given to whoever is signed in.

        Raises:
            GatedModelError: they are not; its reason says why.
        """
        ...

    async def list_refs(self, model_id: str) -> ModelRefs:
        """A model's branches and tags."""
        ...

    async def read_file(
        self,
        model_id: str,
        revision: str,
        path: str,
        *,
        start: int = 0,
        most: int = 2**20,
    ) -> bytes:
        """At most `most` bytes of a file from byte `start` on, by an HTTP range request.

        Shorter where the file ends. Where the server ignores the range, what comes before
        `start` is read past, up to 32 MiB.
        """
        ...

    async def fetch_image(self, url: str, *, most: int = 8 * 2**20) -> bytes:
        """A picture at any https address, the token only where that is the Hub's own.

        Addresses of this machine and of private networks are refused, unless the Hub itself is
        there. A picture of over `most` bytes is refused.
        """
        ...
