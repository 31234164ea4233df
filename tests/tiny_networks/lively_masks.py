"""Random weights with which tiny networks of masks find some that differ, and are sure of a few."""

from __future__ import annotations

from typing import Any

import torch


def lively_masks(
    network: Any, seed: int, *, steepness: float, score_scale: float, score_shift: float
) -> Any:
    """Fill a network of SAM's kin with weights whose answers are worth comparing.

    Args:
        network: with `mask_decoder`.
        seed: of the weights.
        steepness: how far masks' logits reach; a third of it is taken off all of them.
        score_scale: how far the scores of masks differ.
        score_shift: what is added to them.
    """
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for values in network.parameters():
            if values.ndim > 1:
                scale = 1.2 / values[0].numel() ** 0.5
                values.copy_(torch.randn(values.shape, generator=generator) * scale)
        decoder = network.mask_decoder
        # One channel is the same everywhere, and takes something off all logits.
        decoder.upscale_conv2.weight[:, 0] = 0
        decoder.upscale_conv2.bias[0] = 1
        for layers in decoder.output_hypernetworks_mlps:
            layers.proj_out.weight *= steepness
            layers.proj_out.weight[0] = 0
            layers.proj_out.bias[0] = -steepness / 3
        decoder.iou_prediction_head.proj_out.weight *= score_scale
        decoder.iou_prediction_head.proj_out.bias += score_shift
    return network.eval()
