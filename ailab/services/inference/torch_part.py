"""A part of a network of transformers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ailab.services.inference.network import TensorSpec

if TYPE_CHECKING:
    import torch

    from ailab.services.inference.pipeline import Tell

Answer = Mapping[str, Any]
"""Tensors by name; what is no tensor is left out."""


@dataclass(frozen=True, slots=True)
class TorchPart:
    """A part of a network.

    Attributes:
        inputs: what it takes; sizes are free.
        run: from tensors by name to tensors by name.
        run_telling: the same of one that writes, which tells of each token; None for others.
    """

    inputs: tuple[TensorSpec, ...]
    run: Callable[[Mapping[str, torch.Tensor]], Answer]
    run_telling: Callable[[Mapping[str, torch.Tensor], Tell], Answer] | None = None
