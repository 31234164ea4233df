"""ViLT's networks as one call each, which sees all of a picture, in its order."""

from __future__ import annotations

from functools import partial
from typing import Any

import torch

from ailab.services.inference.torch_in_turns import in_turns


class PicturedQuestion(torch.nn.Module):  # type: ignore[misc]
    """What transformers' own call does, but for what it draws by lot; see `whole_picture`.

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
        seen = whole_picture(self.network, pixel_values)
        return {"logits": logits_beside(self.network, seen, input_ids, attention_mask)}


class PicturedTexts(torch.nn.Module):  # type: ignore[misc]
    """ViLT's match of picture and text, of one picture and many texts.

    Args:
        network: a `ViltForImageAndTextRetrieval`.
        at_once: how many texts look at the picture in one go; None for all, as a trace needs it.
    """

    def __init__(self, network: Any, at_once: int | None = None) -> None:
        super().__init__()
        self.network = network
        self._at_once = at_once

    def forward(
        self, pixel_values: torch.Tensor, input_ids: torch.Tensor, attention_mask: torch.Tensor
    ) -> dict[str, torch.Tensor]:
        """Logits of shape (1, texts): how well each text suits the one picture."""
        seen = whole_picture(self.network, pixel_values)
        reckon = partial(self._logits, seen)
        found = in_turns(reckon, self._at_once, input_ids, attention_mask)
        return {"logits_per_image": found.transpose(0, 1)}

    def _logits(self, seen: torch.Tensor, words: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        return logits_beside(self.network, seen.expand(words.shape[0], -1, -1), words, mask)


def whole_picture(network: Any, pixel_values: torch.Tensor) -> torch.Tensor:
    """What ViLT sees of pictures: a first token, and all patches with their places.

    transformers' own call draws by lot in which order it sees the patches. That order tells
    nothing, since each patch is told its place before; but sums of many numbers end otherwise by
    it, and where `max_image_length` is set some patches are not seen at all.
    """
    config, embeddings = network.config, network.vilt.embeddings
    patches = embeddings.patch_embeddings(pixel_values)
    side = config.image_size // config.patch_size
    first, places = embeddings.position_embeddings.split([1, side * side], dim=1)
    grid = places.transpose(1, 2).reshape(1, -1, side, side)
    grid = torch.nn.functional.interpolate(
        grid, size=patches.shape[-2:], mode="bilinear", align_corners=True
    )
    seen = (patches + grid).flatten(2).transpose(1, 2)
    begins = (embeddings.cls_token + first).expand(seen.shape[0], -1, -1)
    return torch.cat([begins, seen], dim=1)


def logits_beside(
    network: Any, seen: torch.Tensor, words: torch.Tensor, mask: torch.Tensor
) -> torch.Tensor:
    """What the network makes of pictures, as they were seen, and of a text beside each."""
    answer = network(
        input_ids=words,
        attention_mask=mask,
        image_embeds=seen,
        pixel_mask=torch.ones_like(seen[..., 0], dtype=torch.long),
        return_dict=True,
    )
    logits: torch.Tensor = answer.logits
    return logits
