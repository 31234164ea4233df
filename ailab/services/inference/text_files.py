"""Which files hold the words of a network that reads or writes them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath

TOKENIZER = "tokenizer.json"

QFORMER_FOLDER = "qformer_tokenizer"
"""Where InstructBLIP keeps the tokenizer of the part that looks at the picture (its Q-Former)."""

_SETTINGS = ("tokenizer_config.json", "special_tokens_map.json")
_GENERATION = "generation_config.json"
_CHAT = ("processor_config.json", "chat_template.jinja", "chat_template.json")
"""What transformers' own processors of networks that chat read beside these."""

_VOCABULARIES = (("vocab.json", "merges.txt"), ("vocab.txt",))
"""What older repositories have in place of `tokenizer.json`: CLIP's or TrOCR's, and BERT's."""


def text_files(present: set[str], *, may_chat: bool = False) -> tuple[str, ...]:
    """The files of words among those of a model; a vocabulary only where no tokenizer is whole.

    Args:
        present: POSIX paths relative to the model's folder.
        may_chat: False for weights that no network has that chats.
    """
    own = _tokenizer_files(present, "")
    generation = (_GENERATION,) if _GENERATION in present else ()
    chat = [name for name in _CHAT if may_chat and TOKENIZER in present and name in present]
    return (*own, *generation, *chat, *_tokenizer_files(present, f"{QFORMER_FOLDER}/"))


def tokenizer_among(texts: Iterable[str], folder: str = "") -> str | None:
    """The tokenizer, or the vocabulary in its place; None where there is neither.

    Args:
        texts: as `text_files` gives them.
        folder: the one that it lies in; empty for the model's own.
    """
    there = {path.name: str(path) for path in map(PurePosixPath, texts) if _is_in(path, folder)}
    names = (TOKENIZER, *(names[0] for names in _VOCABULARIES))
    return next((there[name] for name in names if name in there), None)


def _is_in(path: PurePosixPath, folder: str) -> bool:
    return path.parent == PurePosixPath(folder)


def _tokenizer_files(present: set[str], prefix: str) -> tuple[str, ...]:
    words = [f"{prefix}{name}" for name in (TOKENIZER, *_SETTINGS)]
    if words[0] not in present:
        wholes = ([f"{prefix}{name}" for name in names] for names in _VOCABULARIES)
        words = [*next((each for each in wholes if present.issuperset(each)), ()), *words[1:]]
    return tuple(name for name in words if name in present)
