"""What a file of weights says it holds, without the weights."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from math import prod

_MOST_AXES = 64
_MOST_VALUES = 2**63 - 1


@dataclass(frozen=True, slots=True)
class TensorInfo:
    """A tensor of weights.

    Attributes:
        name: as the file names it.
        dtype: as the format names it: `F32`, `FLOAT16`.
        shape: lengths of its axes; empty for a single number.
    """

    name: str
    dtype: str
    shape: tuple[int, ...]

    @property
    def count(self) -> int:
        """How many numbers it holds."""
        return prod(self.shape)


@dataclass(frozen=True, slots=True)
class GraphPort:
    """An input or output of a network.

    Attributes:
        name: as the file names it.
        dtype: of its values.
        shape: lengths of its axes; a name such as `batch` where the length is free.
    """

    name: str
    dtype: str
    shape: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NetworkOutline:
    """A network as its file describes it.

    Attributes:
        path: the file in the repository.
        tensors: its weights, in the file's order.
        inputs: of an ONNX graph.
        outputs: of an ONNX graph.
        operators: of an ONNX graph: how often each occurs, the most frequent first.
        facts: other things told, as names and values.
        notes: what could not be read, in sentences.
        metadata: what the exporter noted in an ONNX file, as keys and values; any text at all.
        output_operators: of an ONNX graph: which operator makes each output, reshaping left out;
            empty where that is not known.
        is_whole: `tensors` are all weights.
        parameters_by_dtype: how many numbers these hold by dtype, the most first.
    """

    path: str
    tensors: tuple[TensorInfo, ...] = field(default=(), repr=False)
    inputs: tuple[GraphPort, ...] = ()
    outputs: tuple[GraphPort, ...] = ()
    operators: tuple[tuple[str, int], ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    metadata: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    output_operators: tuple[str, ...] = ()
    is_whole: bool = True
    parameters_by_dtype: tuple[tuple[str, int], ...] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Count; 100,000 tensors take a while, so that is done once, and in a thread."""
        counts: Counter[str] = Counter()
        for tensor in self.tensors:
            counts[tensor.dtype] += tensor.count
        object.__setattr__(self, "parameters_by_dtype", tuple(counts.most_common()))

    @property
    def parameters(self) -> int:
        """How many numbers all weights hold."""
        return sum(count for _, count in self.parameters_by_dtype)


def check_shape(shape: tuple[int, ...]) -> None:
    """Refuse what no tensor has: negative lengths, 65 axes, more than 2⁶³ numbers.

    Raises:
        ValueError: it is none.
    """
    if len(shape) > _MOST_AXES:
        raise ValueError(f"a tensor of {len(shape)} axes")
    if any(length < 0 for length in shape):
        raise ValueError("a tensor with a negative length")
    if prod(shape) > _MOST_VALUES:
        raise ValueError("a tensor of more numbers than can be")
