"""A network that keeps what it was run on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ailab.services.inference.network import MODEL, Network, TensorSpec

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.network import Tensors


class RecordingNetwork:
    """Another network, with what its parts were run on.

    Attributes:
        device: of that network.
        runs: the part and the feeds of each run, in order.

    Args:
        network: what does the work.
    """

    def __init__(self, network: Network) -> None:
        self._network = network
        self.device = network.device
        self.runs: list[tuple[str, Tensors]] = []

    def inputs(self, part: str = MODEL) -> Sequence[TensorSpec]:
        """See `Network.inputs`."""
        return self._network.inputs(part)

    def has(self, part: str) -> bool:
        """See `Network.has`."""
        return self._network.has(part)

    def run(self, feeds: Tensors, part: str = MODEL) -> dict[str, npt.NDArray[Any]]:
        """See `Network.run`."""
        self.runs.append((part, dict(feeds)))
        return self._network.run(feeds, part)

    def terminate(self) -> None:
        """See `Network.terminate`."""
        self._network.terminate()
