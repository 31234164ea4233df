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
    from PIL import Image

    from ailab.services.inference.network import Tensors, TensorSpec
    from ailab.services.inference.preprocessing import PatchSteps, Preprocessing

_PATCHES = ("flattened_patches", "attention_mask")


def picture_feeds(
    specs: Sequence[TensorSpec], how: Preprocessing
) -> Callable[[Image.Image], tuple[Tensors, Placement]]:
    """What makes a part's inputs of an upright picture of mode RGB.

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
        return lambda image: _whole(image, picture)
    if sorted(spec.name for spec in specs) != sorted(_PATCHES):
        raise ModelFileError(
            "The model's files cut pictures into patches, and its network does not take any.",
            "Choose another model, or another variant of this one.",
        )
    return lambda image: _cut(image, patches)


def _whole(image: Image.Image, picture: PictureForm) -> tuple[Tensors, Placement]:
    tensor, placement = preprocess(image, picture.preprocessing)
    return picture.feeds(tensor, placement), placement


def _cut(image: Image.Image, how: PatchSteps) -> tuple[Tensors, Placement]:
    width, height = image.size
    rows, columns = patch_grid(height, width, how)
    down, across = rows * how.height, columns * how.width
    placement = Placement(width, height, across, down, across / width, down / height)
    return dict(zip(_PATCHES, flattened_patches(image, how), strict=True)), placement
