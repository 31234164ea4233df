"""`image-to-text`: a caption, or the words in the picture, written token by token.

Networks of PyTorch write by themselves, with transformers' own `generate`. Of exported ones the
encoder reads the picture once, and the decoder is asked for one token after the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.network import ENCODER, GENERATE, Network, check_finite
from ailab.services.inference.picture_feeds import picture_feeds
from ailab.services.inference.prompt import Prompt
from ailab.services.inference.question_tokens import BEGINNING, QuestionTokens
from ailab.services.inference.text_decoder import TextDecoder, check_decoder
from ailab.services.inference.token_search import written_tokens
from ailab.services.inference.token_text import TokenText
from ailab.services.inference.tokenizer_file import read_tokenizer

if TYPE_CHECKING:
    import numpy.typing as npt
    from tokenizers import Tokenizer

    from ailab.services.inference.model_description import ModelDescription
    from ailab.services.inference.network import Tensors

_ANOTHER = "Choose another model, or another variant of this one."


class ImageToTextPipeline:
    """Preprocessing, writing, and the tokenizer's words.

    Args:
        network: has the part `generate`, or `encoder` and `decoder`.
        description: how pictures go in, and how it writes.

    Raises:
        ModelFileError: the description does not suit the network, or its words are missing.
    """

    def __init__(self, network: Network, description: ModelDescription) -> None:
        self._network = network
        self._part = GENERATE if network.has(GENERATE) else ENCODER
        if not network.has(self._part):
            raise ModelFileError(
                "The model's network lacks the part that reads the picture or the one that writes.",
                _ANOTHER,
            )
        if description.tokenizer is None:
            raise ModelFileError(
                "The model's files do not say what its network's words are: tokenizer.json is "
                "missing.",
                "Download the model again, or choose another one.",
            )
        self._feeds = picture_feeds(network.inputs(self._part), description.preprocessing)
        self._settings = description.generation
        if self._part == ENCODER:
            check_decoder(network)
        self._words = TokenText(description.tokenizer)
        question = description.question
        self._question = (
            QuestionTokens(question, self._words.tokenizer, self._words.mark, _qformer(description))
            if question is not None
            else None
        )

    def prepare(self, pixels: npt.NDArray[np.uint8], prompt: Prompt) -> Tensors:
        """See `Pipeline.prepare`."""
        asked = self._question.feeds(prompt.question) if self._question is not None else {}
        tokens = {name: np.array([numbers], np.int64) for name, numbers in asked.items()}
        return {**self._feeds(pixels), **tokens}

    def run(self, prepared: Tensors) -> list[int]:
        """See `Pipeline.run`; the tokens written."""
        beginning = prepared.get(BEGINNING)
        if self._part == GENERATE:
            answer = self._network.run(prepared, GENERATE)["sequences"]
            return [int(token) for token in answer[0]]
        if self._settings is None:
            raise ModelFileError("Nothing says how the model begins to write.", _ANOTHER)
        settings = self._settings
        if beginning is not None:
            settings = settings.beginning_with(tuple(int(token) for token in beginning[0]))
        seen = {name: values for name, values in prepared.items() if name != BEGINNING}
        outputs = self._network.run(seen, ENCODER)
        states = outputs.get("last_hidden_state", next(iter(outputs.values())))
        if states.ndim != 3:
            raise ModelFileError(
                "The model's encoder does not give what its decoder takes.", _ANOTHER
            )
        check_finite({"last_hidden_state": states})
        decoder = TextDecoder(self._network, states)
        return written_tokens(decoder.next_scores, settings)

    def finish(self, answer: list[int]) -> GeneratedText:
        """See `Pipeline.finish`."""
        text = self._words.text(answer)
        return GeneratedText(text if self._question is None else self._question.answer(text))


def _qformer(description: ModelDescription) -> Tokenizer | None:
    """The tokenizer of the part that looks at the picture, as transformers' processor uses it."""
    if description.qformer_tokenizer is None:
        return None
    tokenizer = read_tokenizer(description.qformer_tokenizer)
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer
