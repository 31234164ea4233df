"""The inputs of PaddleDetection's networks that tell them how a picture was resized."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.paddle_sizes import RESIZED, SCALES

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.network import TensorSpec
    from ailab.services.inference.placement import Placement

_SIZE = (1, 2)


def taken_sizes(inputs: dict[str, TensorSpec]) -> tuple[str, ...]:
    """Take those of a network's inputs out of the others.

    Args:
        inputs: by name; those found are removed.

    Raises:
        ModelFileError: one takes something else than two numbers.
    """
    names = tuple(name for name in (RESIZED, SCALES) if name in inputs)
    for name in names:
        spec = inputs.pop(name)
        lengths = zip(spec.shape, _SIZE, strict=False)
        fits = all(not isinstance(length, int) or length == each for length, each in lengths)
        if spec.dtype != "float32" or len(spec.shape) != len(_SIZE) or not fits:
            shape = " × ".join(map(str, spec.shape))
            raise ModelFileError(
                f"The model's input {name} takes {spec.dtype} of {shape}, not two numbers.",
                "Choose another model, or another variant of this one.",
            )
    return names


def size_feeds(names: tuple[str, ...], placement: Placement) -> Mapping[str, npt.NDArray[Any]]:
    """What these inputs are given for a picture that lies so in the network's input."""
    scales = np.array([[placement.scale_y, placement.scale_x]], np.float32)
    sides = np.rint(scales * (placement.height, placement.width)).astype(np.float32)
    values = {RESIZED: sides, SCALES: scales}
    return {name: values[name] for name in names}
