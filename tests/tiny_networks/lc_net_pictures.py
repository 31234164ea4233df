"""PP-LCNet's image processor, which transformers has for torchvision alone, written by its source.

Its resizing is PyTorch's own, rounded to whole steps as torchvision does it; that differs from
Pillow's by a step of 256 here and there.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

SHORT, CROP = 72, 64
_MEAN, _STD = [0.406, 0.456, 0.485], [0.225, 0.224, 0.229]


class LcNetPictures:
    """Makes tensors of pictures, and its own configuration file."""

    def save_pretrained(self, folder: Path) -> None:
        """Write `preprocessor_config.json`, with what it has in common with the class left out."""
        values = {
            "image_processor_type": "PPLCNetImageProcessor",
            "resize_short": SHORT,
            "crop_size": CROP,
            "size_divisor": 1,
        }
        (folder / "preprocessor_config.json").write_text(json.dumps(values), encoding="utf-8")

    def __call__(self, images: Image.Image, **_: Any) -> dict[str, torch.Tensor]:
        """`pixel_values` of shape (1, 3, crop, crop), B, G, R."""
        pixels = torch.from_numpy(np.array(images)).permute(2, 0, 1)[None].float()
        scale = SHORT / min(images.size)
        size = (round(images.height * scale), round(images.width * scale))
        resized = torch.nn.functional.interpolate(
            pixels, size, mode="bilinear", antialias=True, align_corners=False
        ).round()
        top, left = ((length - CROP) // 2 for length in size)
        cut = resized[..., top : top + CROP, left : left + CROP] / 255
        mean, std = (torch.tensor(values)[:, None, None] for values in (_MEAN, _STD))
        return {"pixel_values": ((cut - mean) / std)[:, [2, 1, 0]]}
