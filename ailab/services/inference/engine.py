"""What an inference engine is; each is one file, used in the worker process alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from ailab.services.inference.device import AUTO

if TYPE_CHECKING:
    from ailab.services.inference.model_description import ModelDescription
    from ailab.services.inference.network import Network


class Terminated(Exception):  # noqa: N818 - not an error: somebody asked for it
    """A run was stopped on request."""


class Engine(Protocol):
    """Something that can run networks. What goes in and what comes out is the pipelines' work."""

    name: str

    def load(self, description: ModelDescription, device: str = AUTO) -> Network:
        """Load a model's weights.

        Args:
            description: which, and of how many parts.
            device: one of `device.CHOICES`. Where it cannot be used, the processor is, and the
                network's `device` says why.

        Raises:
            MemoryError: there is not enough memory.
            ModelFileError: the files are damaged or not what they say they are.
        """
        ...
