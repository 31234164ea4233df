"""`preprocessor_config.json`, old and new, as preprocessing steps."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ailab.services.inference.heeded_steps import heeded, renamed
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.jina_clip_config import JINA_CLIP, clip_keys
from ailab.services.inference.page_config import PAGES, flattened_steps, page_steps
from ailab.services.inference.preprocessing import MAX_INPUT_PIXELS, Preprocessing, Sampling
from ailab.services.inference.preprocessor_defaults import (
    SAMPLINGS,
    UNKNOWN_STEPS,
    is_known_processor,
    processor_defaults,
)
from ailab.services.inference.preprocessor_keys import (
    CORRECT_IT,
    read_channels,
    read_crop,
    read_flag,
    read_number,
    read_resample,
    read_side,
    wrong_value,
)
from ailab.services.inference.processor_kind import USUAL, is_known_kind, processor_kind
from ailab.services.inference.resize_steps import DPTS, LINES, resize_steps

_MOST_COLOURS = 4096
_NOTHING: Mapping[str, Any] = MappingProxyType({})
# Steps that are known together alone.
_ALWAYS = {"Owlv2": ("do_pad", "do_rescale", "do_resize")}
_ZOE_MARGIN = 3.0
_FLAGS = frozenset(
    {"crop_pct", "default_to_square", "include_top", "keep_aspect_ratio", "use_square_size"}
)
_IN_PATCHES = frozenset({"Kosmos2_5", "Pix2Struct"})
# Those that turn the colours round once they are normalised.
_TURNED = frozenset({"PPLCNet", "PPOCRV5ServerDet"})
# This one does so before, so that its means are those of blue, green and red.
_BGR = frozenset({"PPOCRV6SmallRec"})


def unknown_processor(config: Mapping[str, Any], model: Mapping[str, Any] = _NOTHING) -> str:
    """What a person should know where a configuration names an image processor that ailab does not.

    Args:
        config: as for `parse_preprocessor_config`.
        model: as there.

    Returns:
        A sentence; empty where the processor is known, or none is named.

    Raises:
        ModelFileError: the name is none.
    """
    kind, processor = processor_kind(_own(config), model)
    if not kind or is_known_kind(kind):
        return ""
    whose = processor if is_known_processor(processor) else USUAL
    return (
        f"Its image processor, {kind:.80}, is not known; ailab prepares pictures as {whose}'s "
        "does, with the values in its file, so that results may be wrong."
    )


def _own(config: Mapping[str, Any]) -> Mapping[str, Any]:
    nested = config.get("image_processor")
    return nested if isinstance(nested, dict) else config


def parse_preprocessor_config(
    config: Mapping[str, Any],
    usual: Mapping[str, Any] = _NOTHING,
    model: Mapping[str, Any] = _NOTHING,
) -> Preprocessing:
    """Translate a Hugging Face image processor's configuration.

    Keys that are missing are what transformers takes them to be for that processor. Old names
    (`feature_extractor_type`, a bare number as `size`, `max_size`, `crop_pct`) are understood.

    Args:
        config: the object in `preprocessor_config.json`, or in `processor_config.json`, where
            transformers 5 keeps the image processor's beside the tokenizer's.
        usual: what keys that are missing mean for the model, whatever its processor.
        model: the object in `config.json`, which tells the processor where `config` does not.

    Raises:
        ModelFileError: a value of the wrong type or out of range, or a processor whose steps
            are not known.
    """
    config = _own(config)
    kind, processor = processor_kind(config, model)
    if processor == JINA_CLIP or (not kind and "resize_mode" in config):  # the latter's OpenCLIP's
        config, processor = clip_keys(config), JINA_CLIP
    silent = {**processor_defaults(processor), **usual}
    keys = heeded(processor, {**silent, **renamed(processor, _said(config))})
    # transformers' `GotOcr2Processor` cuts pictures into pieces where it is told to, whatever this
    # file says.
    is_other = (config.get("crop_to_patches") is True and processor != "GotOcr2") or (
        processor in _ALWAYS and not all(read_flag(keys, flag) for flag in _ALWAYS[processor])
    )
    is_other = is_other or (processor == "Sapiens2" and read_flag(keys, "do_pad"))
    if processor in UNKNOWN_STEPS or is_other:
        name = kind or f"{processor}ImageProcessor"
        raise ModelFileError(
            f"The model prepares its pictures with {name}, in steps that ailab does not know.",
            "Choose another model, or describe the steps in a sheet beside the .onnx file.",
        )
    if processor in _IN_PATCHES:
        return Preprocessing(flattened=flattened_steps(keys))
    sizes = _sizes(processor, keys)
    if processor == "ImageGPT" and read_flag(keys, "do_color_quantize"):
        sizes["colours"] = _colours(keys)
    is_normalised = read_flag(keys, "do_normalize")
    mean = read_channels(keys, "image_mean") if is_normalised else None
    std = read_channels(keys, "image_std") if is_normalised else None
    is_bgr = read_flag(keys, "do_flip_channel_order") or processor in _BGR
    if processor in _TURNED:
        is_bgr, mean, std = True, mean and mean[::-1], std and std[::-1]
    if processor == "EfficientNet" and keys.get("include_top", True):
        # Once more, for its classifier, whether it normalises or not.
        mean, power = mean or (0.0, 0.0, 0.0), 2 if std is not None else 1
        std = tuple(value**power for value in read_channels(keys, "image_std"))
    if std is not None and 0.0 in std:
        raise wrong_value("image_std", "numbers other than 0")
    sampling = SAMPLINGS.get(processor, Sampling.SMOOTH)
    how = Preprocessing(
        resample=read_resample(keys, sampling),
        sampling=sampling,
        rescale_factor=read_number(keys, "rescale_factor")
        if read_flag(keys, "do_rescale")
        else None,
        shift=-1.0 if read_flag(keys, "do_rescale") and read_flag(keys, "rescale_offset") else 0.0,
        is_bgr=is_bgr,
        is_grey=read_flag(keys, "do_grayscale"),
        mean=mean,
        std=std,
        **({} if processor in PAGES else _padding(processor, keys)),
        **_pieces(keys),
        **sizes,
    )
    page = None if how.page is None else (how.page.height, how.page.width)
    made = (page, how.crop, how.crop_again, how.pad_to, how.fill_to)
    for height, width in ((how.height, how.width), *filter(None, made)):
        if height * width > MAX_INPUT_PIXELS:
            raise ModelFileError(
                "The model's file preprocessor_config.json makes pictures of "
                f"{width} × {height} pixels, which cannot be right.",
                CORRECT_IT,
            )
    return how


def _said(config: Mapping[str, Any]) -> dict[str, Any]:
    """What counts of a configuration: a flag of null is off, and else null says nothing."""
    flags = {key: False for key in config if key.startswith("do_") or key in _FLAGS}
    return flags | {key: value for key, value in config.items() if value is not None}


def _sizes(processor: str, keys: Mapping[str, Any]) -> dict[str, Any]:
    """The steps that change a picture's size."""
    sizes: dict[str, Any] = {}
    if processor in PAGES:
        sizes = {"page": page_steps(processor, keys)}
    elif read_flag(keys, "do_resize"):
        sizes = resize_steps(processor, keys)
    if processor == "Perceiver":
        sizes |= _first_crop(keys)
    elif read_flag(keys, "do_center_crop"):
        crop = read_crop(keys.get("crop_size", keys["size"]))
        sizes["crop" if "crop" not in sizes else "crop_again"] = crop
    return sizes


def _first_crop(keys: Mapping[str, Any]) -> dict[str, Any]:
    """Perceiver's crop, the sides of which are to the picture's shorter one as `size` to itself."""
    if not read_flag(keys, "do_center_crop"):
        return {}
    size, crop = read_crop(keys["size"]), read_crop(keys["crop_size"])
    if any(mine > 2 * other for mine, other in zip(size, crop, strict=True)):
        raise wrong_value("crop_size", "a size that leaves most of what is seen to the picture")
    return {"first_crop": (size[0] / crop[0], size[1] / crop[1])}


def _colours(keys: Mapping[str, Any]) -> tuple[tuple[float, ...], ...]:
    """ImageGPT's list of colours, which its file calls clusters."""
    clusters = keys.get("clusters")
    if not isinstance(clusters, list) or not 1 <= len(clusters) <= _MOST_COLOURS:
        raise wrong_value("clusters", f"a list of 1 to {_MOST_COLOURS} colours")
    return tuple(read_channels({"clusters": each}, "clusters") for each in clusters)


def _padding(processor: str, keys: Mapping[str, Any]) -> dict[str, Any]:
    if not read_flag(keys, "do_pad"):
        return {}
    if processor in LINES:
        return {"widen_to": _line_width(keys)}
    if processor == "ZoeDepth":
        return {"mirror_margin": _ZOE_MARGIN}
    if processor in DPTS:
        around = keys.get("size_divisor")
        return {"pad_around": read_side(around, "size_divisor")} if around is not None else {}
    if processor == "Owlv2":  # to a square, as it is resized
        return {}
    if processor == "Eomt":
        edge, longest = (_edge(keys, name) for name in ("shortest_edge", "longest_edge"))
        edge = read_side(edge, "size.shortest_edge")
        return {"fill_to": (edge, read_side(longest or edge, "size.longest_edge"))}
    if processor == "Swin2SR":
        return {"mirror_to": read_side(keys["size_divisor"], "size_divisor")}
    return {"pad_to": read_crop(keys["pad_size"])} if "pad_size" in keys else {}


def _line_width(keys: Mapping[str, Any]) -> int:
    """The width that pictures of short lines are filled up to."""
    height, width = read_crop(keys["pad_size"])
    if height != read_crop(keys["size"])[0]:
        raise wrong_value("pad_size", "as high as size")
    return width


def _pieces(keys: Mapping[str, Any]) -> dict[str, Any]:
    """The squares that EoMT's semantic networks see."""
    if not read_flag(keys, "do_split_image"):
        return {}
    return {"piece": read_side(_edge(keys, "shortest_edge"), "size.shortest_edge")}


def _edge(keys: Mapping[str, Any], name: str) -> Any:
    size = keys["size"]
    if isinstance(size, int):  # that of the shorter edge
        size = {"shortest_edge": size}
    return size.get(name) if isinstance(size, dict) else None
