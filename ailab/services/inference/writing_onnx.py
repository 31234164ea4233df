"""A network that reads a picture and writes about it, in the two parts that become ONNX.

Names, inputs and outputs are those of optimum's exports without a cache: `encoder_model.onnx` and
`decoder_model.onnx`, which sees all of the text each time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

_TOKENS, _STATES = "input_ids", "encoder_hidden_states"
_MASK, _SEEN = "attention_mask", "encoder_attention_mask"


class PictureReader(torch.nn.Module):  # type: ignore[misc]
    """The encoder, with what fits its width to the decoder's.

    Args:
        network: a `VisionEncoderDecoderModel`.
    """

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.encoder = network.encoder
        decoder = network.decoder.config
        is_fitted = (
            network.encoder.config.hidden_size != decoder.hidden_size
            and getattr(decoder, "cross_attention_hidden_size", None) is None
        )
        self.fitting = network.enc_to_dec_proj if is_fitted else None

    def forward(self, pixel_values: torch.Tensor) -> dict[str, torch.Tensor]:
        """From the picture to states of shape (1, n, width)."""
        states = self.encoder(pixel_values=pixel_values).last_hidden_state
        return {"last_hidden_state": states if self.fitting is None else self.fitting(states)}


class TextWriter(torch.nn.Module):  # type: ignore[misc]
    """The decoder, which reckons the next token.

    Args:
        network: a `VisionEncoderDecoderModel`.
    """

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.decoder = network.decoder

    def forward(
        self, input_ids: torch.Tensor, encoder_hidden_states: torch.Tensor
    ) -> dict[str, torch.Tensor]:
        """From the text so far, shape (texts, length), to logits (texts, length, tokens)."""
        answer = self.decoder(
            input_ids=input_ids, encoder_hidden_states=encoder_hidden_states, use_cache=False
        )
        return {"logits": answer.logits}


def writer_feeds(
    reader: Callable[..., dict[str, torch.Tensor]], seen: Mapping[str, npt.NDArray[Any]]
) -> tuple[dict[str, npt.NDArray[Any]], dict[str, Set[int]]]:
    """What the decoder is traced on, and which axes of it are free.

    Args:
        reader: the encoder before it.
        seen: a picture as that takes it, with which patches of it are any where it says so.
    """
    with torch.no_grad():
        given = {name: torch.from_numpy(values) for name, values in seen.items()}
        states = reader(**given)["last_hidden_state"].numpy()
    # No length is 1: that would be taken for a constant.
    tokens = np.array([[0, 1, 2], [0, 2, 1]], np.int64)
    feeds = {_TOKENS: tokens, _STATES: np.repeat(states, len(tokens), axis=0)}
    free: dict[str, Set[int]] = {_TOKENS: {0, 1}, _STATES: {0}}
    if _MASK in seen:
        feeds[_SEEN] = np.repeat(seen[_MASK], len(tokens), axis=0)
        free[_SEEN] = {0}
    return feeds, free
