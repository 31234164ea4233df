"""`preprocessor_config.json` of Jina's CLIP, in keys of its own, as the keys of CLIP's.

Source: `JinaCLIPImageProcessor` of transformers.js and that of the repositories themselves, which
takes OpenCLIP's transform (https://github.com/mlfoundations/open_clip, `image_transform`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ailab.services.inference.preprocessor_keys import wrong_value

JINA_CLIP = "JinaCLIP"
"""The processor's name without `ImageProcessor`."""

_OWN = ("fill_color", "interpolation", "mean", "resize_mode", "std")
_FILTERS = {"bicubic": 3, "bilinear": 2}


def clip_keys(config: Mapping[str, Any]) -> dict[str, Any]:
    """The same steps in CLIP's keys.

    Args:
        config: the object in `preprocessor_config.json`.

    Raises:
        ModelFileError: pictures go in in another way than cut from the middle, or stretched.
    """
    size = config.get("size", 224)
    if isinstance(size, list):
        size = size[0] if len(size) == 2 and size[0] == size[1] else None
    mode = str(config.get("resize_mode", "shortest"))
    sizes = {"shortest": {"shortest_edge": size}, "squash": {"height": size, "width": size}}
    if mode not in sizes:
        raise wrong_value("resize_mode", "shortest or squash")
    resample = _FILTERS.get(str(config.get("interpolation", "bicubic")))
    if resample is None:
        raise wrong_value("interpolation", "bicubic or bilinear")
    named = {"image_mean": config.get("mean"), "image_std": config.get("std")}
    return {
        **{key: value for key, value in named.items() if value is not None},
        **{key: value for key, value in config.items() if key not in _OWN},
        "size": sizes[mode],
        "crop_size": size,
        "do_center_crop": True,
        "do_normalize": True,
        "resample": resample,
    }
