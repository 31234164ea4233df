"""Training a small SegFormer on drawn scenes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch.nn import functional
from transformers import SegformerConfig, SegformerForSemanticSegmentation

from training.augmentation import IMAGENET_MEAN, IMAGENET_STD, as_input
from training.scene import Scene
from training.training_loop import fit


def build(labels: Sequence[str], size: int) -> SegformerForSemanticSegmentation:
    """SegFormer (Xie et al. 2021, arXiv:2105.15203), much smaller than its B0.

    Its first stage halves the picture instead of quartering it, for outlines of small nuclei.
    """
    config = SegformerConfig(
        image_size=size,
        num_labels=len(labels),
        id2label=dict(enumerate(labels)),
        label2id={label: index for index, label in enumerate(labels)},
        depths=[1, 1, 1, 1],
        hidden_sizes=[16, 32, 48, 64],
        num_attention_heads=[1, 2, 3, 4],
        patch_sizes=[5, 3, 3, 3],
        strides=[2, 2, 2, 2],
        sr_ratios=[16, 8, 4, 2],
        mlp_ratios=[2, 2, 2, 2],
        decoder_hidden_size=48,
        drop_path_rate=0.0,
        classifier_dropout_prob=0.0,
    )
    return SegformerForSemanticSegmentation(config)


def train(
    model: SegformerForSemanticSegmentation,
    scenes: Sequence[Scene],
    *,
    steps: int,
    batch: int = 6,
    seed: int = 0,
) -> float:
    """Train on scenes of one size; returns the seconds it took."""
    # Dividing nuclei are rare and thin: their pixels count for more.
    weights = torch.tensor([1.0, 1.0, 3.0])

    def loss_of(chosen: list[Scene]) -> torch.Tensor:
        pixels = as_input([scene.pixels for scene in chosen], IMAGENET_MEAN, IMAGENET_STD)
        target = torch.from_numpy(np.stack([scene.label_map for scene in chosen]).astype(np.int64))
        logits = model(pixel_values=pixels).logits
        logits = functional.interpolate(logits, target.shape[1:], mode="bilinear")
        return functional.cross_entropy(logits, target, weights)

    return fit(
        model,
        scenes,
        loss_of,
        steps=steps,
        batch=batch,
        seed=seed,
        learning_rate=2e-3,
        weight_decay=1e-4,
        largest_gradient=1.0,
    )
