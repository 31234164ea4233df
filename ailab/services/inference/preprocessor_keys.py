"""The values of an image processor's configuration, each checked as it is read.

All of these raise `ModelFileError` where a value is of the wrong type or out of range.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ailab.services.inference.finite import is_finite
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.preprocessing import Resample, Sampling

CORRECT_IT = "Download the model again, or correct that file."
"""What to do about a value that cannot be right."""

_MAX_SIDE = 16_384


def read_flag(keys: Mapping[str, Any], key: str) -> bool:
    """True or false; false where nothing is said."""
    value = keys.get(key, False)
    if not isinstance(value, bool):
        raise wrong_value(key, "true or false")
    return value


def read_number(keys: Mapping[str, Any], key: str) -> float:
    """A finite number."""
    value = keys.get(key)
    if not is_finite(value):
        raise wrong_value(key, "a number")
    return float(value)


def read_channels(keys: Mapping[str, Any], key: str) -> tuple[float, ...]:
    """A number for each of three channels; one stands for all, in a list or by itself."""
    value = keys.get(key)
    values = value if isinstance(value, list) else [value]
    values = values * 3 if len(values) == 1 else values
    if len(values) != 3:
        raise wrong_value(key, "three numbers, one per channel")
    return tuple(read_number({key: item}, key) for item in values)


def read_side(value: object, key: str) -> int:
    """A length in pixels, from 1 to 16384."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _MAX_SIDE:
        raise wrong_value(key, f"a whole number of pixels from 1 to {_MAX_SIDE}")
    return value


def wrong_value(key: str, expected: str) -> ModelFileError:
    """What is raised where a value is not what it must be."""
    return ModelFileError(
        f'In the model\'s file preprocessor_config.json, "{key}" is not {expected}.',
        CORRECT_IT,
    )


def read_resample(keys: Mapping[str, Any], sampling: Sampling = Sampling.SMOOTH) -> Resample:
    """A filter, by its number or its name; bilinear or bicubic where it is used as PyTorch does."""
    value = keys["resample"]
    try:
        is_named = isinstance(value, str)
        how = Resample[value.rpartition(".")[2].upper()] if is_named else Resample(value)
    except (ValueError, KeyError) as error:
        raise wrong_value("resample", "one of Pillow's filters, 0 to 5") from error
    if sampling is Sampling.FINE and how is not Resample.BILINEAR:
        raise wrong_value("resample", "2, bilinear, the only filter that is known for it")
    if sampling is not Sampling.SMOOTH and how not in {Resample.BILINEAR, Resample.BICUBIC}:
        raise wrong_value("resample", "2 or 3, bilinear or bicubic, as its processor takes it")
    return how


def read_crop(value: object) -> tuple[int, int]:
    """Height and width in pixels; one length stands for both."""
    if isinstance(value, list) and len(value) == 2:
        return read_side(value[0], "crop_size"), read_side(value[1], "crop_size")
    if isinstance(value, dict):
        if "shortest_edge" in value:
            value = value["shortest_edge"]
        else:
            return (
                read_side(value.get("height"), "crop_size.height"),
                read_side(value.get("width"), "crop_size.width"),
            )
    length = read_side(value, "crop_size")
    return length, length
