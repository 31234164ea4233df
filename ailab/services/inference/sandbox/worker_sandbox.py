"""What a worker may do, told to it on its command line."""

from __future__ import annotations

import json
from dataclasses import dataclass

from ailab.services.inference.json_fields import Fields

SANDBOX_ARGUMENT = "--sandbox"
_MOST_MEMORY = 2**62


@dataclass(frozen=True, slots=True)
class WorkerSandbox:
    """The limits of one worker, from its start to its end.

    Attributes:
        folder: the worker's own folder, the only place that it may write to; empty for a worker
            that nobody watches over (a test that calls the worker's parts).
        readable: absolute paths of the folders and files that it may read, beyond the system's
            and Python's own: where models lie. Pictures are handed over open.
        may_use_network: True for a worker that asks a model on another machine. It may read no
            models then: what it sends comes from the person's pictures alone.
        may_use_graphics: whether it may use graphics cards; a driver is a large thing to hand over.
        memory: bytes that it may take; None for what the machine has, but for a rest.
        handing: descriptor of the socket over which open pictures come; None where there is
            none.

    Raises:
        ValueError: a worker was to have both network and models.
    """

    folder: str = ""
    readable: tuple[str, ...] = ()
    may_use_network: bool = False
    may_use_graphics: bool = True
    memory: int | None = None
    handing: int | None = None

    def __post_init__(self) -> None:
        if self.may_use_network and self.readable:
            raise ValueError("a worker with network may read no models")

    def arguments(self) -> tuple[str, str]:
        """How it is written on the worker's command line."""
        fields = {
            "folder": self.folder,
            "readable": self.readable,
            "may_use_network": self.may_use_network,
            "may_use_graphics": self.may_use_graphics,
            "memory": self.memory,
            "handing": self.handing,
        }
        return SANDBOX_ARGUMENT, json.dumps(fields)

    @classmethod
    def of_arguments(cls, arguments: list[str]) -> WorkerSandbox:
        """What `arguments` has written; the narrowest limits where nothing is said.

        Raises:
            ValueError: it is not what was written.
        """
        if SANDBOX_ARGUMENT not in arguments:
            return cls()
        fields = Fields(json.loads(arguments[arguments.index(SANDBOX_ARGUMENT) + 1]))
        return cls(
            folder=fields.text("folder"),
            readable=fields.texts("readable"),
            may_use_network=fields.boolean("may_use_network"),
            may_use_graphics=fields.boolean("may_use_graphics"),
            memory=fields.integer_or_none("memory", 1, _MOST_MEMORY),
            handing=fields.integer_or_none("handing", 0, 2**31 - 1),
        )
