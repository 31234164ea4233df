"""How an image processor's configuration resizes a picture, as fields of `Preprocessing`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ailab.services.inference.heeded_steps import DETRS, MASK_FORMERS
from ailab.services.inference.preprocessing import MAX_INPUT_PIXELS, Resize, SideLimit
from ailab.services.inference.preprocessor_keys import (
    read_crop,
    read_flag,
    read_number,
    read_side,
    wrong_value,
)
from ailab.services.inference.resized_size import nearest_multiple

# It takes pictures as they are, and memory with the square of their size: for 12 megapixels its
# first layer's attention alone would take 35 GB. It was trained on 0.3 megapixels.
_GLPN_PIXELS = 1_500_000
_BY_SHORTEST = frozenset({"Levit", "PoolFormer", "TextNet"})
"""Those that overlook how long the longer edge may be."""

_OCR_MULTIPLE = 32
_OCR_RULES = ("max", "min", "resize_long")
LINES = frozenset({"PPOCRV5ServerRec", "PPOCRV6SmallRec"})
"""The processors of pictures of one line of text."""

DPTS = frozenset({"CHMv2", "DPT", "PromptDepthAnything", "ZoeDepth"})
"""The processors that keep a picture's shape as DPT's does."""


def resize_steps(processor: str, keys: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that say how a picture is resized, and cropped where that goes along.

    Args:
        processor: its name without `ImageProcessor` and the like.
        keys: its configuration, with what the class has where that is silent.

    Raises:
        ModelFileError: a value of the wrong type or out of range.
    """
    if processor == "GLPN":
        return {
            "resize": Resize.MULTIPLE,
            "multiple": read_side(keys["size_divisor"], "size_divisor"),
            "most_pixels": _GLPN_PIXELS,
        }
    if processor == "Siglip2":
        return _patch_steps(keys)
    if processor == "PPOCRV5ServerDet":
        return _limit_steps(keys)
    if processor in LINES:
        return _line_steps(keys)
    if processor == "PPLCNet":
        return _short_side_steps(keys)
    size = _size(processor, keys)
    if not isinstance(size, dict):
        length = read_side(size, "size")
        size = (
            {"height": length, "width": length}
            if keys["default_to_square"]
            else {"shortest_edge": length, "longest_edge": _longest(processor, keys)}
        )
    if size.get("height") is not None and size.get("width") is not None:
        height, width = (
            read_side(size["height"], "size.height"),
            read_side(size["width"], "size.width"),
        )
        return _by_sides(processor, keys, height, width)
    if size.get("max_height") is not None and size.get("max_width") is not None:
        return {
            "resize": Resize.FIT,
            "height": read_side(size["max_height"], "size.max_height"),
            "width": read_side(size["max_width"], "size.max_width"),
            **(_multiples(keys) if processor in MASK_FORMERS else {}),
        }
    is_by_longest = size.get("shortest_edge") is None and size.get("longest_edge") is not None
    if processor == "Sam" or is_by_longest:
        edge = read_side(size.get("longest_edge"), "size.longest_edge")
        return {"resize": Resize.LONGEST_EDGE, "longest_edge": edge}
    if size.get("shortest_edge") is None:
        raise wrong_value("size", "height and width, or shortest_edge")
    return _edge_steps(processor, keys, size)


def _size(processor: str, keys: Mapping[str, Any]) -> Any:
    size = keys["size"]
    if isinstance(size, list) and len(size) == 2:
        return {"height": size[0], "width": size[1]}
    if processor == "CLIP" and keys.get("use_square_size"):
        # Kosmos-2's pictures are not cropped.
        edge = size.get("shortest_edge") if isinstance(size, dict) else size
        return size if edge is None else {"height": edge, "width": edge}
    return size


def _by_sides(processor: str, keys: Mapping[str, Any], height: int, width: int) -> dict[str, Any]:
    """What is done where both sides are told."""
    if processor == "Owlv2":
        return {"resize": Resize.SQUARE, "height": height, "width": width}
    if processor == "PoolFormer" and keys["crop_pct"] is not False:
        return _pool_former_steps(keys, height, width)
    if processor in DPTS:
        return _dpt_steps(keys, height, width)
    if processor in MASK_FORMERS:
        multiple = _divisor(keys)
        height, width = (math.ceil(side / multiple) * multiple for side in (height, width))
    return _stretch(height, width)


def _stretch(height: int, width: int) -> dict[str, Any]:
    return {"resize": Resize.STRETCH, "height": height, "width": width}


def _dpt_steps(keys: Mapping[str, Any], height: int, width: int) -> dict[str, Any]:
    multiple = read_side(keys["ensure_multiple_of"], "ensure_multiple_of")
    if not read_flag(keys, "keep_aspect_ratio"):
        return _stretch(nearest_multiple(height, multiple), nearest_multiple(width, multiple))
    return _stretch(height, width) | {"resize": Resize.LEAST_CHANGE, "multiple": multiple}


def _edge_steps(processor: str, keys: Mapping[str, Any], size: Mapping[str, Any]) -> dict[str, Any]:
    edge = read_side(size["shortest_edge"], "size.shortest_edge")
    if processor == "ConvNext":
        return _conv_next_steps(edge, _crop_share(keys))
    is_whole = processor == "PoolFormer" and keys["crop_pct"] is False
    if processor == "PoolFormer" and not is_whole:
        edge = int(edge / _crop_share(keys))
    if processor == "Levit":
        edge = int(256 / 224 * edge)
    if processor == "Vilt":  # shapes up to that of COCO's pictures are kept
        return {
            "resize": Resize.WITHIN_EDGES,
            "shortest_edge": edge,
            "longest_edge": int(1333 / 800 * edge),
            "multiple": read_side(keys["size_divisor"], "size_divisor"),
        }
    is_limited = is_whole or processor not in _BY_SHORTEST
    longest = size.get("longest_edge") if is_limited else None
    steps: dict[str, Any] = {"resize": Resize.SHORTEST_EDGE, "shortest_edge": edge}
    if longest is not None:
        steps["longest_edge"] = read_side(longest, "size.longest_edge")
    if processor == "Yolos":
        steps["multiple"] = 16
    elif processor == "TextNet":
        steps["multiple"] = read_side(keys["size_divisor"], "size_divisor")
        steps["rounds_up"] = True
    elif processor in MASK_FORMERS:
        steps |= _multiples(keys)
    elif keys.get("size_divisibility"):  # as transformers.js does it, for MODNet
        steps["multiple"] = read_side(keys["size_divisibility"], "size_divisibility")
    return steps


def _longest(processor: str, keys: Mapping[str, Any]) -> Any:
    """What the longer side may not exceed, where `size` is the length of the shorter one."""
    return keys.get("max_size") if processor in DETRS | MASK_FORMERS else None


def _multiples(keys: Mapping[str, Any]) -> dict[str, Any]:
    return {"multiple": _divisor(keys), "rounds_up": True}


def _divisor(keys: Mapping[str, Any]) -> int:
    """What sides become a multiple of; 1 where that is switched off by 0."""
    return read_side(keys.get("size_divisor") or 1, "size_divisor")


def _pool_former_steps(keys: Mapping[str, Any], height: int, width: int) -> dict[str, Any]:
    """Of a square the side is the shorter edge's length; both are larger by what is cut off."""
    share = _crop_share(keys)
    if height == width:
        return {"resize": Resize.SHORTEST_EDGE, "shortest_edge": int(height / share)}
    return _stretch(int(height / share), int(width / share))


def _conv_next_steps(edge: int, crop_pct: float) -> dict[str, Any]:
    """Large inputs are stretched; small ones are resized larger, then cropped."""
    if edge >= 384:
        return _stretch(edge, edge)
    return {
        "resize": Resize.SHORTEST_EDGE,
        "shortest_edge": int(edge / crop_pct),
        "crop": (edge, edge),
    }


def _crop_share(keys: Mapping[str, Any]) -> float:
    share = read_number(keys, "crop_pct")
    if not 0 < share <= 1:
        raise wrong_value("crop_pct", "a number above 0 and up to 1")
    return share


def _short_side_steps(keys: Mapping[str, Any]) -> dict[str, Any]:
    """PP-LCNet's: the shorter side to a length, both rounded up to a multiple."""
    short = read_side(keys["resize_short"], "resize_short")
    multiple = read_side(keys["size_divisor"], "size_divisor")
    resize = {"resize": Resize.COVER, "height": short, "width": short}
    return {**resize, "multiple": multiple, "rounds_up": True}


def _limit_steps(keys: Mapping[str, Any]) -> dict[str, Any]:
    """PP-OCR's: one side to a length, where it has to be, and both to whole multiples of 32."""
    rule = keys["limit_type"]
    if rule not in _OCR_RULES:
        raise wrong_value("limit_type", f"one of {', '.join(_OCR_RULES)}")
    most = read_side(keys["max_side_limit"], "max_side_limit")
    if most**2 > MAX_INPUT_PIXELS:
        raise wrong_value("max_side_limit", "a length of pictures that can be taken in at once")
    limit = SideLimit(read_side(keys["limit_side_len"], "limit_side_len"), rule, most)
    return {"resize": Resize.LIMITED, "limit": limit, "multiple": _OCR_MULTIPLE}


def _line_steps(keys: Mapping[str, Any]) -> dict[str, Any]:
    """PP-OCR's of a line: to a height, and as wide as the picture's shape makes it."""
    height, width = read_crop(keys["size"])
    most = read_side(keys["max_image_width"], "max_image_width")
    if most < width or height * most > MAX_INPUT_PIXELS:
        raise wrong_value("max_image_width", "a width of pictures that can be taken in at once")
    return {"resize": Resize.LINE, "height": height, "width": width, "longest_edge": most}


def _patch_steps(keys: Mapping[str, Any]) -> dict[str, Any]:
    """SigLIP 2's: as many patches as may be, in the picture's shape."""
    patch = read_side(keys["patch_size"], "patch_size")
    most = read_side(keys["max_num_patches"], "max_num_patches")
    if patch * patch * most > MAX_INPUT_PIXELS:
        raise wrong_value("max_num_patches", "a number of patches that can be taken in at once")
    return {"resize": Resize.PATCHES, "patch": patch, "most_patches": most}
