"""Pix2Struct in the two parts that become ONNX; see `writing_onnx.py`."""

from __future__ import annotations

from typing import Any

import torch


class PatchReader(torch.nn.Module):  # type: ignore[misc]
    """What sees the picture in patches.

    Args:
        network: a `Pix2StructForConditionalGeneration`.
    """

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.encoder = network.encoder

    def forward(
        self, flattened_patches: torch.Tensor, attention_mask: torch.Tensor
    ) -> dict[str, torch.Tensor]:
        """From patches (1, n, numbers), and which of them are any, to states (1, n, width)."""
        seen = self.encoder(flattened_patches=flattened_patches, attention_mask=attention_mask)
        return {"last_hidden_state": seen.last_hidden_state}


class PatchWriter(torch.nn.Module):  # type: ignore[misc]
    """What reckons the next token, looking at those patches.

    Args:
        network: a `Pix2StructForConditionalGeneration`.
    """

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.decoder = network.decoder

    def forward(
        self,
        input_ids: torch.Tensor,
        encoder_hidden_states: torch.Tensor,
        encoder_attention_mask: torch.Tensor,
    ) -> dict[str, torch.Tensor]:
        """From the text so far, shape (texts, length), to logits (texts, length, tokens)."""
        answer = self.decoder(
            input_ids=input_ids,
            encoder_hidden_states=encoder_hidden_states,
            encoder_attention_mask=encoder_attention_mask,
            use_cache=False,
        )
        return {"logits": answer.logits}
