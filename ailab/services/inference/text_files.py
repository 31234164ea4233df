"""Which files hold the words of a network that reads or writes them."""

from __future__ import annotations

from collections.abc import Iterable

TOKENIZER = "tokenizer.json"

QFORMER_FOLDER = "qformer_tokenizer"
"""Where InstructBLIP keeps the tokenizer of the part that looks at the picture (its Q-Former)."""

GPT2_FOLDER, BERT_FOLDER = "gpt2", "bert-base-uncased"
"""Where a model may keep the tokenizers of others that its answer is read by (MGP-STR)."""

TEXTUAL_FOLDER = "textual"
"""Where Immich keeps the part of CLIP that reads, with its tokenizer."""

TOKENIZER_FOLDERS = (QFORMER_FOLDER, GPT2_FOLDER, BERT_FOLDER, TEXTUAL_FOLDER)
"""Where in a model's folder there may be tokenizers beside its own."""

_SETTINGS = ("tokenizer_config.json", "special_tokens_map.json")
_GENERATION = "generation_config.json"
_CHAT = ("processor_config.json", "chat_template.jinja", "chat_template.json")
"""What transformers' own processors of networks that chat read beside these."""

_VOCABULARIES = ((TOKENIZER,), ("vocab.json", "merges.txt"), ("vocab.txt",))
"""The tokenizer, and what older repositories have in its place: CLIP's or TrOCR's, and BERT's."""

CHARACTER_LIST = "vocab.json"
"""Alone, it is MGP-STR's list of characters."""


def text_files(present: set[str], *, may_chat: bool = False) -> tuple[str, ...]:
    """The files of words among those of a model; a vocabulary only where no tokenizer is whole.

    Args:
        present: POSIX paths relative to the model's folder.
        may_chat: False for weights that no network has that chats.
    """
    own = _tokenizer_files(present, "")
    generation = (_GENERATION,) if _GENERATION in present else ()
    chat = [name for name in _CHAT if may_chat and TOKENIZER in present and name in present]
    others = [
        name for folder in TOKENIZER_FOLDERS for name in _tokenizer_files(present, f"{folder}/")
    ]
    return (*own, *generation, *chat, *others)


def tokenizer_among(texts: Iterable[str], folder: str = "") -> str | None:
    """The tokenizer, or the vocabulary in its place; None where there is neither.

    Args:
        texts: as `text_files` gives them.
        folder: the one that it lies in; empty for the model's own.
    """
    prefix = f"{folder}/" if folder else ""
    return next(iter(vocabulary_among(set(texts), prefix)), None)


def characters_among(texts: Iterable[str]) -> str | None:
    """What lists a model's characters: its tokenizer, or a vocabulary alone; None for neither."""
    there = set(texts)
    return next((name for name in (TOKENIZER, CHARACTER_LIST) if name in there), None)


def vocabulary_among(present: set[str], prefix: str = "") -> tuple[str, ...]:
    """The files of the tokenizer, or of the first vocabulary that is whole; empty for none."""
    wholes = (tuple(f"{prefix}{name}" for name in names) for names in _VOCABULARIES)
    return next((each for each in wholes if present.issuperset(each)), ())


def _tokenizer_files(present: set[str], prefix: str) -> tuple[str, ...]:
    whole = vocabulary_among(present, prefix)
    words = whole or (f"{prefix}{CHARACTER_LIST}",)
    settings = (f"{prefix}{name}" for name in _SETTINGS)
    return tuple(name for name in (*words, *settings) if name in present)
