"""BLIP that writes captions, in the two parts that become ONNX; see `writing_onnx.py`."""

from __future__ import annotations

from typing import Any

import torch


class BlipReader(torch.nn.Module):  # type: ignore[misc]
    """What sees the picture.

    Args:
        network: a `BlipForConditionalGeneration`.
    """

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.vision = network.vision_model

    def forward(self, pixel_values: torch.Tensor) -> dict[str, torch.Tensor]:
        """From the picture to states of shape (1, n, width)."""
        return {"last_hidden_state": self.vision(pixel_values=pixel_values).last_hidden_state}


class BlipWriter(torch.nn.Module):  # type: ignore[misc]
    """What reckons the next token, looking at the picture.

    Args:
        network: a `BlipForConditionalGeneration`.
    """

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.decoder = network.text_decoder

    def forward(
        self, input_ids: torch.Tensor, encoder_hidden_states: torch.Tensor
    ) -> dict[str, torch.Tensor]:
        """From the text so far, shape (texts, length), to logits (texts, length, tokens)."""
        answer = self.decoder(
            input_ids=input_ids,
            encoder_hidden_states=encoder_hidden_states,
            use_cache=False,
            is_decoder=True,
            return_dict=True,
        )
        return {"logits": answer.logits}
