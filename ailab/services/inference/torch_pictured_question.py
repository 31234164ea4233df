"""ViLT as one call, which sees all of a picture, in its order."""

from __future__ import annotations

from typing import Any

import torch


class PicturedQuestion(torch.nn.Module):  # type: ignore[misc]
    """What transformers' own call does, which draws by lot in which order it sees the patches.

    That order tells nothing, since each patch is told its place before; but sums of many numbers
    end otherwise by it, and where `max_image_length` is set some patches are not seen at all.

    Args:
        network: a `ViltForQuestionAnswering`.
    """

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.network = network

    def forward(
        self, pixel_values: torch.Tensor, input_ids: torch.Tensor, attention_mask: torch.Tensor
    ) -> dict[str, torch.Tensor]:
        """Logits of shape (pictures, answers), of one question a picture."""
        config, embeddings = self.network.config, self.network.vilt.embeddings
        patches = embeddings.patch_embeddings(pixel_values)
        side = config.image_size // config.patch_size
        first, places = embeddings.position_embeddings.split([1, side * side], dim=1)
        grid = places.transpose(1, 2).reshape(1, -1, side, side)
        grid = torch.nn.functional.interpolate(
            grid, size=patches.shape[-2:], mode="bilinear", align_corners=True
        )
        seen = (patches + grid).flatten(2).transpose(1, 2)
        begins = (embeddings.cls_token + first).expand(seen.shape[0], -1, -1)
        seen = torch.cat([begins, seen], dim=1)
        answer = self.network(
            input_ids=input_ids,
            attention_mask=attention_mask,
            image_embeds=seen,
            pixel_mask=torch.ones_like(seen[..., 0], dtype=torch.long),
            return_dict=True,
        )
        return {"logits": answer.logits}
