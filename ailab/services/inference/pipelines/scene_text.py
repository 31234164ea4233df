"""`image-to-text` of one word by MGP-STR: three heads, three tokenizers, and the surest of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ailab.services.inference.bounded_file import AGAIN
from ailab.services.inference.characters import MOST_CHARACTERS, checked_characters
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.inference_errors import DescriptionError, ModelFileError
from ailab.services.inference.json_file import read_json_object
from ailab.services.inference.network import Network, check_finite
from ailab.services.inference.pipelines.single_pass import SinglePassPipeline
from ailab.services.inference.tasks.decoding import output, unexpected
from ailab.services.inference.tasks.scene_text import (
    PIECES,
    Say,
    read_pieces,
    surest,
)
from ailab.services.inference.text_files import TOKENIZER
from ailab.services.inference.text_readers import CHARACTERS
from ailab.services.inference.token_text import TokenText, printable
from ailab.services.inference.tokenizer_file import library_failures, read_tokenizer

if TYPE_CHECKING:
    from ailab.services.inference.model_description import ModelDescription
    from ailab.services.inference.network import Tensors
    from ailab.services.inference.placement import Placement


class SceneTextPipeline(SinglePassPipeline):
    """One pass, whose answer each of the tokenizers that are here reads.

    Args:
        network: has the part `model`.
        description: names the tokenizers, by the outputs that they read.

    Raises:
        ModelFileError: the description does not suit the network, or a tokenizer is damaged.
    """

    def __init__(self, network: Network, description: ModelDescription) -> None:
        super().__init__(network, description)
        self._readers = tuple(
            _Reader(name, path, *(_characters(path) if name == CHARACTERS else _pieces(path)))
            for name, path in description.readers
        )

    def finish(self, answer: tuple[Tensors, Placement]) -> GeneratedText:
        """See `Pipeline.finish`."""
        outputs, _ = answer
        check_finite(outputs)
        found = surest([reader.read(outputs) for reader in self._readers])
        return GeneratedText(printable(found.text), found.score)


@dataclass(frozen=True, slots=True)
class _Reader:
    """What reads one of the network's outputs.

    Attributes:
        name: of the output.
        path: the file that it was made of.
        count: how many pieces it knows.
        say: makes text of their numbers.
    """

    name: str
    path: Path
    count: int
    say: Say

    def read(self, outputs: Tensors) -> GeneratedText:
        """The word in this kind of pieces.

        Raises:
            ModelFileError: the network has no such output, or tells more pieces apart.
        """
        if self.name not in outputs:
            raise unexpected(outputs, f"an output {self.name}")
        logits = output(outputs, self.name, 2)
        if logits.shape[1] > self.count:
            raise DescriptionError(
                f"The model's network tells {logits.shape[1]:,} pieces of words apart, and "
                f"{self.path.name} names {self.count:,}, so that the text would be wrong.",
                AGAIN,
            )
        return read_pieces(logits, PIECES[self.name], self.say)


def _characters(path: Path) -> tuple[int, Say]:
    """How many characters a file names, and what makes text of their numbers."""
    is_whole = path.name == TOKENIZER  # as exports have it
    words = read_tokenizer(path).get_vocab() if is_whole else read_json_object(path)
    names = {number: name for name, number in words.items() if type(number) is int}
    last = max(names, default=-1)
    if len(names) != len(words) or not 0 <= last < MOST_CHARACTERS:
        raise ModelFileError(f"The model's file {path.name} holds no list of characters.", AGAIN)
    listed = [names.get(number, "") for number in range(last + 1)]
    characters = checked_characters(listed, f"file {path.name}")
    return len(characters), lambda numbers: "".join(characters[number] for number in numbers)


def _pieces(path: Path) -> tuple[int, Say]:
    """How many pieces a tokenizer knows, and what makes text of their numbers."""
    tokenizer = TokenText(path).tokenizer

    def say(numbers: Sequence[int]) -> str:
        with library_failures(f"{path.name} cannot turn pieces into words.", AGAIN):
            text: str = tokenizer.decode(list(numbers), skip_special_tokens=False)
        return text

    return max(tokenizer.get_vocab().values(), default=-1) + 1, say
