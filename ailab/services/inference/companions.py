"""Files of other repositories by which a model's answer is read.

MGP-STR answers in characters, in GPT-2's byte-pair pieces and in BERT's word pieces, and its
repository holds the characters alone: transformers' `MgpstrProcessor` takes the tokenizers of the
pieces from the repositories of GPT-2 and BERT.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ailab.services.inference.text_files import BERT_FOLDER, GPT2_FOLDER, TOKENIZER
from ailab.services.inference.text_readers import BYTE_PAIRS, SCENE_READER, WORD_PIECES
from ailab.services.listed import listed


@dataclass(frozen=True, slots=True)
class Companion:
    """A repository of which a model needs a tokenizer.

    Attributes:
        model_id: the Hub's id.
        former_id: the id that it had before, under which it may lie in a cache.
        folder: where in the model's own folder the tokenizer may lie instead.
        output: name of the network's output that is read by it.
    """

    model_id: str
    former_id: str
    folder: str
    output: str

    @property
    def files(self) -> tuple[str, ...]:
        """What is downloaded of it."""
        return (TOKENIZER,)

    def repositories(self, cache: Path) -> tuple[Path, ...]:
        """Where it may lie in a Hugging Face cache, best first."""
        ids = (self.model_id, self.former_id)
        return tuple(cache / "--".join(("models", *each.split("/"))) for each in ids)


COMPANIONS = (
    Companion("openai-community/gpt2", "gpt2", GPT2_FOLDER, BYTE_PAIRS),
    Companion("google-bert/bert-base-uncased", "bert-base-uncased", BERT_FOLDER, WORD_PIECES),
)
"""Those of MGP-STR."""


def companion_names(companions: Iterable[Companion]) -> str:
    """The Hub's ids as a sentence has them; empty where there are none."""
    return listed(each.model_id for each in companions)


def companions_of(architectures: Iterable[str]) -> tuple[Companion, ...]:
    """What a model needs beside its own files; for most, nothing."""
    return COMPANIONS if SCENE_READER in architectures else ()
