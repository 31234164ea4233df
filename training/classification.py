"""Training a small residual network on drawn scenes of one object each."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
import torch
from torch.nn import functional
from transformers import ResNetConfig, ResNetForImageClassification

from training.augmentation import IMAGENET_MEAN, IMAGENET_STD, as_input, augment
from training.scene import Scene


def build(labels: Sequence[str]) -> ResNetForImageClassification:
    """A ResNet (He et al. 2015, arXiv:1512.03385) of four basic blocks."""
    config = ResNetConfig(
        num_labels=len(labels),
        id2label=dict(enumerate(labels)),
        label2id={label: index for index, label in enumerate(labels)},
        embedding_size=16,
        hidden_sizes=[16, 32, 48, 64],
        depths=[1, 1, 1, 1],
        layer_type="basic",
    )
    return ResNetForImageClassification(config)


def train(
    model: ResNetForImageClassification,
    scenes: Sequence[Scene],
    *,
    steps: int,
    batch: int = 32,
    seed: int = 0,
) -> float:
    """Train on scenes of one size; returns the seconds it took."""
    started = time.monotonic()
    rng = np.random.default_rng(seed)
    optimiser = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 3e-3, total_steps=steps)
    model.train()
    for step in range(steps):
        chosen = [augment(rng, scenes[int(i)]) for i in rng.integers(len(scenes), size=batch)]
        pixels = as_input([scene.pixels for scene in chosen], IMAGENET_MEAN, IMAGENET_STD)
        wanted = torch.tensor([int(scene.classes[0]) for scene in chosen])
        loss = functional.cross_entropy(model(pixel_values=pixels).logits, wanted)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        if step % 50 == 0:
            print(f"  step {step}: loss {loss.item():.4f}", flush=True)
    model.eval()
    return time.monotonic() - started
