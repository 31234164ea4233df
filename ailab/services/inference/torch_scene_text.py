"""MGP-STR as one call, whose three answers have names."""

from __future__ import annotations

from typing import Any

import torch

from ailab.services.inference.tasks.scene_text import PIECES


class SceneReader(torch.nn.Module):  # type: ignore[misc]
    """What transformers answers as a tuple, by the names that optimum's exports have.

    Args:
        network: a `MgpstrForSceneTextRecognition`.
    """

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.network = network

    def forward(self, pixel_values: torch.Tensor) -> dict[str, torch.Tensor]:
        """Logits of characters and of both kinds of pieces, (pictures, steps, pieces) each."""
        answers = self.network(pixel_values=pixel_values, return_dict=True).logits
        return dict(zip(PIECES, answers, strict=True))
