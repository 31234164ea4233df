"""Scenes seen otherwise: turned, mirrored, exposed differently."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch

from training.scene import Scene

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


def augment(rng: np.random.Generator, scene: Scene) -> Scene:
    """The scene turned by right angles, perhaps mirrored, brighter or darker, in other colour."""
    pixels, label_map, boxes = scene.pixels, scene.label_map, scene.boxes.copy()
    for _ in range(int(rng.integers(4))):
        side = pixels.shape[1]
        pixels, label_map = np.rot90(pixels), np.rot90(label_map)
        x0, y0, x1, y1 = boxes.T
        boxes = np.stack([y0, side - x1, y1, side - x0], axis=1)
    if rng.random() < 0.5:
        width = pixels.shape[1]
        pixels, label_map = pixels[:, ::-1], label_map[:, ::-1]
        boxes = np.stack([width - boxes[:, 2], boxes[:, 1], width - boxes[:, 0], boxes[:, 3]], 1)
    values = pixels.astype(np.float32) / 255
    values = values ** np.float32(rng.uniform(0.75, 1.3))
    values = values * rng.uniform(0.7, 1.25, 3 if rng.random() < 0.5 else 1).astype(np.float32)
    values = values + np.float32(rng.uniform(-0.03, 0.06))
    exposed = np.clip(values * 255 + 0.5, 0, 255).astype(np.uint8)
    return Scene(exposed, np.ascontiguousarray(label_map), boxes, scene.classes)


def as_input(
    pictures: Sequence[npt.NDArray[np.uint8]], mean: Sequence[float], std: Sequence[float]
) -> torch.Tensor:
    """Pictures of one size as a network's input, (n, 3, height, width)."""
    values = np.stack(pictures).astype(np.float32) / 255
    values = (values - np.array(mean, np.float32)) / np.array(std, np.float32)
    return torch.from_numpy(np.ascontiguousarray(values.transpose(0, 3, 1, 2)))
