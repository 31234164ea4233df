"""CLIPSeg as one call, which looks at the picture once, whatever the number of labels."""

from __future__ import annotations

from typing import Any

import torch

from ailab.services.inference.torch_in_turns import in_turns


class LabelMaps(torch.nn.Module):  # type: ignore[misc]
    """What transformers' own call does, which wants the picture once for each label.

    Inputs and output are those of the exports that transformers.js runs.

    Args:
        network: a `CLIPSegForImageSegmentation`.
        at_once: how many labels its decoder takes in one go, some 20 MB for each; None for all,
            as a trace needs it.
    """

    def __init__(self, network: Any, at_once: int | None = None) -> None:
        super().__init__()
        self.network = network
        self._at_once = at_once

    def forward(
        self, pixel_values: torch.Tensor, input_ids: torch.Tensor, attention_mask: torch.Tensor
    ) -> dict[str, torch.Tensor]:
        """Logits of shape (labels, h, w) of one picture and of words (labels, length)."""
        network = self.network
        seen = network.clip.vision_model(
            pixel_values=pixel_values,
            interpolate_pos_encoding=True,
            output_hidden_states=True,
            return_dict=True,
        ).hidden_states
        layers = [seen[layer + 1] for layer in network.extract_layers]
        # Not by the network's own function, whose count of the labels a trace would keep.
        labels = network.clip.get_text_features(
            input_ids, attention_mask=attention_mask
        ).pooler_output
        maps = in_turns(lambda some: network.decoder(layers, some).logits, self._at_once, labels)
        return {"logits": maps}
