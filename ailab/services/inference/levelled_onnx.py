"""The two parts of SAM 2, EdgeTAM and SAM 3's tracker in the form in which they become ONNX.

Files, inputs and outputs have the names that onnx-community's exports have, which `Sam2Model` of
transformers.js runs: what is seen of a picture comes at several resolutions, the finest first. A
box goes in as two points, labelled 2 and 3, as these networks themselves take it; so as many
things as wanted are shown at once, where those exports take one with a box at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

_SEEN = "image_embeddings"


class LevelledVision(torch.nn.Module):  # type: ignore[misc]
    """What sees the picture.

    Args:
        network: a `Sam2Model`, `EdgeTamModel` or `Sam3TrackerModel`.
    """

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.network = network

    def forward(self, pixel_values: torch.Tensor) -> dict[str, list[torch.Tensor]]:
        """From the picture, shape (1, 3, side, side), to what the decoder takes."""
        return {_SEEN: self.network.get_image_embeddings(pixel_values)}


class LevelledDecoder(torch.nn.Module):  # type: ignore[misc]
    """What makes masks of points and boxes.

    Args:
        network: a `Sam2Model`, `EdgeTamModel` or `Sam3TrackerModel`.
    """

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.network = network

    def forward(
        self,
        input_points: torch.Tensor,
        input_labels: torch.Tensor,
        image_embeddings: Sequence[torch.Tensor],
    ) -> dict[str, torch.Tensor]:
        """Scores of shape (1, things, masks) and logits of shape (1, things, masks, h, w).

        As the network's own `forward`: what ends the points there ends a box's corners too.
        """
        prompts, nowhere = self.network.prompt_encoder(
            input_points=input_points,
            input_labels=input_labels,
            input_boxes=None,
            input_masks=None,
        )
        masks, scores = self.network.mask_decoder(
            image_embeddings=image_embeddings[-1],
            image_positional_embeddings=self.network.get_image_wide_positional_embeddings(),
            sparse_prompt_embeddings=prompts,
            dense_prompt_embeddings=nowhere,
            multimask_output=True,
            high_resolution_features=list(image_embeddings[:-1]),
        )[:2]
        return {"iou_scores": scores, "pred_masks": masks}
