"""The steps that the training of every network shares."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np
import torch

from training.augmentation import augment
from training.scene import Scene


def fit(
    model: torch.nn.Module,
    scenes: Sequence[Scene],
    loss_of: Callable[[list[Scene]], torch.Tensor],
    *,
    steps: int,
    batch: int,
    seed: int,
    learning_rate: float,
    weight_decay: float,
    largest_gradient: float | None = None,
) -> float:
    """Train by AdamW on a one-cycle schedule; returns the seconds it took.

    Args:
        model: the network.
        scenes: of one size; each is augmented anew whenever it is drawn.
        loss_of: the loss of a batch of augmented scenes.
        steps: batches in all.
        batch: scenes in a batch.
        seed: of the drawing and the augmentation.
        learning_rate: the schedule's highest.
        weight_decay: AdamW's.
        largest_gradient: norm beyond which gradients are scaled down; None to leave them.
    """
    started = time.monotonic()
    rng = np.random.default_rng(seed)
    optimiser = torch.optim.AdamW(model.parameters(), lr=learning_rate, weight_decay=weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, learning_rate, total_steps=steps)
    model.train()
    for step in range(steps):
        chosen = [augment(rng, scenes[int(i)]) for i in rng.integers(len(scenes), size=batch)]
        loss = loss_of(chosen)
        optimiser.zero_grad()
        loss.backward()
        if largest_gradient is not None:
            torch.nn.utils.clip_grad_norm_(model.parameters(), largest_gradient)
        optimiser.step()
        schedule.step()
        if step % 50 == 0:
            print(f"  step {step}: loss {loss.item():.4f}", flush=True)
    model.eval()
    return time.monotonic() - started
