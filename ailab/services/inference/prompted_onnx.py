"""SAM's two parts in the form in which they become ONNX.

Names, inputs and outputs are those of `SamOnnxConfig` of optimum 1.x, which the Hub's exports
have, but for two things that these leave out: a box is understood as two points with labels of
their own (2 and 3, as in SAM's own export), and what SAM-HQ makes masks of besides is passed on.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

_POINTS, _LABELS = "input_points", "input_labels"
_SEEN, _EARLIER = "image_embeddings", "intermediate_embeddings"
_UPPER_LEFT, _LOWER_RIGHT = 2, 3


class PromptedVision(torch.nn.Module):  # type: ignore[misc]
    """What sees the picture.

    Args:
        network: a `SamModel` or `SamHQModel`.
    """

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.network = network

    def forward(self, pixel_values: torch.Tensor) -> dict[str, torch.Tensor]:
        """From the picture, shape (1, 3, side, side), to what the decoder takes."""
        seen = self.network.vision_encoder(pixel_values=pixel_values)
        found = {_SEEN: seen[0]}
        return found if not _is_hq(self.network) else {**found, _EARLIER: seen[1][0]}


class PromptedDecoder(torch.nn.Module):  # type: ignore[misc]
    """What makes masks of points and boxes.

    Args:
        network: a `SamModel` or `SamHQModel`.
    """

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.network = network

    def forward(
        self,
        input_points: torch.Tensor,
        input_labels: torch.Tensor,
        image_embeddings: torch.Tensor,
        intermediate_embeddings: torch.Tensor | None = None,
    ) -> dict[str, torch.Tensor]:
        """Scores of shape (1, things, masks) and logits of shape (1, things, masks, h, w).

        As the network's own `forward`, with boxes as points.
        """
        encoder = self.network.prompt_encoder
        # One more point at the end says that there is no box.
        prompts, nowhere = encoder(
            input_points=input_points,
            input_labels=input_labels,
            input_boxes=None,
            input_masks=None,
        )
        labels = torch.nn.functional.pad(input_labels, (0, 1))
        for label in (_UPPER_LEFT, _LOWER_RIGHT):
            corner = encoder.point_embed[label].weight
            prompts = torch.where((labels == label)[..., None], prompts + corner, prompts)
        is_point = torch.ones_like(input_labels[0, 0], dtype=torch.bool)
        has_no_box = (input_labels < _UPPER_LEFT).all().reshape(1)
        prompts = prompts[:, :, torch.cat([is_point, has_no_box]).nonzero()[:, 0]]
        more: dict[str, Any] = {}
        if intermediate_embeddings is not None:
            more = {_EARLIER: [intermediate_embeddings], "hq_token_only": False}
        masks, scores = self.network.mask_decoder(
            image_embeddings=image_embeddings,
            image_positional_embeddings=self.network.get_image_wide_positional_embeddings(),
            sparse_prompt_embeddings=prompts,
            dense_prompt_embeddings=nowhere,
            multimask_output=True,
            **more,
        )[:2]
        return {"iou_scores": scores, "pred_masks": masks}


def decoder_feeds(
    asked: Mapping[str, npt.NDArray[Any]],
) -> tuple[dict[str, npt.NDArray[Any]], dict[str, Set[int]]]:
    """What the decoder is traced on, and which axes of it are free.

    Args:
        asked: what it was run on once; what was seen of the picture is taken from there.
    """
    # No length is 1: that would be taken for a constant.
    feeds: dict[str, npt.NDArray[Any]] = {
        _POINTS: np.arange(12, dtype=np.float32).reshape(1, 2, 3, 2),
        _LABELS: np.ones((1, 2, 3), np.int64),
    }
    seen = (_SEEN, _EARLIER)
    feeds |= {name: values for name, values in asked.items() if name.startswith(seen)}
    return feeds, {_POINTS: {1, 2}, _LABELS: {1, 2}}


def _is_hq(network: Any) -> bool:
    return type(network).__name__ == "SamHQModel"
