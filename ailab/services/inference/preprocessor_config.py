"""`preprocessor_config.json`, old and new, as preprocessing steps."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ailab.services.inference.finite import is_finite
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.preprocessing import MAX_INPUT_PIXELS, Preprocessing, Resample, Resize
from ailab.services.inference.preprocessor_defaults import UNKNOWN_STEPS, processor_defaults
from ailab.services.inference.resized_size import nearest_multiple

_KIND = re.compile(r"(ImageProcessor(Fast|Pil)?|FeatureExtractor)$")
_MAX_SIDE = 16_384
_NOTHING: Mapping[str, Any] = MappingProxyType({})
# It takes pictures as they are, and memory with the square of their size: for 12 megapixels its
# first layer's attention alone would take 35 GB. It was trained on 0.3 megapixels.
_GLPN_PIXELS = 1_500_000
_CORRECT = "Download the model again, or correct that file."


def parse_preprocessor_config(
    config: Mapping[str, Any], usual: Mapping[str, Any] = _NOTHING
) -> Preprocessing:
    """Translate a Hugging Face image processor's configuration.

    Keys that are missing are what transformers takes them to be for that processor. Old names
    (`feature_extractor_type`, a bare number as `size`, `max_size`, `crop_pct`) are understood.

    Args:
        config: the object in `preprocessor_config.json`, or in `processor_config.json`, where
            transformers 5 keeps the image processor's beside the tokenizer's.
        usual: what keys that are missing mean for the model, whatever its processor.

    Raises:
        ModelFileError: a value of the wrong type or out of range, or a processor whose steps
            are not known.
    """
    nested = config.get("image_processor")
    config = nested if isinstance(nested, dict) else config
    kind = config.get("image_processor_type") or config.get("feature_extractor_type") or ""
    if not isinstance(kind, str):
        raise _wrong("image_processor_type", "a name")
    processor = _KIND.sub("", kind)
    pads_around = processor == "DPT" and config.get("do_pad") and config.get("size_divisor")
    is_owl = processor == "Owlv2" and config.get("do_pad") is False
    if processor in UNKNOWN_STEPS or pads_around or is_owl:
        raise ModelFileError(
            f"The model prepares its pictures with {kind}, in steps that ailab does not know.",
            "Choose another model, or describe the steps in a sheet beside the .onnx file.",
        )
    silent = {**processor_defaults(processor), **usual}
    keys = {**silent, **{key: value for key, value in config.items() if value is not None}}
    sizes = _resize_steps(processor, keys) if _flag(keys, "do_resize") else {}
    if _flag(keys, "do_center_crop") and "crop" not in sizes:
        sizes["crop"] = _crop_size(keys.get("crop_size", keys["size"]))
    is_normalised = _flag(keys, "do_normalize")
    std = _per_channel(keys, "image_std") if is_normalised else None
    if std is not None and processor == "EfficientNet" and keys.get("include_top", True):
        std = tuple(value * value for value in std)  # it divides twice, for its classifier
    if std is not None and 0.0 in std:
        raise _wrong("image_std", "numbers other than 0")
    how = Preprocessing(
        resample=_resample(keys),
        rescale_factor=_number(keys, "rescale_factor") if _flag(keys, "do_rescale") else None,
        shift=-1.0 if _flag(keys, "do_rescale") and _flag(keys, "rescale_offset") else 0.0,
        is_bgr=_flag(keys, "do_flip_channel_order"),
        is_grey=_flag(keys, "do_grayscale"),
        mean=_per_channel(keys, "image_mean") if is_normalised else None,
        std=std,
        **_padding(processor, keys),
        **sizes,
    )
    for height, width in ((how.height, how.width), how.crop or (0, 0), how.pad_to or (0, 0)):
        if height * width > MAX_INPUT_PIXELS:
            raise ModelFileError(
                "The model's file preprocessor_config.json makes pictures of "
                f"{width} × {height} pixels, which cannot be right.",
                _CORRECT,
            )
    return how


def _padding(processor: str, keys: Mapping[str, Any]) -> dict[str, Any]:
    if not _flag(keys, "do_pad"):
        return {}
    if processor == "Swin2SR":  # older files call it pad_size
        return {"mirror_to": _side(keys.get("pad_size", keys["size_divisor"]), "size_divisor")}
    return {"pad_to": _crop_size(keys["pad_size"])} if "pad_size" in keys else {}


def _resize_steps(processor: str, keys: Mapping[str, Any]) -> dict[str, Any]:
    if processor == "GLPN":
        return {
            "resize": Resize.MULTIPLE,
            "multiple": _side(keys["size_divisor"], "size_divisor"),
            "most_pixels": _GLPN_PIXELS,
        }
    size = keys["size"]
    if isinstance(size, list) and len(size) == 2:
        size = {"height": size[0], "width": size[1]}
    if not isinstance(size, dict):
        length = _side(size, "size")
        size = (
            {"height": length, "width": length}
            if keys["default_to_square"]
            else {"shortest_edge": length, "longest_edge": keys.get("max_size")}
        )
    if size.get("height") is not None and size.get("width") is not None:
        height, width = _side(size["height"], "size.height"), _side(size["width"], "size.width")
        if processor == "Owlv2":
            return {"resize": Resize.SQUARE, "height": height, "width": width}
        return _dpt_steps(keys, height, width) if processor == "DPT" else _stretch(height, width)
    if size.get("max_height") is not None and size.get("max_width") is not None:
        return {
            "resize": Resize.FIT,
            "height": _side(size["max_height"], "size.max_height"),
            "width": _side(size["max_width"], "size.max_width"),
        }
    if processor == "Sam":
        edge = _side(size.get("longest_edge"), "size.longest_edge")
        return {"resize": Resize.LONGEST_EDGE, "longest_edge": edge}
    if size.get("shortest_edge") is None:
        raise _wrong("size", "height and width, or shortest_edge")
    return _edge_steps(processor, keys, size)


def _stretch(height: int, width: int) -> dict[str, Any]:
    return {"resize": Resize.STRETCH, "height": height, "width": width}


def _dpt_steps(keys: Mapping[str, Any], height: int, width: int) -> dict[str, Any]:
    multiple = _side(keys["ensure_multiple_of"], "ensure_multiple_of")
    if not _flag(keys, "keep_aspect_ratio"):
        return _stretch(nearest_multiple(height, multiple), nearest_multiple(width, multiple))
    return _stretch(height, width) | {"resize": Resize.LEAST_CHANGE, "multiple": multiple}


def _edge_steps(processor: str, keys: Mapping[str, Any], size: Mapping[str, Any]) -> dict[str, Any]:
    edge = _side(size["shortest_edge"], "size.shortest_edge")
    if processor == "ConvNext":
        return _conv_next_steps(edge, _number(keys, "crop_pct"))
    if processor == "Levit":
        edge = int(256 / 224 * edge)
    longest = size.get("longest_edge")
    steps: dict[str, Any] = {"resize": Resize.SHORTEST_EDGE, "shortest_edge": edge}
    if longest is not None:
        steps["longest_edge"] = _side(longest, "size.longest_edge")
    if processor == "Yolos":
        steps["multiple"] = 16
    elif processor in {"MaskFormer", "Mask2Former"}:
        divisor = keys.get("size_divisor", keys.get("size_divisibility"))
        steps["multiple"] = max(1, _side(divisor or 1, "size_divisor"))
        steps["rounds_up"] = True
    elif keys.get("size_divisibility"):  # as transformers.js does it, for MODNet
        steps["multiple"] = _side(keys["size_divisibility"], "size_divisibility")
    return steps


def _conv_next_steps(edge: int, crop_pct: float) -> dict[str, Any]:
    """Large inputs are stretched; small ones are resized larger, then cropped."""
    if edge >= 384:
        return _stretch(edge, edge)
    if not 0 < crop_pct <= 1:
        raise _wrong("crop_pct", "a number above 0 and up to 1")
    return {
        "resize": Resize.SHORTEST_EDGE,
        "shortest_edge": int(edge / crop_pct),
        "crop": (edge, edge),
    }


def _crop_size(value: object) -> tuple[int, int]:
    if isinstance(value, list) and len(value) == 2:
        return _side(value[0], "crop_size"), _side(value[1], "crop_size")
    if isinstance(value, dict):
        if "shortest_edge" in value:
            value = value["shortest_edge"]
        else:
            return (
                _side(value.get("height"), "crop_size.height"),
                _side(value.get("width"), "crop_size.width"),
            )
    length = _side(value, "crop_size")
    return length, length


def _resample(keys: Mapping[str, Any]) -> Resample:
    value = keys["resample"]
    try:
        if isinstance(value, str):
            return Resample[value.rpartition(".")[2].upper()]
        return Resample(value)
    except (ValueError, KeyError) as error:
        raise _wrong("resample", "one of Pillow's filters, 0 to 5") from error


def _flag(keys: Mapping[str, Any], key: str) -> bool:
    value = keys.get(key, False)
    if not isinstance(value, bool):
        raise _wrong(key, "true or false")
    return value


def _number(keys: Mapping[str, Any], key: str) -> float:
    value = keys.get(key)
    if not is_finite(value):
        raise _wrong(key, "a number")
    return float(value)


def _per_channel(keys: Mapping[str, Any], key: str) -> tuple[float, ...]:
    value = keys.get(key)
    values = value if isinstance(value, list) else [value] * 3
    if len(values) != 3:
        raise _wrong(key, "three numbers, one per channel")
    return tuple(_number({key: item}, key) for item in values)


def _side(value: object, key: str) -> int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _MAX_SIDE:
        raise _wrong(key, f"a whole number of pixels from 1 to {_MAX_SIDE}")
    return value


def _wrong(key: str, expected: str) -> ModelFileError:
    return ModelFileError(
        f'In the model\'s file preprocessor_config.json, "{key}" is not {expected}.',
        _CORRECT,
    )
