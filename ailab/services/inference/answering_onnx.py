"""Florence-2 in the four parts that become ONNX.

Names, inputs and outputs are those of onnx-community's exports, as transformers.js reads them, but
for the cache: the decoder sees all of the text each time.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

_PIXELS, _TOKENS, _VECTORS, _STATES = (
    "pixel_values",
    "input_ids",
    "inputs_embeds",
    "encoder_hidden_states",
)
_WORDS = 4  # of a question that is traced; no length is 1, which would be taken for a constant


class PictureFeatures(torch.nn.Module):  # type: ignore[misc]
    """What sees the picture.

    Args:
        network: a `Florence2ForConditionalGeneration`.
    """

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.network = network

    def forward(self, pixel_values: torch.Tensor) -> dict[str, torch.Tensor]:
        """From the picture to vectors of shape (1, n, width), which stand before the words."""
        return {"image_features": self.network.get_image_features(pixel_values).pooler_output}


class TokenTable(torch.nn.Module):  # type: ignore[misc]
    """What makes vectors of tokens.

    Args:
        network: a `Florence2ForConditionalGeneration`.
    """

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.table = network.get_input_embeddings()

    def forward(self, input_ids: torch.Tensor) -> dict[str, torch.Tensor]:
        """From tokens (texts, length) to vectors (texts, length, width)."""
        return {_VECTORS: self.table(input_ids)}


class QuestionReader(torch.nn.Module):  # type: ignore[misc]
    """The encoder, which reads picture and question.

    Args:
        network: a `Florence2ForConditionalGeneration`.
    """

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.encoder = network.model.language_model.encoder

    def forward(self, inputs_embeds: torch.Tensor) -> dict[str, torch.Tensor]:
        """From vectors to states, both of shape (1, length, width)."""
        return {"last_hidden_state": self.encoder(inputs_embeds=inputs_embeds).last_hidden_state}


class AnswerWriter(torch.nn.Module):  # type: ignore[misc]
    """The decoder, which reckons the next token.

    Args:
        network: a `Florence2ForConditionalGeneration`.
    """

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.decoder = network.model.language_model.decoder
        self.head = network.lm_head

    def forward(
        self, inputs_embeds: torch.Tensor, encoder_hidden_states: torch.Tensor
    ) -> dict[str, torch.Tensor]:
        """From the text so far, (texts, length, width), to logits (texts, length, tokens)."""
        answer = self.decoder(
            inputs_embeds=inputs_embeds,
            encoder_hidden_states=encoder_hidden_states,
            use_cache=False,
        )
        return {"logits": self.head(answer.last_hidden_state)}


@dataclass(frozen=True, slots=True)
class AnsweringPart:
    """A part of the network.

    Attributes:
        module: what becomes its file.
        feeds: what it is traced on.
        free: which axes of it are of any length.
    """

    module: torch.nn.Module
    feeds: Mapping[str, npt.NDArray[Any]]
    free: Mapping[str, Set[int]]


def answering_parts(network: Any, pixels: npt.NDArray[Any]) -> tuple[AnsweringPart, ...]:
    """What sees, what reads tokens, what reads a question, and what writes.

    Args:
        network: a `Florence2ForConditionalGeneration`.
        pixels: a picture as it takes it.
    """
    see, table = PictureFeatures(network), TokenTable(network)
    read, write = QuestionReader(network), AnswerWriter(network)
    tokens = np.array([[0, 1, 2], [0, 2, 1]], np.int64)
    with torch.no_grad():
        features = see(torch.from_numpy(pixels))["image_features"]
        words = table(torch.from_numpy(tokens))[_VECTORS]
        both = torch.cat((features, words[:1, :1].expand(-1, _WORDS, -1)), dim=1)
        states = read(both)["last_hidden_state"].expand(len(tokens), -1, -1)
    text = {_VECTORS: words.numpy(), _STATES: states.numpy()}
    any_text = {0, 1}
    return (
        AnsweringPart(see, {_PIXELS: pixels}, {}),
        AnsweringPart(table, {_TOKENS: tokens}, {_TOKENS: any_text}),
        AnsweringPart(read, {_VECTORS: both.numpy()}, {_VECTORS: {1}}),
        AnsweringPart(write, text, {_VECTORS: any_text, _STATES: any_text}),
    )
