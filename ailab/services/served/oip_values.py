"""What servers tell of themselves and their models, by the Open Inference Protocol, version 2.

Source of the wire format: https://github.com/open-inference/open-inference-protocol, its REST
specification, and Triton's extension for the repository's index.
"""

from __future__ import annotations

from dataclasses import dataclass

from ailab.services.account.token_origin import TokenOrigin

READY = "READY"
"""The state of a model that can be run."""


@dataclass(frozen=True, slots=True)
class ServedTensor:
    """An input or output.

    Attributes:
        name: as the server names it.
        datatype: such as `FP32`.
        shape: lengths of its axes; -1 where the length is free.
    """

    name: str
    datatype: str
    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ServedMetadata:
    """A model as its server describes it.

    Attributes:
        name: the model's.
        versions: that there are; empty where the server tells none.
        platform: what runs it there; may be empty.
        inputs: in the server's order.
        outputs: in the server's order.
    """

    name: str
    versions: tuple[str, ...]
    platform: str
    inputs: tuple[ServedTensor, ...]
    outputs: tuple[ServedTensor, ...]


@dataclass(frozen=True, slots=True)
class ServedRow:
    """A model in a server's list.

    Attributes:
        name: of the model.
        version: which; empty where the server tells none.
        state: such as `READY`; empty where the server tells none.
        reason: why it is in that state; may be empty.
    """

    name: str
    version: str = ""
    state: str = ""
    reason: str = ""

    @property
    def is_ready(self) -> bool:
        """It can be run, as far as is known."""
        return self.state in {"", READY}


@dataclass(frozen=True, slots=True)
class ServerListing:
    """A server that answered.

    Attributes:
        server: its address, as `parse_server` writes it.
        name: what it calls itself, with its version; may be empty.
        rows: its models; None where it keeps no list.
        token: where the access token comes from that it was sent; None where it was sent none.
    """

    server: str
    name: str
    rows: tuple[ServedRow, ...] | None
    token: TokenOrigin | None = None
