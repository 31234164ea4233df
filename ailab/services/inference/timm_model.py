"""A network of timm, loaded from a folder of safetensors and from nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file

from ailab.services.inference.harmless_config import harmless_config
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.timm_config import (
    timm_architecture,
    timm_channels,
    timm_classes,
)
from ailab.services.inference.weights_refused import weights_refused

_ANOTHER = "Choose another model, or a copy of it with ONNX weights."
# What a file may say of how the network is built. The others lead to files and functions.
_ARGUMENTS = frozenset(
    {
        "class_token",
        "depth",
        "depths",
        "dynamic_img_pad",
        "dynamic_img_size",
        "embed_dim",
        "global_pool",
        "img_size",
        "in_chans",
        "init_values",
        "mlp_ratio",
        "no_embed_class",
        "num_heads",
        "patch_size",
        "pre_norm",
        "qkv_bias",
        "reg_tokens",
        "window_size",
    }
)


class TimmNetwork(torch.nn.Module):  # type: ignore[misc]  # PyTorch has no types here
    """A network of timm that answers as those of transformers do.

    Args:
        network: `timm.create_model`'s.
        answer: what it gives: `logits`, or `pooler_output`.
        channels: how many a picture has that it takes.

    Attributes:
        channels: the same.
    """

    def __init__(self, network: Any, answer: str, channels: int = 3) -> None:
        super().__init__()
        self.channels = channels
        self._network = network
        self._answer = answer

    def forward(self, pixel_values: Any, return_dict: bool = True) -> dict[str, Any]:
        """Class scores or a vector, of shape (1, n)."""
        return {self._answer: self._network(pixel_values)}


def load_timm(weights: Path, config: Mapping[str, Any]) -> TimmNetwork:
    """Load a network in float32, ready to be run.

    Args:
        weights: `model.safetensors`.
        config: the object in `config.json` beside it.

    Raises:
        ModelFileError: timm is not installed or does not know the network, or the weights are not
            those of its configuration.
    """
    config = harmless_config(config)
    name, classes = timm_architecture(config), timm_classes(config)
    channels = timm_channels(config)
    arguments = _arguments(config.get("model_args"))
    if channels != 3:
        arguments.setdefault("in_chans", channels)
    try:
        import timm  # noqa: PLC0415 - an extra of its own
    except Exception as error:  # torchvision of another build raises RuntimeError
        raise ModelFileError(
            "The model needs timm, which is not installed or cannot be started.",
            f"Install the extra timm, with a torchvision that suits the installed PyTorch "
            f"({torch.__version__}).",
            detail=repr(error),
        ) from error
    if not timm.is_model(name):
        raise ModelFileError(
            f"The installed timm ({timm.__version__}) does not know the network {name:.80}.",
            "Update timm, or choose another model.",
        )
    try:
        network = timm.create_model(name, pretrained=False, num_classes=classes, **arguments)
        network.load_state_dict(load_file(weights), strict=True)
    except Exception as error:  # timm raises whatever its networks do
        raise weights_refused(error) from error
    whole = TimmNetwork(network, "logits" if classes else "pooler_output", channels)
    whole.float().eval()
    return whole


def _arguments(given: object) -> dict[str, Any]:
    values = given if isinstance(given, dict) else {}
    for key, value in values.items():
        plain = value if isinstance(value, list) else [value]
        if key not in _ARGUMENTS or not all(isinstance(v, int | float | str) for v in plain):
            raise ModelFileError(
                f"The model's config.json builds its network with {key!s:.40}, which ailab does "
                "not know.",
                _ANOTHER,
            )
    return {
        key: tuple(value) if isinstance(value, list) else value for key, value in values.items()
    }
