"""Grounding DINO in the form in which it becomes ONNX."""

from __future__ import annotations

from typing import Any

import torch

_FOUND = ("logits", "pred_boxes")


class PhrasedDetector(torch.nn.Module):  # type: ignore[misc]
    """The network, which answers with what its decoder reads, and nothing else.

    It gives its words back as well: transformers' exporter would call the input of that name
    `input.input_ids`, and no longer as the Hub's exports do.

    Args:
        network: a `GroundingDinoForObjectDetection` or `MMGroundingDinoForObjectDetection`.
    """

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.network = network

    def forward(self, **feeds: torch.Tensor) -> dict[str, torch.Tensor]:
        """Logits (1, queries, tokens) and boxes (1, queries, 4) of what the network takes."""
        answer = self.network(**feeds, return_dict=True)
        return {name: answer[name] for name in _FOUND}
