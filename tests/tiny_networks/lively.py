"""Random weights with which a tiny network answers different things to different pictures."""

from __future__ import annotations

from typing import Any

import torch

# DepthPro's field of view in degrees, and what its depths are reciprocals of.
_MIDDLES = {"fov_model.head.layers.4.bias": 60.0, "head.layers.4.bias": 100.0}


def lively(network: Any, seed: int = 0) -> Any:
    """Fill a network with weights under which no layer's answer dies out or explodes.

    As classes of transformers make them, many tiny networks answer the same to every picture,
    and a comparison would show nothing.
    """
    generator = torch.Generator().manual_seed(seed)

    def noise(like: Any) -> Any:
        return torch.randn(like.shape, generator=generator)

    with torch.no_grad():
        for name, values in [*network.named_parameters(), *network.named_buffers()]:
            if not values.is_floating_point() or values.ndim == 0:
                continue
            if name.endswith("running_var"):
                values.copy_(1 + 0.2 * noise(values).abs())
            elif name.endswith("running_mean"):
                values.copy_(0.1 * noise(values))
            elif name in _MIDDLES:
                values.fill_(_MIDDLES[name])
            elif isinstance(values, torch.nn.Parameter) and values.ndim >= 2:
                fan_in = values[0].numel() if values.shape[0] > 1 else values.numel()
                values.copy_(1.4 * noise(values) / max(1, fan_in) ** 0.5)
            elif isinstance(values, torch.nn.Parameter):
                centre = 1.0 if name.endswith(("weight", ".scale")) else 0.0
                values.copy_(centre + 0.1 * noise(values))
    return network.eval()
