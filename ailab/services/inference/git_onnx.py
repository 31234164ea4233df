"""GIT in the two parts that become ONNX; see `writing_onnx.py`."""

from __future__ import annotations

from typing import Any

import torch


class GitReader(torch.nn.Module):  # type: ignore[misc]
    """What sees the picture, with what fits it to the words.

    Args:
        network: a `GitForCausalLM`.
    """

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.vision, self.fitting = network.git.image_encoder, network.git.visual_projection

    def forward(self, pixel_values: torch.Tensor) -> dict[str, torch.Tensor]:
        """From the picture to states of shape (1, n, width)."""
        seen = self.vision(pixel_values=pixel_values).last_hidden_state
        return {"last_hidden_state": self.fitting(seen)}


class GitWriter(torch.nn.Module):  # type: ignore[misc]
    """What reads picture and words as one text, and reckons the next token.

    Args:
        network: a `GitForCausalLM`.
    """

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.words, self.reader = network.git.embeddings, network.git.encoder
        self.output = network.output

    def forward(
        self, input_ids: torch.Tensor, encoder_hidden_states: torch.Tensor
    ) -> dict[str, torch.Tensor]:
        """From the text so far, shape (texts, length), to logits (texts, length, tokens).

        As the network's own `forward`: all of the picture is looked at from everywhere, and a word
        from itself and those after it.
        """
        count = encoder_hidden_states.shape[1]
        both = torch.cat((encoder_hidden_states, self.words(input_ids=input_ids)), dim=1)
        places = torch.arange(both.shape[1])
        is_seen = (places[None, :] < count) | (places[None, :] <= places[:, None])
        hidden = torch.zeros(is_seen.shape, dtype=both.dtype)
        hidden = hidden.masked_fill(~is_seen, torch.finfo(both.dtype).min)
        read = self.reader(both, attention_mask=hidden[None, None], use_cache=False)
        return {"logits": self.output(read.last_hidden_state[:, count:])}
