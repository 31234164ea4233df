"""How many channels of a picture a network takes, as its files say it: three colours, or grey."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.preprocessing import Preprocessing

_COLOURS, _GREY = 3, 1
_KEY = "num_channels"
_PARTS = ("backbone_config", "vision_config", "encoder")
"""What of a configuration may be about the part that sees, where the whole does not say it."""

_ANOTHER = "Choose another model."


def picture_channels(config: Mapping[str, Any]) -> int:
    """How many channels `config.json` of a model of transformers says; 3 where it does not.

    Raises:
        ModelFileError: neither one nor three.
    """
    for part in (config, *(config.get(name) for name in _PARTS)):
        count = part.get(_KEY) if isinstance(part, Mapping) else None
        if type(count) is int and count > 0:
            return checked_channels(count)
    return _COLOURS


def checked_channels(count: int) -> int:
    """The same number.

    Raises:
        ModelFileError: it is neither one nor three.
    """
    if count not in {_COLOURS, _GREY}:
        raise ModelFileError(other_channels(count), _ANOTHER)
    return count


def with_channels(how: Preprocessing, channels: int) -> Preprocessing:
    """The same steps for a network of one channel or three.

    Grey is Pillow's `convert("L")`, as timm has it (`input_img_mode`); transformers' own image
    processors are handed grey pictures by whoever runs such a model.

    Raises:
        ModelFileError: the steps have numbers for three channels that differ, and there is one.
    """
    if channels == _COLOURS:
        return how
    return replace(how, is_monochrome=True, mean=_only(how.mean), std=_only(how.std))


def other_channels(channels: int) -> str:
    """The sentence that a network takes neither colours nor grey."""
    return (
        f"The model takes pictures of {channels:,} channels; ailab gives red, green and blue, or "
        "grey as one channel."
    )


def _only(values: tuple[float, ...] | None) -> tuple[float, ...] | None:
    if values is None:
        return None
    if len(set(values)) > 1:
        raise ModelFileError(
            "The model takes grey pictures, of one channel, and its files normalise three, each by "
            "numbers of its own: which of them grey needs is not told.",
            "Correct mean and deviation in its files to one number each, or choose another model.",
        )
    return values[:1]
