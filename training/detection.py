"""A small network that finds objects by their centre points, and its training."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from training.augmentation import as_input
from training.scene import Scene
from training.training_loop import fit

STRIDE = 4


class CentrePointNetwork(nn.Module):
    """Objects as points (Zhou, Wang and Krähenbühl 2019, arXiv:1904.07850).

    A small U-shaped convolutional network gives, at a quarter of the picture's resolution, a
    heat map for each class with a peak at each object's centre, the box's extent and the
    centre's offset inside the cell.
    """

    def __init__(self, classes: int, widths: tuple[int, int, int, int] = (16, 24, 40, 64)) -> None:
        super().__init__()
        a, b, c, d = widths
        self.stem = nn.Sequential(_block(3, a, 2), _block(a, a))
        self.quarter = nn.Sequential(_block(a, b, 2), _block(b, b))
        self.eighth = nn.Sequential(_block(b, c, 2), _block(c, c))
        self.sixteenth = nn.Sequential(_block(c, d, 2), _block(d, d), _block(d, c))
        self.up_eighth = _block(c, b)
        self.up_quarter = nn.Sequential(_block(b, b), _block(b, b))
        self.heat = nn.Sequential(_block(b, b), nn.Conv2d(b, classes, 1))
        self.shape = nn.Sequential(_block(b, b), nn.Conv2d(b, 4, 1))
        nn.init.constant_(self.heat[-1].bias, -3.0)

    def forward(self, pixels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Heat logits (n, C, h/4, w/4) and shape (n, 4, …): offset x, y, log extent x, y."""
        quarter = self.quarter(self.stem(pixels * 4 - 2))
        eighth = self.eighth(quarter)
        deep = functional.interpolate(self.sixteenth(eighth), scale_factor=2.0, mode="nearest")
        middle = self.up_eighth(eighth + deep)
        fused = quarter + functional.interpolate(middle, scale_factor=2.0, mode="nearest")
        fused = self.up_quarter(fused)
        return self.heat(fused), self.shape(fused)


class ExportedDetector(nn.Module):
    """The network with its peaks taken, in the outputs that DETR's exports have.

    A cell is an object where its best class's heat is not less than its neighbours'. The
    `queries` best cells are given, those that are no peaks with logits of -20.
    """

    def __init__(self, network: CentrePointNetwork, queries: int) -> None:
        super().__init__()
        self.network = network
        self.queries = queries

    def forward(self, pixel_values: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits (1, queries, C) and boxes (1, queries, 4): centre, extent, 0 to 1."""
        heat, shape = self.network(pixel_values)
        height, width = heat.shape[2], heat.shape[3]
        best = heat.max(dim=1, keepdim=True).values
        is_peak = (best >= functional.max_pool2d(best, 3, 1, 1)).float()
        logits = heat * is_peak - 20.0 * (1.0 - is_peak)
        _, where = (best * is_peak - 20.0 * (1.0 - is_peak)).flatten(1).topk(self.queries)
        where = where.unsqueeze(1)
        chosen = logits.flatten(2).gather(2, where.expand(-1, logits.shape[1], -1))
        shape = shape.flatten(2).gather(2, where.expand(-1, 4, -1))
        column = (where % width).float()
        row = torch.div(where, width, rounding_mode="floor").float()
        x = (column + 0.5 + shape[:, 0:1]) / width
        y = (row + 0.5 + shape[:, 1:2]) / height
        extent_x = shape[:, 2:3].exp() / width
        extent_y = shape[:, 3:4].exp() / height
        boxes = torch.cat([x, y, extent_x, extent_y], dim=1)
        return chosen.transpose(1, 2), boxes.transpose(1, 2)


def train(
    model: CentrePointNetwork,
    scenes: Sequence[Scene],
    *,
    classes: int,
    steps: int,
    batch: int = 8,
    seed: int = 0,
) -> float:
    """Train on scenes of one size; returns the seconds it took."""

    def loss_of(chosen: list[Scene]) -> torch.Tensor:
        pixels = as_input([scene.pixels for scene in chosen], (0.0,) * 3, (1.0,) * 3)
        targets = [_target(scene, classes) for scene in chosen]
        heat_wanted, shape_wanted, weight = (
            torch.from_numpy(np.stack(t)) for t in zip(*targets, strict=True)
        )
        heat, shape = model(pixels)
        count = weight.sum().clamp(min=1)
        shape_loss = ((shape - shape_wanted).abs() * weight).sum() / count
        return _focal_loss(heat, heat_wanted) + shape_loss

    return fit(
        model,
        scenes,
        loss_of,
        steps=steps,
        batch=batch,
        seed=seed,
        learning_rate=4e-3,
        weight_decay=1e-4,
        largest_gradient=5.0,
    )


def _block(into: int, out: int, stride: int = 1) -> nn.Sequential:
    convolution = nn.Conv2d(into, out, 3, stride, 1, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(out), nn.SiLU())


def _target(scene: Scene, classes: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Heat (C, h, w) with Gaussian peaks, shape (4, h, w) and where it is taught (1, h, w)."""
    height, width = (side // STRIDE for side in scene.pixels.shape[:2])
    heat = np.zeros((classes, height, width), np.float32)
    shape = np.zeros((4, height, width), np.float32)
    weight = np.zeros((1, height, width), np.float32)
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32) + 0.5
    for box, kind in zip(scene.boxes / STRIDE, scene.classes, strict=True):
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        extent = np.maximum(box[2:] - box[:2], 0.5)
        sigma = max(0.7, float(extent.min()) / 7)
        peak = np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * sigma**2))
        row, column = min(int(y), height - 1), min(int(x), width - 1)
        np.maximum(heat[kind], peak, out=heat[kind])
        heat[kind, row, column] = 1
        # The cells around the centre learn the box as well: a peak may fall beside it.
        for r in range(max(0, row - 1), min(height, row + 2)):
            for c in range(max(0, column - 1), min(width, column + 2)):
                centre = (x - c - 0.5, y - r - 0.5)
                if weight[0, r, c] < peak[r, c]:
                    shape[:, r, c] = (*centre, *np.log(extent))
                    weight[0, r, c] = peak[r, c]
    return heat, shape, weight


def _focal_loss(logits: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
    """The penalty-reduced focal loss of the paper (its equation 1; alpha 2, beta 4)."""
    at_peak = wanted.eq(1).float()
    found = torch.sigmoid(logits)
    missed = -functional.logsigmoid(logits) * (1 - found) ** 2 * at_peak
    wrong = -functional.logsigmoid(-logits) * found**2 * (1 - wanted) ** 4 * (1 - at_peak)
    return (missed.sum() + wrong.sum()) / at_peak.sum().clamp(min=1)
