"""A model of transformers as a network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import torch

from ailab.services.inference.device import DEVICES
from ailab.services.inference.device_in_use import ON_CPU, DeviceInUse
from ailab.services.inference.engine import Terminated
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.model_layout import TORCH
from ailab.services.inference.network import GENERATE, MODEL, TensorSpec
from ailab.services.inference.out_of_memory import is_out_of_memory
from ailab.services.inference.torch_generation import generated, writes
from ailab.services.inference.torch_model import takes_expert, takes_mask, text_inputs
from ailab.services.inference.torch_text import remember_text

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.network import Tensors

# What the decoders read; hidden states and the like are not brought back.
_OUTPUTS = (
    "logits",
    "logits_per_image",
    "pred_boxes",
    "pred_masks",
    "class_queries_logits",
    "masks_queries_logits",
    "predicted_depth",
    "reconstruction",
    "heatmaps",
    "keypoints",
    "scores",
    "mask",
    "image_embeds",
    "pooler_output",
)
_HIDDEN = "last_hidden_state"
"""Brought back where a network names none of these."""


class TorchNetwork:
    """A network in memory, whole in one part; with one more where it can write by itself.

    Args:
        network: a model of transformers, in float32, where it shall run.
        device: where that is.
    """

    def __init__(self, network: Any, device: DeviceInUse = ON_CPU) -> None:
        self.device = device
        self._device = torch.device(DEVICES[device.device].by_engine[TORCH])
        self._network = network
        remember_text(network)
        self._is_terminated = False
        for module in network.modules():
            module.register_forward_pre_hook(self._stop_if_terminated)

    def inputs(self, part: str = MODEL) -> Sequence[TensorSpec]:
        """See `Network.inputs`; sizes are free."""
        specs = [TensorSpec("pixel_values", "float32", (None, 3, None, None))]
        if part == GENERATE:
            return specs
        if takes_mask(self._network):
            specs.append(TensorSpec("pixel_mask", "int64", (None, None, None)))
        specs += [TensorSpec(name, "int64", (None, None)) for name in text_inputs(self._network)]
        if takes_expert(self._network):
            specs.append(TensorSpec("dataset_index", "int64", (None,)))
        return specs

    def has(self, part: str) -> bool:
        """See `Network.has`."""
        return part == MODEL or (part == GENERATE and writes(self._network))

    def run(self, feeds: Tensors, part: str = MODEL) -> dict[str, npt.NDArray[Any]]:
        """See `Network.run`."""
        self._is_terminated = False
        try:
            with torch.inference_mode():
                tensors = {
                    name: torch.from_numpy(values).to(self._device)
                    for name, values in feeds.items()
                }
                if part == GENERATE:
                    return {"sequences": generated(self._network, tensors).cpu().numpy()}
                answer = self._network(**tensors, return_dict=True)
                outputs = _brought_back(answer, _OUTPUTS) or _brought_back(answer, (_HIDDEN,))
        except (Terminated, ModelFileError):
            raise
        except Exception as error:  # transformers raises whatever its models do
            if is_out_of_memory(error):
                raise MemoryError(str(error)) from error
            raise _failed_run(error) from error
        if not outputs:
            raise ModelFileError(
                "The model answered nothing that ailab can read.", "Choose another model."
            )
        return outputs

    def terminate(self) -> None:
        """Stop a run under way at its next layer; it then raises `Terminated`."""
        self._is_terminated = True

    def _stop_if_terminated(self, *_: object) -> None:
        if self._is_terminated:
            raise Terminated


def _brought_back(answer: Any, names: Sequence[str]) -> dict[str, npt.NDArray[Any]]:
    return {
        name: answer[name].float().cpu().numpy()
        for name in names
        if isinstance(answer.get(name), torch.Tensor)
    }


def _failed_run(error: Exception) -> ModelFileError:
    return ModelFileError(
        "The model could not be run on this picture: its network refused what its description "
        "makes of it.",
        "Choose another model, or another variant of it.",
        detail=repr(error),
    )
