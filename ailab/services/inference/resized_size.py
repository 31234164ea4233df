"""The size that a picture is resized to: integer arithmetic to the letter of transformers'.

Sources: `get_resize_output_image_size`, `get_size_with_aspect_ratio` and
`get_image_size_for_max_height_width` of transformers' `image_transforms.py`, and the rounding to
multiples of its YOLOS, GLPN (down), MaskFormer, PP-LCNet, TextNet (up) and DPT (nearest) image
processors; `get_image_size` and `get_target_size` of its PP-OCRv5,
`get_image_size_for_max_num_patches` of its SigLIP 2, `get_resize_output_image_size` of its ViLT and
`_get_preprocess_shape` of its SAM image
processor.
"""

from __future__ import annotations

import math

from ailab.services.inference.preprocessing import Preprocessing, Resize


def resized_size(height: int, width: int, how: Preprocessing) -> tuple[int, int]:
    """Height and width after resizing a picture of `height` × `width` pixels."""
    match how.resize:
        case Resize.NONE | Resize.TILES:
            size = height, width
        case Resize.STRETCH | Resize.SQUARE:  # of a square, the picture has a share
            size = how.height, how.width
        case Resize.SHORTEST_EDGE:
            size = _by_edges(height, width, how)
        case Resize.WITHIN_EDGES:
            size = _within_edges(height, width, how)
        case Resize.LONGEST_EDGE:
            size = _by_longest_edge(height, width, how)
        case Resize.LEAST_CHANGE:
            size = _by_least_change(height, width, how)
        case Resize.COVER:
            ratio = min(height / how.height, width / how.width)
            size = (
                _rounded(max(1, round(height / ratio)), how),
                _rounded(max(1, round(width / ratio)), how),
            )
        case Resize.MULTIPLE:
            height, width = _at_most(height, width, how)
            size = _rounded(height, how), _rounded(width, how)
        case Resize.LIMITED:
            size = _limited(height, width, how)
        case Resize.LINE:
            size = how.height, _line_width(height, width, how)
        case Resize.PATCHES:
            size = _patched(height, width, how.patch, how.most_patches)
        case Resize.FIT | Resize.LETTERBOX:
            size = _into(height, width, how)
    return size


def _at_most(height: int, width: int, how: Preprocessing) -> tuple[int, int]:
    if how.most_pixels is None or height * width <= how.most_pixels:
        return height, width
    scale = math.sqrt(how.most_pixels / (height * width))
    return int(height * scale), int(width * scale)


def _into(height: int, width: int, how: Preprocessing) -> tuple[int, int]:
    scale = min(how.height / height, how.width / width)
    if how.resize is Resize.FIT:
        return _rounded(max(1, int(height * scale)), how), _rounded(max(1, int(width * scale)), how)
    return (
        min(how.height, max(1, round(height * scale))),
        min(how.width, max(1, round(width * scale))),
    )


def _by_edges(height: int, width: int, how: Preprocessing) -> tuple[int, int]:
    short, long = sorted((height, width))
    new_short, ratio_base = how.shortest_edge, float(how.shortest_edge)
    if how.longest_edge is not None and long / short * new_short > how.longest_edge:
        ratio_base = how.longest_edge * float(short) / long
        new_short = round(ratio_base)
    # Bankers' rounding and truncation are transformers' own; a pixel more would shift boxes.
    new_long = int(ratio_base * long / short)
    if short == new_short and how.longest_edge is not None:
        new_long = long
    new_short, new_long = max(1, new_short), max(1, new_long)
    size = (new_short, new_long) if height <= width else (new_long, new_short)
    return _rounded(size[0], how), _rounded(size[1], how)


def _within_edges(height: int, width: int, how: Preprocessing) -> tuple[int, int]:
    edge, most = how.shortest_edge, how.longest_edge or 0
    scale = edge / min(height, width)
    down, across = (edge, scale * width) if height < width else (scale * height, edge)
    if max(down, across) > most:
        scale = most / max(down, across)
        down, across = scale * down, scale * across
    return _rounded(int(down + 0.5), how), _rounded(int(across + 0.5), how)


def _by_longest_edge(height: int, width: int, how: Preprocessing) -> tuple[int, int]:
    scale = (how.longest_edge or max(height, width)) / max(height, width)
    return max(1, int(height * scale + 0.5)), max(1, int(width * scale + 0.5))


def _by_least_change(height: int, width: int, how: Preprocessing) -> tuple[int, int]:
    down, across = how.height / height, how.width / width
    scale = across if abs(1 - across) < abs(1 - down) else down
    return (
        nearest_multiple(scale * height, how.multiple),
        nearest_multiple(scale * width, how.multiple),
    )


def _line_width(height: int, width: int, how: Preprocessing) -> int:
    most = how.longest_edge or how.width
    new_width = int(how.height * max(width / height, how.width / how.height))
    if new_width > most:
        return most
    return max(1, min(new_width, math.ceil(how.height * (width / height))))


def _limited(height: int, width: int, how: Preprocessing) -> tuple[int, int]:
    limit = how.limit
    if limit is None:
        raise ValueError("nothing says what the sides are limited to")
    short, long = sorted((height, width))
    is_within = long <= limit.length if limit.rule == "max" else short >= limit.length
    if limit.rule == "resize_long" or not is_within:
        ratio = float(limit.length) / (short if limit.rule == "min" else long)
        height, width = int(height * ratio), int(width * ratio)
    if max(height, width) > limit.most:
        ratio = float(limit.most) / max(height, width)
        height, width = int(height * ratio), int(width * ratio)
    return nearest_multiple(height, how.multiple), nearest_multiple(width, how.multiple)


def nearest_multiple(length: float, multiple: int) -> int:
    """The multiple that is nearest to a length, and not zero."""
    return max(multiple, round(length / multiple) * multiple)


def _rounded(length: int, how: Preprocessing) -> int:
    if how.rounds_up:
        return math.ceil(length / how.multiple) * how.multiple
    return max(how.multiple, length - length % how.multiple)


def _patched(height: int, width: int, patch: int, most: int) -> tuple[int, int]:
    """Height and width, whole patches each, of the largest picture of about the same shape.

    Args:
        height: of the picture in pixels.
        width: of the picture.
        patch: the side of a patch in pixels.
        most: how many patches there may be.
    """
    # Halved as often as there: the scale that comes out is not the best, but the same.
    low, high, close = 1e-6, 100.0, 1e-5
    while high - low >= close:
        middle = (low + high) / 2
        rows, columns = (_patches(length * middle, patch) for length in (height, width))
        low, high = (middle, high) if rows * columns <= most else (low, middle)
    return _patches(height * low, patch) * patch, _patches(width * low, patch) * patch


def _patches(length: float, patch: int) -> int:
    return max(1, math.ceil(length / patch))
