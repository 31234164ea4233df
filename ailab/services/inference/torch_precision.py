"""In which numbers PyTorch reckons a network that was loaded as it was saved."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch

from ailab.services.inference.device import CPU, CUDA
from ailab.services.inference.device_in_use import DeviceInUse
from ailab.services.inference.half_precision import reckons_bfloat16
from ailab.services.inference.precision import BFLOAT16, FLOAT16, FLOAT32


def settled(network: Any, device: DeviceInUse) -> tuple[Any, DeviceInUse]:
    """Widen a network to float32, unless the device reckons well in what it was saved in.

    A network that chats has billions of numbers, so that whether they take two bytes or four
    decides whether it fits; and its words are those of transformers, which reckons so too.

    Args:
        network: a `torch.nn.Module`, where it shall run.
        device: where that is.

    Returns:
        The network, and the device with what it reckons in.
    """
    kept = {CPU: reckons_bfloat16, CUDA: torch.cuda.is_bf16_supported}.get(device.device)
    dtypes = {each.dtype for each in network.parameters() if each.is_floating_point()}
    is_kept = dtypes == {torch.float16} and device.device == CUDA
    if torch.bfloat16 in dtypes and kept is not None:
        is_kept = kept()
    if not is_kept:
        return network.float(), replace(device, precision=FLOAT32)
    return network, replace(device, precision=BFLOAT16 if torch.bfloat16 in dtypes else FLOAT16)
