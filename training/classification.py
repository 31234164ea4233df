"""Training a small residual network on drawn scenes of one object each."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch.nn import functional
from transformers import ResNetConfig, ResNetForImageClassification

from training.augmentation import IMAGENET_MEAN, IMAGENET_STD, as_input
from training.scene import Scene
from training.training_loop import fit


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

    def loss_of(chosen: list[Scene]) -> torch.Tensor:
        pixels = as_input([scene.pixels for scene in chosen], IMAGENET_MEAN, IMAGENET_STD)
        wanted = torch.tensor([int(scene.classes[0]) for scene in chosen])
        return functional.cross_entropy(model(pixel_values=pixels).logits, wanted)

    return fit(
        model,
        scenes,
        loss_of,
        steps=steps,
        batch=batch,
        seed=seed,
        learning_rate=3e-3,
        weight_decay=1e-3,
    )
