"""A model of transformers as a network."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from typing import TYPE_CHECKING, Any

import torch

from ailab.services.inference.convolution_layout import ConvolutionLayout
from ailab.services.inference.core_choice import CoreChoice
from ailab.services.inference.device import CPU, DEVICES
from ailab.services.inference.device_in_use import ON_CPU, DeviceInUse
from ailab.services.inference.engine import Terminated
from ailab.services.inference.engine_table import TORCH
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.network import MODEL, TensorSpec
from ailab.services.inference.network_threads import network_threads
from ailab.services.inference.out_of_memory import is_out_of_memory
from ailab.services.inference.torch_parts import torch_parts
from ailab.services.inference.torch_text import remember_text

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.network import Network, Tensors
    from ailab.services.inference.pipeline import Tell
    from ailab.services.inference.torch_part import Answer


class TorchNetwork:
    """A network in memory, in the parts that `torch_parts` finds in it.

    Args:
        network: a model of transformers, in float32, where it shall run.
        device: where that is.

    Attributes:
        most_lanes: see `DivisibleNetwork`; 1 for what writes, since such networks keep in
            themselves how far they are.
    """

    lanes_take = 0.0

    def __init__(self, network: Any, device: DeviceInUse = ON_CPU) -> None:
        self.device = device
        self._device = torch.device(DEVICES[device.device].by_engine[TORCH])
        self._network = network
        self._parts = torch_parts(network)
        self._layout = ConvolutionLayout(network) if device.device == CPU else None
        self._choices = {
            name: CoreChoice(network_threads())
            for name, part in self._parts.items()
            if device.device == CPU and part.run_telling is None  # what writes has many runs in one
        }
        self._forget_text = remember_text(network)
        is_divisible = len(self._choices) == len(self._parts)
        self.most_lanes = network_threads() if is_divisible else 1
        self._cores: int | None = None
        self._is_terminated = False
        self._thread = threading.local()
        self._hooks = [
            module.register_forward_pre_hook(self._stop_if_terminated)
            for module in network.modules()
        ]

    def inputs(self, part: str = MODEL) -> Sequence[TensorSpec]:
        """See `Network.inputs`; sizes are free."""
        return self._parts[part].inputs

    def has(self, part: str) -> bool:
        """See `Network.has`."""
        return part in self._parts

    def run(self, feeds: Tensors, part: str = MODEL) -> dict[str, npt.NDArray[Any]]:
        """See `Network.run`."""
        if self._cores is not None:
            with _on_cores(self._cores):
                return self._run(feeds, self._parts[part].run)
        if (choice := self._choices.get(part)) is None:
            return self._run(feeds, self._parts[part].run)
        with _on_cores(choice.begin(sum(values.size for values in feeds.values()))):
            outputs = self._run(feeds, self._parts[part].run)
        choice.end()
        return outputs

    def run_telling(self, feeds: Tensors, part: str, tell: Tell) -> dict[str, npt.NDArray[Any]]:
        """See `TellingNetwork.run_telling`."""
        run = self._parts[part].run_telling
        if run is None:
            return self.run(feeds, part)
        return self._run(feeds, lambda tensors: run(tensors, tell))

    def _lane(self, cores: int) -> TorchNetwork:
        lane = copy(self)
        vars(lane).update(most_lanes=1, _cores=cores)
        return lane

    def _run(
        self, feeds: Tensors, run: Callable[[Mapping[str, torch.Tensor]], Answer]
    ) -> dict[str, npt.NDArray[Any]]:
        self._is_terminated = False
        self._thread.is_terminated = lambda: self._is_terminated
        try:
            if self._layout is not None and self._cores is None:  # lanes share the weights
                self._layout.suit(feeds)
            with torch.inference_mode():
                tensors = {
                    name: torch.from_numpy(values).to(self._device)
                    for name, values in feeds.items()
                }
                outputs = {
                    name: (values.float() if values.is_floating_point() else values).cpu().numpy()
                    for name, values in run(tensors).items()
                    if isinstance(values, torch.Tensor)
                }
        except (Terminated, ModelFileError):
            raise
        except Exception as error:  # transformers raises whatever its models do
            if is_out_of_memory(error):
                raise MemoryError(str(error)) from error
            raise _failed_run(error) from error
        if not outputs:
            raise ModelFileError(
                "The model answered nothing that ailab can read.", "Choose another model."
            )
        return outputs

    def lanes(self, count: int) -> Sequence[Network]:
        """See `DivisibleNetwork.lanes`; all of them are this very model."""
        return [self._lane(max(1, self.most_lanes // count)) for _ in range(count)]

    def terminate(self) -> None:
        """Stop a run under way at its next layer; it then raises `Terminated`."""
        self._is_terminated = True

    def release(self) -> Any:
        """The model of transformers by itself, which `terminate` stops no more."""
        for hook in self._hooks:
            hook.remove()
        self._forget_text()
        if self._layout is not None:
            self._layout.undo()
        return self._network

    def _stop_if_terminated(self, *_: object) -> None:
        is_terminated: Callable[[], bool] = self._thread.is_terminated
        if is_terminated():
            raise Terminated


@contextmanager
def _on_cores(cores: int) -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(cores)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _failed_run(error: Exception) -> ModelFileError:
    return ModelFileError(
        "The model could not be run on this picture: its network refused what its description "
        "makes of it.",
        "Choose another model, or another variant of it.",
        detail=repr(error),
    )
