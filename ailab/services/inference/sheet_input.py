"""How a picture goes in, as a sheet says it; `model_sheet.py` describes the fields."""

from __future__ import annotations

from typing import Any

from ailab.services.inference.color_order import (
    BGR,
    COLOR_ORDERS,
    GREY,
    LUMA,
    RGB,
    channels_of,
)
from ailab.services.inference.preprocessing import (
    MAX_INPUT_PIXELS,
    Preprocessing,
    Resample,
    Resize,
    SideLimit,
)
from ailab.services.inference.sheet_field import SheetObject
from ailab.services.inference.writing_models import WRITES

_RESIZES = {
    "stretch": Resize.STRETCH,
    "shortest-edge": Resize.SHORTEST_EDGE,
    "letterbox": Resize.LETTERBOX,
    "shrink": Resize.LIMITED,
    "line": Resize.LINE,
    "tiles": Resize.TILES,
    "none": Resize.NONE,
}
_SHRUNK_MULTIPLE = 32
_MAKES_PICTURES = "image-to-image"
_MOST_LINE = 3200
"""The widest line of text, as PaddleOCR has it, where the network was not made for a wider one."""


def sheet_input(sheet: SheetObject, task: str) -> Preprocessing:
    """The preprocessing that `input` describes, for a task.

    Raises:
        SheetError: a field is missing, unknown, of the wrong type or out of range.
    """
    width, height = sheet.integer("width", 1, 16_384), sheet.integer("height", 1, 16_384)
    resize = _RESIZES[sheet.choice("resize", tuple(_RESIZES), "stretch")]
    longest = max(width, height)
    if (longest**2 if resize is Resize.LIMITED else width * height) > MAX_INPUT_PIXELS:
        limit = f"{MAX_INPUT_PIXELS // 1_000_000} megapixels"
        raise sheet.wrong("width", f"small enough (width × height makes at most {limit})")
    resample = sheet.choice("resample", tuple(r.name.lower() for r in Resample), "bilinear")
    if (task == WRITES) is not (resize is Resize.LINE):
        which = "line (a line of text" if task == WRITES else f"another one (only {WRITES}"
        raise sheet.wrong("resize", f"{which} is as long as it comes)")
    steps: dict[str, Any] = {"crop": (height, width)}
    if resize is Resize.SHORTEST_EDGE:
        steps["shortest_edge"] = sheet.integer("shortest_edge", 1, 16_384)
    elif resize is Resize.LIMITED:
        if task == _MAKES_PICTURES:
            raise sheet.wrong("resize", f"another one ({_MAKES_PICTURES} keeps the picture's size)")
        steps = {"limit": SideLimit(longest, "max", longest), "multiple": _SHRUNK_MULTIPLE}
    elif resize is not Resize.NONE:
        steps = {"height": height, "width": width}
    if resize is Resize.LINE:
        steps |= {"longest_edge": max(width, _MOST_LINE), "widen_to": width}
    if resize is Resize.LETTERBOX:
        steps["pad_value"] = sheet.integer("pad_value", 0, 255, 0)
        position = sheet.choice("pad_position", ("centre", "top-left"), "centre")
        steps["is_centred"] = position == "centre"
    if resize is Resize.TILES:
        if task != _MAKES_PICTURES:
            raise sheet.wrong("resize", f"another one (only {_MAKES_PICTURES} joins pieces)")
        steps = {"height": height, "width": width}
        most = (min(height, width) - 1) // 2
        steps["overlap"] = sheet.integer("overlap", 0, most, min(16, most))
    order = sheet.choice("color_order", COLOR_ORDERS, RGB)
    if order == LUMA and task != _MAKES_PICTURES:
        others = f"{RGB}, {BGR} or {GREY} (only {_MAKES_PICTURES} puts colours back to luma)"
        raise sheet.wrong("color_order", others)
    scale, is_inverted = sheet.number("scale", -1e6, 1e6, 1 / 255), sheet.flag("invert", False)
    preprocessing = Preprocessing(
        resize=resize,
        resample=Resample[resample.upper()],
        # (255 - v) × scale is v × -scale + 255 × scale.
        rescale_factor=-scale if is_inverted else scale,
        shift=255 * scale if is_inverted else 0.0,
        is_bgr=order == BGR,
        is_luma=order == LUMA,
        is_monochrome=order == GREY,
        mean=sheet.channels("mean", channels_of(order)),
        std=sheet.channels("std", channels_of(order)),
        is_channels_last=sheet.choice("layout", ("NCHW", "NHWC"), "NCHW") == "NHWC",
        **steps,
    )
    if preprocessing.std is not None and 0.0 in preprocessing.std:
        many = "three numbers" if len(preprocessing.std) == 3 else "a number"
        raise sheet.wrong("std", f"{many} other than 0")
    sheet.refuse_unknown()
    return preprocessing
