"""Running an exported network as its configuration says; NumPy, Pillow and ONNX Runtime."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from PIL import Image

if TYPE_CHECKING:
    from training.quality import Boxes


def open_session(folder: Path) -> Any:
    """The network of a model's folder, ready to run on the CPU: an `InferenceSession`."""
    # The drawing alone does without it.
    from onnxruntime import InferenceSession, SessionOptions  # noqa: PLC0415

    options = SessionOptions()
    options.intra_op_num_threads = 2
    return InferenceSession(
        folder / "onnx" / "model.onnx", options, providers=["CPUExecutionProvider"]
    )


def prepare(folder: Path, pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """The network's input, (1, 3, height, width), as `preprocessor_config.json` says."""
    settings = json.loads((folder / "preprocessor_config.json").read_text("utf-8"))
    size = settings["size"]
    image = Image.fromarray(pixels)
    if image.size != (size["width"], size["height"]):
        image = image.resize((size["width"], size["height"]), Image.Resampling.BILINEAR)
    values = np.asarray(image, np.float32) * np.float32(settings["rescale_factor"])
    if settings["do_normalize"]:
        mean = np.array(settings["image_mean"], np.float32)
        std = np.array(settings["image_std"], np.float32)
        values = np.asarray((values - mean) / std, np.float32)
    return np.ascontiguousarray(values.transpose(2, 0, 1)[None])


def class_map(logits: npt.NDArray[np.float32], size: tuple[int, int]) -> npt.NDArray[np.uint8]:
    """The most likely class of each pixel of a (width, height) picture, from (1, C, h, w)."""
    planes = [
        np.asarray(Image.fromarray(plane).resize(size, Image.Resampling.BILINEAR))
        for plane in logits[0]
    ]
    return np.asarray(np.argmax(np.stack(planes), axis=0), np.uint8)


def boxes_above(
    logits: npt.NDArray[np.float32],
    boxes: npt.NDArray[np.float32],
    size: tuple[int, int],
    threshold: float,
) -> tuple[Boxes, npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    """Boxes in pixels, scores and classes of the objects that score at least `threshold`.

    Args:
        logits: (1, N, C); the sigmoid of each is a class's score.
        boxes: (1, N, 4): centre x, centre y, width, height, 0 to 1.
        size: the picture's (width, height).
        threshold: 0 to 1.
    """
    scores = 1 / (1 + np.exp(-logits[0]))
    classes = scores.argmax(axis=1)
    best = scores.max(axis=1)
    kept = best >= threshold
    centre, extent = boxes[0][kept, :2], boxes[0][kept, 2:]
    corners = np.concatenate([centre - extent / 2, centre + extent / 2], axis=1)
    scale = np.array([*size, *size], np.float32)
    return corners * scale, best[kept], classes[kept]
