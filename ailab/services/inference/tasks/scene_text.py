"""`image-to-text` of one word, which MGP-STR reads in three kinds of pieces at once.

Source: Wang, Da and Yao, “Multi-Granularity Prediction for Scene Text Recognition”, 2022; how the
surest of the three is taken, `MgpstrProcessor.batch_decode` of transformers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.tasks.decoding import softmax
from ailab.services.inference.text_readers import BYTE_PAIRS, CHARACTERS, WORD_PIECES

if TYPE_CHECKING:
    from ailab.services.inference.tasks.decoding import Floats

Say = Callable[[Sequence[int]], str]
"""From numbers of pieces to the text that they make."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """One kind of pieces that a word is read in.

    Attributes:
        end: the number of the piece that ends the word.
        mark: how that piece is written.
        keeps_spaces: False where spaces are only what joins the pieces.
    """

    end: int
    mark: str
    keeps_spaces: bool = False


PIECES: Mapping[str, Pieces] = MappingProxyType(
    {
        CHARACTERS: Pieces(1, "[s]"),
        BYTE_PAIRS: Pieces(2, "#", keeps_spaces=True),
        WORD_PIECES: Pieces(102, "[SEP]"),
    }
)
"""By the names of the network's outputs, in its order; the first of the surest counts."""


def read_pieces(logits: Floats, pieces: Pieces, say: Say) -> GeneratedText:
    """The word up to its end, and how likely all of its pieces are together.

    A word that does not end is as unlikely as can be, and loses its last character.

    Args:
        logits: steps × pieces; the first step says nothing.
        pieces: of which kind they are.
        say: makes text of their numbers.
    """
    best = [int(number) for number in logits.argmax(axis=1)[1:]]
    text = say(best) if pieces.keeps_spaces else say(best).replace(" ", "")
    kept = best.index(pieces.end) + 1 if pieces.end in best else 0
    sure = softmax(logits).max(axis=1)[1 : kept + 1]
    return GeneratedText(text[: text.find(pieces.mark)], float(np.prod(sure)) if kept else 0.0)


def surest(readings: Sequence[GeneratedText]) -> GeneratedText:
    """The reading with the highest score; the first of several."""
    return max(readings, key=lambda reading: reading.score or 0.0)
