"""`config.json` of timm's models: how pictures go in, and what comes out.

Source: `timm.models._hub._parse_model_cfg`, `timm.data.resolve_data_config` and
`timm.data.transforms_imagenet_eval` (https://github.com/huggingface/pytorch-image-models).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from ailab.services.inference.classification_head import UNNAMED, head_activation
from ailab.services.inference.finite import is_finite
from ailab.services.inference.imagenet_labels import imagenet_labels
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.label_name import label_name
from ailab.services.inference.model_config import ModelConfig
from ailab.services.inference.model_description import DecoderSettings
from ailab.services.inference.picture_channels import checked_channels, with_channels
from ailab.services.inference.preprocessing import MAX_INPUT_PIXELS, Preprocessing, Resample, Resize

_ARCHITECTURE = re.compile(r"[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)?")
_MEAN, _STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
_USUAL_CROP = 0.875
_MAX_CLASSES = 65_536
_MAX_SIDE = 16_384
_ANOTHER = "Choose another model."


def is_timm(config: Mapping[str, Any]) -> bool:
    """True for the configuration of a model of timm, as timm or transformers writes it."""
    is_whole = isinstance(config.get("pretrained_cfg"), dict) or "input_size" in config
    return isinstance(config.get("architecture"), str) and is_whole


def is_timm_processor(processor: Mapping[str, Any]) -> bool:
    """True for a `preprocessor_config.json` that says things as timm does, or nothing."""
    kind = str(processor.get("image_processor_type", ""))
    return "TimmWrapper" in kind or "pretrained_cfg" in processor or "data_config" in processor


def timm_architecture(config: Mapping[str, Any]) -> str:
    """The name that `timm.create_model` knows.

    Raises:
        ModelFileError: it is no plain name, such as one that has timm fetch something.
    """
    name = config.get("architecture")
    if not isinstance(name, str) or len(name) > 200 or not _ARCHITECTURE.fullmatch(name):
        raise _wrong("architecture", "the name of a network of timm")
    return name


def timm_classes(config: Mapping[str, Any]) -> int:
    """How many classes the network scores; 0 where it gives a vector instead.

    Raises:
        ModelFileError: no number that can be.
    """
    count = config.get("num_classes", _pretrained(config).get("num_classes"))
    if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= _MAX_CLASSES:
        raise _wrong("num_classes", "a whole number of classes")
    return 0 if "TimmWrapperModel" in (config.get("architectures") or ()) else count


def timm_model_config(config: Mapping[str, Any]) -> ModelConfig:
    """Task, classes and decoder.

    Raises:
        ModelFileError: a value that cannot be right.
    """
    count = timm_classes(config)
    if not count:
        return ModelConfig("image-feature-extraction", (), DecoderSettings("features"), 0.0)
    settings = DecoderSettings(
        "class-scores",
        activation=head_activation(config, count),
        class_count=count,
        unnamed=UNNAMED,
    )
    return ModelConfig("image-classification", _labels(config, count), settings, 0.05)


def timm_preprocessing(
    config: Mapping[str, Any], processor: Mapping[str, Any] | None = None
) -> Preprocessing:
    """The steps of timm's transform for evaluation.

    Args:
        config: the object in `config.json`.
        processor: that in `preprocessor_config.json`; what it says of them wins.

    Raises:
        ModelFileError: a value that cannot be right, or steps that are not known.
    """
    keys = dict(_pretrained(config))
    for name in ("pretrained_cfg", "data_config"):
        if isinstance(processor, Mapping) and isinstance(processor.get(name), dict):
            keys |= processor[name]
    channels, height, width = _size(keys)
    share = keys.get("crop_pct") or _USUAL_CROP
    if not is_finite(share) or not 0.1 <= share <= 1:
        raise _wrong("crop_pct", "a number above 0 and up to 1")
    larger = math.floor(height / share), math.floor(width / share)
    mode = keys.get("crop_mode") or "center"
    if mode == "squash":
        steps: dict[str, Any] = {"resize": Resize.STRETCH}
    elif mode == "center" and height == width:
        steps = {"resize": Resize.SHORTEST_EDGE, "shortest_edge": larger[0]}
    elif mode == "center":
        steps = {"resize": Resize.COVER}
    else:
        raise ModelFileError(
            f"The model prepares its pictures in steps that ailab does not know (crop_mode "
            f"{mode!s:.40}).",
            _ANOTHER,
        )
    if steps["resize"] is not Resize.SHORTEST_EDGE:
        steps |= {"height": larger[0], "width": larger[1]}
    std = _channels(keys, "std", _STD)
    if 0.0 in std:
        raise _wrong("std", "numbers other than 0")
    how = Preprocessing(
        resample=_resample(keys.get("interpolation") or "bicubic"),
        rescale_factor=1 / 255,
        mean=_channels(keys, "mean", _MEAN),
        std=std,
        crop=(height, width),
        is_evenly_cropped=True,
        **steps,
    )
    return with_channels(how, channels)


def timm_channels(config: Mapping[str, Any]) -> int:
    """How many channels the network takes.

    Raises:
        ModelFileError: no number that can be.
    """
    return _size(_pretrained(config))[0]


def _pretrained(config: Mapping[str, Any]) -> Mapping[str, Any]:
    """Older files keep everything in one object."""
    inner = config.get("pretrained_cfg")
    return inner if isinstance(inner, dict) else config


def _labels(config: Mapping[str, Any], count: int) -> tuple[str, ...]:
    given = config.get("label_names") or _pretrained(config).get("label_names")
    given = given or config.get("labels") or config.get("id2label")
    told = config.get("label_descriptions") or _pretrained(config).get("label_descriptions") or {}
    if isinstance(given, dict):
        numbered = {str(key): name for key, name in given.items()}
        given = [numbered.get(str(index), "") for index in range(count)]
    if not isinstance(given, list):
        return imagenet_labels(count)
    words = told if isinstance(told, dict) else {}
    names = [words.get(name, name) if isinstance(name, str) else "" for name in given[:count]]
    return tuple(
        (label_name(name) if isinstance(name, str) else "") or f"{UNNAMED}{index}"
        for index, name in enumerate(names)
    )


def _size(keys: Mapping[str, Any]) -> tuple[int, int, int]:
    """Channels, height and width."""
    size = keys.get("input_size") or [3, 224, 224]
    if not isinstance(size, list) or len(size) != 3:
        raise _wrong("input_size", "colours, height and width")
    for side in size:
        if isinstance(side, bool) or not isinstance(side, int) or not 1 <= side <= _MAX_SIDE:
            raise _wrong("input_size", "colours, height and width")
    if size[1] * size[2] > MAX_INPUT_PIXELS:
        raise _wrong("input_size", "a size that a network can have")
    return checked_channels(size[0]), size[1], size[2]


def _channels(keys: Mapping[str, Any], key: str, usual: tuple[float, ...]) -> tuple[float, ...]:
    values = keys.get(key)
    if values is None:
        return usual
    if not isinstance(values, list) or len(values) not in {1, 3} or not all(map(is_finite, values)):
        raise _wrong(key, "three numbers, one per channel")
    return tuple(float(value) for value in (values if len(values) == 3 else values * 3))


def _resample(name: object) -> Resample:
    try:
        return Resample[str(name).upper()]
    except KeyError as error:
        raise _wrong("interpolation", "one of Pillow's filters") from error


def _wrong(key: str, expected: str) -> ModelFileError:
    return ModelFileError(
        f'In the model\'s file config.json, "{key}" is not {expected}.',
        "Download the model again, or choose another one.",
    )
