"""transformers' processors that exist for torchvision alone, run without it.

Their own code is run; the few functions of torchvision that they call are spelled here by those of
PyTorch, as torchvision's own source has it. One differs on purpose: a picture of whole numbers that
is smoothed as it shrinks goes through Pillow, as with transformers' other processors and in ailab.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import torch
from PIL import Image
from transformers import image_processing_backends, image_utils

# The processors' classes, and their modules below `transformers.models`.
_PLACES = {
    "CHMv2ImageProcessor": "chmv2.image_processing_chmv2",
    "DepthProImageProcessor": "depth_pro.image_processing_depth_pro",
    "PPDocLayoutV2ImageProcessor": "pp_doclayout_v2.image_processing_pp_doclayout_v2",
    "PPDocLayoutV3ImageProcessor": "pp_doclayout_v3.image_processing_pp_doclayout_v3",
    "PPDocLayoutV4ImageProcessor": "pp_doclayout_v4.image_processing_pp_doclayout_v4",
    "PPFormulaNetImageProcessor": "pp_formulanet.image_processing_pp_formulanet",
    "PPOCRV5ServerDetImageProcessor": "pp_ocrv5_server_det.image_processing_pp_ocrv5_server_det",
    "PPOCRV5ServerRecImageProcessor": "pp_ocrv5_server_rec.image_processing_pp_ocrv5_server_rec",
    "PPOCRV6SmallRecImageProcessor": "pp_ocrv6_small_rec.image_processing_pp_ocrv6_small_rec",
    "RfDetrImageProcessor": "rf_detr.image_processing_rf_detr",
    "Sam3ImageProcessor": "sam3.image_processing_sam3",
    "Sapiens2ImageProcessor": "sapiens2.image_processing_sapiens2",
    "Tipsv2DptImageProcessor": "tipsv2_dpt.image_processing_tipsv2_dpt",
}
_MODULES = (
    "torchvision",
    "torchvision.transforms",
    "torchvision.transforms.v2",
    "torchvision.transforms.v2.functional",
    "torchvision.ops",
    "torchvision.ops.boxes",
)


class InterpolationMode(Enum):
    """torchvision's names of PyTorch's modes."""

    NEAREST_EXACT = "nearest-exact"
    BILINEAR = "bilinear"
    BICUBIC = "bicubic"
    LANCZOS = "lanczos"


_BY_PILLOW = {
    Image.Resampling.NEAREST: InterpolationMode.NEAREST_EXACT,
    Image.Resampling.BILINEAR: InterpolationMode.BILINEAR,
    Image.Resampling.BICUBIC: InterpolationMode.BICUBIC,
    Image.Resampling.LANCZOS: InterpolationMode.LANCZOS,
}


def resize(image: Any, size: Any, interpolation: Any = None, antialias: bool = True) -> Any:
    """As `torchvision.transforms.v2.functional.resize_image`."""
    size = [int(side) for side in size]
    if list(image.shape[-2:]) == size:
        return image
    mode = interpolation or InterpolationMode.BILINEAR
    if antialias and image.dtype == torch.uint8:
        return _by_pillow(image, size, mode)
    batch = image.reshape(-1, *image.shape[-3:]).float()
    settings: dict[str, Any] = {} if "nearest" in mode.value else {"align_corners": False}
    made = torch.nn.functional.interpolate(
        batch, size, mode=mode.value, antialias=antialias, **settings
    )
    if image.dtype == torch.uint8:
        made = made.clamp(0, 255).round().to(torch.uint8)
    return made.reshape(*image.shape[:-2], *size)


def normalize(image: Any, mean: Any, std: Any, inplace: bool = False) -> Any:
    """As `torchvision.transforms.v2.functional.normalize`."""
    parts = [torch.as_tensor(part, dtype=image.dtype).reshape(-1, 1, 1) for part in (mean, std)]
    return (image - parts[0]) / parts[1]


def pad(image: Any, padding: Any, fill: float = 0, padding_mode: str = "constant") -> Any:
    """As `torchvision.transforms.v2.functional.pad`: left, top, right, bottom."""
    left, top, right, bottom = padding
    return torch.nn.functional.pad(image, (left, right, top, bottom), padding_mode, fill)


def to_dtype_image(image: Any, dtype: Any = torch.float32, scale: bool = False) -> Any:
    """As `torchvision.transforms.v2.functional.to_dtype_image`, where nothing is scaled."""
    if scale:
        raise NotImplementedError
    return image.to(dtype)


def rgb_to_grayscale(image: Any, num_output_channels: int = 1) -> Any:
    """As `torchvision.transforms.v2.functional.rgb_to_grayscale`, to one channel."""
    if num_output_channels != 1:
        raise NotImplementedError
    red, green, blue = image.unbind(dim=-3)
    grey = red.mul(0.2989).add_(green, alpha=0.587).add_(blue, alpha=0.114)
    return grey.unsqueeze(dim=-3).to(image.dtype)


def gaussian_blur(image: Any, kernel_size: Any, sigma: Any) -> Any:
    """As `torchvision.transforms.v2.functional.gaussian_blur_image`, of one size and width."""
    radius = kernel_size[0] // 2
    weights = torch.exp(-0.5 * (torch.linspace(-radius, radius, 2 * radius + 1) / sigma[0]) ** 2)
    kernel = torch.outer(weights / weights.sum(), weights / weights.sum())
    padded = torch.nn.functional.pad(image[:, None], [radius] * 4, mode="reflect")
    return torch.nn.functional.conv2d(padded, kernel[None, None])[:, 0]


def batched_nms(boxes: Any, scores: Any, classes: Any, iou: float) -> Any:
    """As `torchvision.ops.boxes.batched_nms`: what is kept, by descending score."""
    order = scores.argsort(descending=True, stable=True).tolist()
    kept: list[int] = []
    while order:
        best = order.pop(0)
        kept.append(best)
        upper = torch.maximum(boxes[best, :2], boxes[order, :2])
        lower = torch.minimum(boxes[best, 2:], boxes[order, 2:])
        shared = (lower - upper).clamp(min=0).prod(dim=1)
        sizes = (boxes[:, 2:] - boxes[:, :2]).prod(dim=1)
        overlap = shared / (sizes[best] + sizes[order] - shared)
        goes = (overlap > iou) & (classes[order] == classes[best])
        order = [index for index, gone in zip(order, goes.tolist(), strict=True) if not gone]
    return torch.tensor(kept, dtype=torch.int64)


def stand_in(name: str, **settings: Any) -> Any:
    """A processor of transformers, by the name of its class."""
    with _stand_in() as functions:
        found = importlib.import_module(f"transformers.models.{_PLACES[name]}")
    places: tuple[Any, ...] = (image_processing_backends, image_utils, found)
    for place in places:
        place.pil_torch_interpolation_mapping = _BY_PILLOW
        place.tvF = functions
    made = getattr(found, name)
    return type(name, (made,), _without_opencv(made))(**settings)


def _without_opencv(made: type) -> dict[str, Any]:
    """What is done after the network, without the outlines that OpenCV draws around masks."""
    after = {key: value for key, value in vars(made).items() if key.startswith("post_process")}
    own = {key: getattr(value, "__wrapped__", value) for key, value in after.items()}
    if hasattr(made, "_extract_polygon_points_by_masks"):
        own["_extract_polygon_points_by_masks"] = lambda *_: []
    return own


def load_stand_in(folder: Path) -> Any | None:
    """The processor that lies in a folder; None where transformers has one without torchvision."""
    path = folder / "preprocessor_config.json"
    settings = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    name = settings.get("image_processor_type", "")
    return stand_in(name, **settings) if name in _PLACES else None


def lend_functions(processor: Any) -> None:
    """Let what a processor does after the network, without a Pillow way, use them too."""
    with _stand_in() as functions:
        module = vars(sys.modules[type(processor).__module__])
    module.setdefault("tvF", functions)
    module.setdefault("batched_nms", batched_nms)


@contextmanager
def _stand_in() -> Iterator[ModuleType]:
    kept = {name: sys.modules.get(name) for name in _MODULES}
    made = {name: ModuleType(name) for name in _MODULES}
    for name, module in made.items():
        parent, _, own = name.rpartition(".")
        if parent:
            setattr(made[parent], own, module)
    functions = made["torchvision.transforms.v2.functional"]
    lent = (resize, normalize, pad, to_dtype_image, rgb_to_grayscale, gaussian_blur)
    for each in (*lent, InterpolationMode):
        setattr(functions, each.__name__, each)
    setattr(made["torchvision.ops.boxes"], batched_nms.__name__, batched_nms)
    sys.modules.update(made)
    try:
        yield functions
    finally:
        for name, former in kept.items():
            if former is None:
                del sys.modules[name]
            else:
                sys.modules[name] = former


def _by_pillow(image: Any, size: list[int], mode: InterpolationMode) -> Any:
    how = next(key for key, value in _BY_PILLOW.items() if value is mode)
    made = [
        np.asarray(Image.fromarray(each).resize((size[1], size[0]), how))
        for each in image.reshape(-1, *image.shape[-3:]).permute(0, 2, 3, 1).contiguous().numpy()
    ]
    stacked = torch.from_numpy(np.stack(made)).permute(0, 3, 1, 2).contiguous()
    return stacked.reshape(*image.shape[:-2], *size)
