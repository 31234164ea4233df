"""BLIP's match of picture and text as one call, which looks at the picture once."""

from __future__ import annotations

from functools import partial
from typing import Any

import torch

from ailab.services.inference.torch_in_turns import in_turns


class MatchedTexts(torch.nn.Module):  # type: ignore[misc]
    """What transformers' own call does, which wants the picture once for each text.

    Args:
        network: a `BlipForImageTextRetrieval`.
        at_once: how many texts look at the picture in one go; None for all, as a trace needs it.
    """

    def __init__(self, network: Any, at_once: int | None = None) -> None:
        super().__init__()
        self.network = network
        self._at_once = at_once

    def forward(
        self, pixel_values: torch.Tensor, input_ids: torch.Tensor, attention_mask: torch.Tensor
    ) -> dict[str, torch.Tensor]:
        """Logits of shape (1, texts) that each text suits the one picture.

        The head tells “no match” from “match”. How far the second is ahead is what a sigmoid makes
        the same probability of as a softmax of both.
        """
        seen = self.network.vision_model(pixel_values=pixel_values).last_hidden_state
        both = in_turns(partial(self._heads, seen), self._at_once, input_ids, attention_mask)
        return {"logits_per_image": (both[:, 1] - both[:, 0])[None]}

    def _heads(self, seen: torch.Tensor, words: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        looked_at = seen.expand(words.shape[0], -1, -1)
        read = self.network.text_encoder(
            input_ids=words,
            attention_mask=mask,
            encoder_hidden_states=looked_at,
            encoder_attention_mask=torch.ones_like(looked_at[..., 0], dtype=torch.long),
        ).last_hidden_state
        return self.network.itm_head(read[:, 0])
