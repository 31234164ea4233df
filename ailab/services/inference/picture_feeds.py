"""What a network that writes is given of a picture: a picture, or its patches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ailab.services.inference.flattened_patches import flattened_patches
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.picture_input import picture_input
from ailab.services.inference.preprocess import preprocess

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from ailab.services.inference.network import Tensors, TensorSpec
    from ailab.services.inference.preprocessing import Preprocessing

_PATCHES = ("flattened_patches", "attention_mask")


def picture_feeds(
    specs: Sequence[TensorSpec], how: Preprocessing
) -> Callable[[npt.NDArray[np.uint8]], Tensors]:
    """What makes a part's inputs of an upright RGB picture of shape (height, width, 3).

    Args:
        specs: the inputs of the part that reads the picture.
        how: what is done to a picture first.

    Raises:
        ModelFileError: the two contradict each other; and as `picture_input`.
    """
    patches = how.flattened
    if patches is None:
        picture = picture_input(specs, how)
        return lambda pixels: picture.feeds(*preprocess(pixels, picture.preprocessing))
    if sorted(spec.name for spec in specs) != sorted(_PATCHES):
        raise ModelFileError(
            "The model's files cut pictures into patches, and its network does not take any.",
            "Choose another model, or another variant of this one.",
        )
    return lambda pixels: dict(zip(_PATCHES, flattened_patches(pixels, patches), strict=True))
