"""Where PyTorch runs a network, and why not elsewhere; in the worker process alone."""

from __future__ import annotations

import logging
from typing import Any

import torch

from ailab.services.inference.device import (
    AUTO,
    CPU,
    CUDA,
    DEVICES,
    MPS,
    candidates,
    device_name,
    own_device,
)
from ailab.services.inference.device_in_use import DeviceInUse
from ailab.services.inference.engine_table import TORCH

_log = logging.getLogger(__name__)
_LONGEST_REASON = 200


def available_devices() -> frozenset[str]:
    """Keys of the devices that this build of PyTorch finds here."""
    found = {CPU}
    if torch.cuda.is_available():
        found.add(CUDA)
    if torch.backends.mps.is_available():
        found.add(MPS)
    return frozenset(found)


def place_network(network: Any, choice: str) -> tuple[Any, DeviceInUse]:
    """Move a network to where it shall run; to the processor where that fails.

    Args:
        network: a `torch.nn.Module`.
        choice: one of `device.CHOICES`.

    Returns:
        The network, and what it runs on.
    """
    available = available_devices()
    notes = [] if choice == AUTO or own_device(TORCH, choice) in available else [_why_not(choice)]
    *preferred, _ = candidates(TORCH, choice, available)
    for key in preferred:
        try:
            moved = network.to(DEVICES[key].by_engine[TORCH])
            return moved, DeviceInUse(key, " ".join(notes))
        except RuntimeError as error:  # too little memory there, or a driver's own fault
            reason = " ".join(str(error).split()).rstrip(".")[:_LONGEST_REASON]
            _log.warning("%s cannot be used: %s", device_name(key), reason)
            notes.append(f"{device_name(key)} could not be used: {reason}.")
    return network.to("cpu"), DeviceInUse(CPU, " ".join(notes))


def _why_not(choice: str) -> str:
    name = device_name(choice)
    if own_device(TORCH, choice) is None:
        return f"PyTorch does not know {name}."
    is_built = torch.backends.cuda.is_built() if choice != MPS else torch.backends.mps.is_built()
    if is_built:
        return f"PyTorch finds no device for {name} here."
    return f"The installed PyTorch ({torch.__version__}) has no {name}."
