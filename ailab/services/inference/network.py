"""A network in memory, whatever engine reckons it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, runtime_checkable

from ailab.services.inference.inference_errors import ModelFileError

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.device_in_use import DeviceInUse

    Tensors: TypeAlias = Mapping[str, npt.NDArray[Any]]

MODEL = "model"
"""The part of a network that is whole in one; others have parts of their own, such as `encoder`
and `decoder`, with the names that `ModelLayout.parts` gives them."""

ENCODER, DECODER = "encoder", "decoder"
"""The parts of a network that reads a picture and writes about it token by token."""

VISION, TOKENS = "vision", "tokens"
"""Parts that see a picture, and that make vectors of tokens, for another part to go on with."""

WORDS = "words"
"""A part that makes a vector of words, which is compared with that of a picture."""

WITH_PAST = "decoder_with_past"
"""A decoder that goes on from what it kept of the text so far, where another one begins."""

SEE, READ, FIND = "see", "read", "find"
"""The parts of a network that finds what is named: it sees a picture, reads names, and finds the
things of one of these."""

GENERATE = "generate"
"""The part of a network that writes all by itself: `pixel_values` in, `sequences` out."""


@dataclass(frozen=True, slots=True)
class TensorSpec:
    """An input of a part.

    Attributes:
        name: of the input.
        dtype: NumPy's name of its type, such as `float32`; the engine's own for another.
        shape: a length for each dimension; None or a name where it is free.
        is_optional: True where it may be left out of what the part is run on.
    """

    name: str
    dtype: str
    shape: tuple[int | str | None, ...]
    is_optional: bool = False


class Network(Protocol):
    """A network's parts, each of which makes named tensors of named tensors.

    Attributes:
        device: what it was loaded on.
    """

    device: DeviceInUse

    def inputs(self, part: str = MODEL) -> Sequence[TensorSpec]:
        """What a part is run on."""
        ...

    def has(self, part: str) -> bool:
        """True where there is such a part."""
        ...

    def run(self, feeds: Tensors, part: str = MODEL) -> dict[str, npt.NDArray[Any]]:
        """Run a part; floating point comes back as float32, or as the network gave it.

        Raises:
            MemoryError: there is not enough memory.
            ModelFileError: the network refused what it was given.
            Terminated: `terminate` was called meanwhile.
        """
        ...

    def terminate(self) -> None:
        """Stop a run under way, from another thread; it then raises `Terminated`."""
        ...


@runtime_checkable
class TellingNetwork(Network, Protocol):
    """One whose parts that write tell how far they are."""

    def run_telling(
        self, feeds: Tensors, part: str, tell: Callable[[int, int], None]
    ) -> dict[str, npt.NDArray[Any]]:
        """As `run`; `tell` is told of each token how many were written, of how many at most."""
        ...


@runtime_checkable
class DivisibleNetwork(Network, Protocol):
    """One that several threads can run at the same time, each on its share of the cores.

    Attributes:
        most_lanes: how many runs the cores are enough for; 1 where it is not reckoned on cores.
        lanes_take: seconds that making lanes takes, about.
    """

    most_lanes: int
    lanes_take: float

    def lanes(self, count: int) -> Sequence[Network]:
        """As many networks over the same weights, to be run at the same time.

        Raises:
            MemoryError: there is not enough memory.
            ModelFileError: the files are not there any more, or are others.
        """
        ...


def check_finite(outputs: Tensors) -> None:
    """Refuse outputs that hold NaN or infinity.

    Raises:
        ModelFileError: one does.
    """
    import numpy as np  # noqa: PLC0415 - this file is read where NumPy is not needed

    for name, values in outputs.items():
        if values.dtype.kind == "f" and not np.isfinite(values).all():
            raise ModelFileError(
                "The model returned numbers that are not numbers (NaN or infinity).",
                "Its file may be damaged or badly converted: download it again, or choose "
                "another variant of it.",
                detail=f"output {name}",
            )
