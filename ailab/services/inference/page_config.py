"""How the processors of networks that read pages and screens say what is done to a picture."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.preprocessing import (
    MAX_INPUT_PIXELS,
    PageSteps,
    PatchSteps,
    Resample,
)
from ailab.services.inference.preprocessor_keys import (
    read_crop,
    read_flag,
    read_resample,
    read_side,
    wrong_value,
)

PAGES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "Donut": ("width", "height"),
        "Nougat": ("height", "width"),
        "PPFormulaNet": ("height", "width"),
    }
)
"""Those that read pages, and the order in which their older files name a size."""


def page_steps(processor: str, keys: Mapping[str, Any]) -> PageSteps:
    """The steps of the image processor of Donut, Nougat or PP-FormulaNet.

    Raises:
        ModelFileError: a value of the wrong type or out of range.
    """
    size = keys["size"]
    if isinstance(size, list) and len(size) == 2:
        size = dict(zip(PAGES[processor], size, strict=True))
    if not isinstance(size, dict):
        size = dict.fromkeys(PAGES[processor], read_side(size, "size"))
    is_nougat, is_formula = processor == "Nougat", processor == "PPFormulaNet"
    is_cut = is_nougat or is_formula
    shrinks = read_resample(keys)
    if is_cut or shrinks is Resample.NEAREST:  # the latter's 0 is taken for none there
        shrinks = Resample.BICUBIC
    return PageSteps(
        height=read_side(size.get("height"), "size.height"),
        width=read_side(size.get("width"), "size.width"),
        cuts_margin=is_cut and read_flag(keys, "do_crop_margin"),
        rounds_grey_down=is_formula,
        turns=read_flag(keys, "do_align_long_axis"),
        resizes=read_flag(keys, "do_resize"),
        shrinks=shrinks if read_flag(keys, "do_thumbnail") else None,
        reducing_gap=2.0 if is_nougat else None,
        fills=read_flag(keys, "do_pad"),
    )


def flattened_steps(keys: Mapping[str, Any]) -> PatchSteps:
    """The steps of the image processor of Pix2Struct or Kosmos-2.5.

    Raises:
        ModelFileError: a value of the wrong type or out of range, or the model answers questions.
    """
    if keys.get("is_vqa"):
        raise ModelFileError(
            "The model takes its question drawn into the picture, in a typeface that is not among "
            "its files.",
            "Choose one that captions pictures, such as google/pix2struct-textcaps-base.",
        )
    height, width = read_crop(keys["patch_size"])
    most = read_side(keys["max_patches"], "max_patches")
    if most * height * width > MAX_INPUT_PIXELS:
        raise wrong_value("max_patches", "a number of patches that a picture can have")
    return PatchSteps(most, height, width, is_normalised=read_flag(keys, "do_normalize"))
