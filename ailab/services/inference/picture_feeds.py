"""What a network that writes is given of a picture: a picture, or its patches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ailab.services.inference.flattened_patches import flattened_patches, patch_grid
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.picture_input import PictureForm, picture_input
from ailab.services.inference.placement import Placement
from ailab.services.inference.preprocess import preprocess

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from ailab.services.inference.network import Tensors, TensorSpec
    from ailab.services.inference.preprocessing import PatchSteps, Preprocessing

_PATCHES = ("flattened_patches", "attention_mask")


def picture_feeds(
    specs: Sequence[TensorSpec], how: Preprocessing
) -> Callable[[npt.NDArray[np.uint8]], tuple[Tensors, Placement]]:
    """What makes a part's inputs of an upright RGB picture of shape (height, width, 3).

    It tells where the picture lies in them, too; of patches, in what these are cut from.

    Args:
        specs: the inputs of the part that reads the picture.
        how: what is done to a picture first.

    Raises:
        ModelFileError: the two contradict each other; and as `picture_input`.
    """
    patches = how.flattened
    if patches is None:
        picture = picture_input(specs, how)
        return lambda pixels: _whole(pixels, picture)
    if sorted(spec.name for spec in specs) != sorted(_PATCHES):
        raise ModelFileError(
            "The model's files cut pictures into patches, and its network does not take any.",
            "Choose another model, or another variant of this one.",
        )
    return lambda pixels: _cut(pixels, patches)


def _whole(pixels: npt.NDArray[np.uint8], picture: PictureForm) -> tuple[Tensors, Placement]:
    tensor, placement = preprocess(pixels, picture.preprocessing)
    return picture.feeds(tensor, placement), placement


def _cut(pixels: npt.NDArray[np.uint8], how: PatchSteps) -> tuple[Tensors, Placement]:
    height, width = pixels.shape[:2]
    rows, columns = patch_grid(height, width, how)
    down, across = rows * how.height, columns * how.width
    placement = Placement(width, height, across, down, across / width, down / height)
    return dict(zip(_PATCHES, flattened_patches(pixels, how), strict=True)), placement
