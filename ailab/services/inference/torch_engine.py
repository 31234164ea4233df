"""PyTorch with transformers, for weights that are safetensors; an extra."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from ailab.services.inference.device import AUTO
from ailab.services.inference.engine_table import TORCH
from ailab.services.inference.freed_memory import keep_freed_memory
from ailab.services.inference.json_file import read_json_object
from ailab.services.inference.network_threads import network_threads
from ailab.services.inference.timm_config import is_timm
from ailab.services.inference.torch_devices import place_network
from ailab.services.inference.torch_model import load_network
from ailab.services.inference.torch_network import TorchNetwork
from ailab.services.inference.torch_precision import settled

if TYPE_CHECKING:
    from ailab.services.inference.model_description import ModelDescription


class TorchEngine:
    """Runs the classes of transformers, in float32, on the graphics card where there is one.

    Those that chat are reckoned in what they were saved in where the device does so well.
    Nothing of a repository is run or unpickled, and nothing is fetched: only safetensors are
    read, by transformers' or timm's own code, from the model's folder alone.
    """

    name = TORCH

    def load(self, description: ModelDescription, device: str = AUTO) -> TorchNetwork:
        """Load a model's weights; see `Engine.load`.

        Raises:
            ModelFileError: as there, or the architecture is one that the installed transformers
                does not know.
        """
        torch.set_num_threads(network_threads())
        keep_freed_memory()
        # The same results on every machine are worth more than the last bit of speed.
        torch.backends.cudnn.allow_tf32 = False
        return TorchNetwork(*settled(*place_network(_network(description.weights), device)))


def _network(weights: Path) -> Any:
    config = read_json_object(weights.parent / "config.json")
    if not is_timm(config):
        return load_network(weights.parent)
    from ailab.services.inference.timm_model import load_timm  # noqa: PLC0415 - not always there

    return load_timm(weights, config)
