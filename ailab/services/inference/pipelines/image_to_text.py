"""`image-to-text`: a caption, or the words in the picture, written token by token.

Networks of PyTorch write by themselves, with transformers' own `generate`. Of exported ones a part
reads the picture once, and the decoder is asked for one token after the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image

from ailab.services.inference.exported_writer import ExportedWriter
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.network import GENERATE, Network, TellingNetwork
from ailab.services.inference.picture_feeds import picture_feeds
from ailab.services.inference.picture_grid import picture_grid
from ailab.services.inference.placement import Placement
from ailab.services.inference.places.place_readers import PLACE_READERS
from ailab.services.inference.prompt import Prompt
from ailab.services.inference.question_tokens import QuestionTokens
from ailab.services.inference.token_text import TokenText
from ailab.services.inference.tokenizer_file import read_tokenizer

if TYPE_CHECKING:
    import numpy.typing as npt
    from tokenizers import Tokenizer

    from ailab.services.inference.model_description import ModelDescription
    from ailab.services.inference.network import Tensors
    from ailab.services.inference.pipeline import Tell

_PICTURE = "pixel_values"
_ANOTHER = "Choose another model, or another variant of this one."


class Asked(NamedTuple):
    """What a network writes about.

    Attributes:
        feeds: its inputs.
        question: what it was asked; empty for nothing.
        placement: where the picture lies in the inputs.
    """

    feeds: Tensors
    question: str
    placement: Placement


class Written(NamedTuple):
    """What a network wrote; the other fields are those of `Asked`."""

    tokens: list[int]
    question: str
    placement: Placement


class ImageToTextPipeline:
    """Preprocessing, writing, and the tokenizer's words.

    Args:
        network: has the part `generate`, or those of `ExportedWriter`.
        description: how pictures go in, and how it writes.

    Raises:
        ModelFileError: the description does not suit the network, or its words are missing.
    """

    def __init__(self, network: Network, description: ModelDescription) -> None:
        self._network = network
        question = description.question
        self._writer = (
            None
            if network.has(GENERATE)
            else ExportedWriter(network, question.places if question is not None else 0)
        )
        if description.tokenizer is None:
            raise ModelFileError(
                "The model's files do not say what its network's words are: tokenizer.json is "
                "missing.",
                "Download the model again, or choose another one.",
            )
        part = GENERATE if self._writer is None else self._writer.picture_part
        self._feeds = picture_feeds(network.inputs(part), description.preprocessing)
        self._how = description.preprocessing
        self._settings = description.generation
        self._words = TokenText(description.tokenizer)
        self._question = (
            QuestionTokens(question, self._words.tokenizer, self._words.mark, _qformer(description))
            if question is not None
            else None
        )

    def prepare(self, pixels: npt.NDArray[np.uint8], prompt: Prompt) -> Asked:
        """See `Pipeline.prepare`."""
        return self.prepare_image(Image.fromarray(pixels), prompt)

    def prepare_image(self, image: Image.Image, prompt: Prompt) -> Asked:
        """See `ImagePipeline.prepare_image`."""
        question = self._question
        if question is None:
            feeds, placement = self._feeds(image)
            return Asked(feeds, "", placement)
        pieces = picture_grid(image, self._how) if question.wants_pieces(prompt.question) else None
        if pieces is not None:
            question = question.about(len(pieces))
        asked = question.feeds(prompt.question)
        tokens = {name: np.array([numbers], np.int64) for name, numbers in asked.items()}
        if pieces is None:
            feeds, placement = self._feeds(image)
            return Asked({**feeds, **tokens}, prompt.question, placement)
        whole = Placement.pixel_for_pixel(*image.size)
        return Asked({_PICTURE: pieces, **tokens}, prompt.question, whole)

    def run(self, prepared: Asked) -> Written:
        """See `Pipeline.run`; the tokens written."""
        return Written(self._written(prepared.feeds), *prepared[1:])

    def run_telling(self, prepared: Asked, tell: Tell) -> Written:
        """See `SteadyPipeline.run_telling`; told of are the tokens."""
        return Written(self._written(prepared.feeds, tell), *prepared[1:])

    def _written(self, prepared: Tensors, tell: Tell | None = None) -> list[int]:
        network = self._network
        if self._writer is None:
            outputs = (
                network.run_telling(prepared, GENERATE, tell)
                if tell is not None and isinstance(network, TellingNetwork)
                else network.run(prepared, GENERATE)
            )
            return [int(token) for token in outputs["sequences"][0]]
        if self._settings is None:
            raise ModelFileError("Nothing says how the model begins to write.", _ANOTHER)
        return self._writer.written(prepared, self._settings, tell)

    def finish(self, answer: Written) -> GeneratedText:
        """See `Pipeline.finish`."""
        text = self._words.text(answer.tokens)
        if self._question is None:
            return GeneratedText(text)
        text = self._question.answer(text)
        read = PLACE_READERS.get(self._question.form)
        if read is None:
            return GeneratedText(text)
        marked = self._words.with_marks(answer.tokens)
        found = read(marked, answer.question, answer.placement)
        return GeneratedText(text if found.text is None else found.text, places=found.places)


def _qformer(description: ModelDescription) -> Tokenizer | None:
    """The tokenizer of the part that looks at the picture, as transformers' processor uses it."""
    if description.qformer_tokenizer is None:
        return None
    tokenizer = read_tokenizer(description.qformer_tokenizer)
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer
