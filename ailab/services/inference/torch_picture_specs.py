"""What a model of transformers or timm takes a picture in."""

from __future__ import annotations

import inspect
from dataclasses import replace
from typing import Any

from ailab.services.inference.network import TensorSpec
from ailab.services.inference.patch_input import MASK, PIXELS, SHAPE
from ailab.services.inference.picture_channels import picture_channels

PICTURE = TensorSpec("pixel_values", "float32", (None, 3, None, None))
"""Pictures of red, green and blue, of any size."""

_PATCHES = (
    TensorSpec(PIXELS, "float32", (None, None, None)),
    TensorSpec(MASK, "int32", (None, None)),
    TensorSpec(SHAPE, "int64", (None, 2)),
)
_COLOURS = TensorSpec("input_ids", "int64", (None, None))


def picture_specs(network: Any) -> list[TensorSpec]:
    """The inputs: a picture as it is, of as many channels as it takes, patches, or colours."""
    if "spatial_shapes" in inspect.signature(network.forward).parameters:
        return [*_PATCHES]
    if type(network).__name__.startswith("ImageGPT"):
        return [_COLOURS]
    return [picture_spec(network)]


def picture_spec(network: Any) -> TensorSpec:
    """A picture as it is, of any size and of as many channels as the network takes."""
    return replace(PICTURE, shape=(None, _channels(network), None, None))


def _channels(network: Any) -> int:
    said = getattr(network, "channels", None)  # of one of timm's
    if isinstance(said, int):
        return said
    config = getattr(network, "config", None)
    return 3 if config is None else picture_channels(config.to_dict())
