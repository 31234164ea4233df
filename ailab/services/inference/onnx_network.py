"""Sessions of ONNX Runtime as a network."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from onnxruntime.capi.onnxruntime_pybind11_state import RunOptions

from ailab.services.inference.device_in_use import ON_CPU, DeviceInUse
from ailab.services.inference.engine import Terminated
from ailab.services.inference.inference_errors import DescriptionError, ModelFileError
from ailab.services.inference.network import MODEL, TensorSpec
from ailab.services.inference.out_of_memory import is_out_of_memory

if TYPE_CHECKING:
    import numpy.typing as npt
    from onnxruntime.capi.onnxruntime_inference_collection import InferenceSession

    from ailab.services.inference.network import Network, Tensors

_TYPES = {
    "tensor(float)": "float32",
    "tensor(float16)": "float16",
    "tensor(double)": "float64",
    "tensor(uint8)": "uint8",
    "tensor(int64)": "int64",
    "tensor(int32)": "int32",
    "tensor(bool)": "bool",
}

_NUMBERS = "fiub"
"""Kinds of NumPy's types: floating point, whole, unsigned, yes or no."""


class OnnxNetwork:
    """Graphs in memory, one for each part.

    Args:
        sessions: by part.
        device: what they run on.
        most_lanes: how many runs at the same time the cores are enough for.
        on_threads: makes sessions of the same parts that have so many threads each.
        lanes_take: seconds that it takes to do so.
    """

    def __init__(
        self,
        sessions: Mapping[str, InferenceSession],
        device: DeviceInUse = ON_CPU,
        most_lanes: int = 1,
        on_threads: Callable[[int], Mapping[str, InferenceSession]] | None = None,
        lanes_take: float = 0.0,
    ) -> None:
        self.device = device
        self.most_lanes = most_lanes if on_threads is not None else 1
        self.lanes_take = lanes_take
        self._on_threads = on_threads
        self._sessions = sessions
        self._outputs = {
            part: [output.name for output in session.get_outputs()]
            for part, session in sessions.items()
        }
        self._lock = threading.Lock()
        self._under_way: list[RunOptions] = []

    def inputs(self, part: str = MODEL) -> Sequence[TensorSpec]:
        """See `Network.inputs`."""
        return [
            TensorSpec(item.name, _TYPES.get(item.type, item.type), tuple(item.shape))
            for item in self._sessions[part].get_inputs()
        ]

    def has(self, part: str) -> bool:
        """See `Network.has`."""
        return part in self._sessions

    def run(self, feeds: Tensors, part: str = MODEL) -> dict[str, npt.NDArray[Any]]:
        """See `Network.run`."""
        options = RunOptions()
        with self._lock:
            self._under_way.append(options)
        try:
            outputs = self._sessions[part].run(self._outputs[part], dict(feeds), options)
        except Exception as error:  # ONNX Runtime's own errors share no base of their own
            _raise_if_terminated(options)
            if is_out_of_memory(error):
                raise MemoryError(str(error)) from error
            raise _failed_run(error) from error
        finally:
            with self._lock:
                self._under_way.remove(options)
        _raise_if_terminated(options)
        named = dict(zip(self._outputs[part], outputs, strict=True))
        for name, values in named.items():
            if not isinstance(values, np.ndarray) or values.dtype.kind not in _NUMBERS:
                raise ModelFileError(
                    f"The model's output {name:.100} is not a tensor of numbers.",
                    "Choose another model.",
                )
        return named

    def lanes(self, count: int) -> Sequence[Network]:
        """See `DivisibleNetwork.lanes`.

        A session's threads help whoever runs it, and who runs it is one more: all lanes together
        have as many as there are cores.
        """
        if self._on_threads is None:
            raise ValueError("it is not reckoned on cores")
        sessions = self._on_threads(max(1, self.most_lanes - count + 1))
        return [OnnxNetwork(sessions, self.device) for _ in range(count)]

    def terminate(self) -> None:
        """See `Network.terminate`."""
        with self._lock:
            for options in self._under_way:
                options.terminate = True


def _failed_run(error: Exception) -> DescriptionError:
    return DescriptionError(
        "The model could not be run on this picture: its network refused what its description "
        "makes of it.",
        "Check the preprocessing in its description, or choose another model.",
        detail=str(error),
    )


def _raise_if_terminated(options: RunOptions) -> None:
    if options.terminate:
        raise Terminated
