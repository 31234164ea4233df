"""From words to the numbers that networks read."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ailab.services.inference.tokenizer_file import (
    library_failures,
    read_tokenizer,
    tokenizer_settings,
)

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt
    from tokenizers import Encoding, Tokenizer

    Tokens = dict[str, npt.NDArray[np.int64]]

_USUAL_PADDING = ("<pad>", "[PAD]", "<|endoftext|>", "</s>")
_LEFT = ("Gemma", "Siglip2")
_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)
_LONGEST = 2000


class LabelTokens:
    """A model's tokenizer with what its files say of padding and special tokens.

    Args:
        path: the file that `ModelDescription.tokenizer` names.
        length: the most tokens that a text may have; what is longer is cut.

    Raises:
        ModelFileError: the tokenizer's files are damaged.
    """

    def __init__(self, path: Path, length: int) -> None:
        settings = tokenizer_settings(path)
        self._kind = str(settings.get("tokenizer_class") or "")
        self._tokenizer = read_tokenizer(path)
        self._padding = _padding(self._tokenizer, settings)
        side = settings.get("padding_side") or ("left" if self._kind.startswith(_LEFT) else "right")
        self._pads_left = side == "left"
        names = settings.get("model_input_names") or _WITH_MASK
        self._has_mask = not isinstance(names, list) or "attention_mask" in names
        _set_special_tokens(self._tokenizer, self._kind, settings)
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(length)

    def encode(self, texts: Sequence[str], fill_to: int = 0) -> Tokens:
        """Number texts, the shorter ones filled up to the longest.

        Args:
            texts: at least one.
            fill_to: the least length that comes out.

        Returns:
            `input_ids`, `attention_mask` (1 for what counts) and `token_type_ids` (0), each int64
            of shape (texts, tokens).

        Raises:
            ModelFileError: the tokenizer fails.
        """
        rows = self.encodings(texts)
        length = max(fill_to, *(len(row.ids) for row in rows))
        ids = np.full((len(rows), length), self._padding, np.int64)
        mask, types = np.zeros_like(ids), np.zeros_like(ids)
        for index, row in enumerate(rows):
            count = len(row.ids)
            place = slice(length - count, None) if self._pads_left else slice(count)
            ids[index, place], types[index, place] = row.ids, row.type_ids
            mask[index, place] = 1
        if not self._has_mask:  # the network is meant to see what was filled up too
            mask[:] = 1
        return {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}

    def encodings(self, texts: Sequence[str]) -> list[Encoding]:
        """The library's own values, with the places of the tokens in the text.

        Raises:
            ModelFileError: the tokenizer fails.
        """
        with library_failures(
            "The labels could not be turned into the numbers that the model reads.",
            "Type other labels; if that happens again, download the model again.",
        ):
            return list(self._tokenizer.encode_batch([self._canonical(text) for text in texts]))

    def _canonical(self, text: str) -> str:
        """What transformers' own classes do before their tokenizers' models are asked."""
        text = text[:_LONGEST].encode("utf-8", "replace").decode()
        if self._kind.startswith("Siglip2"):
            return text.lower()
        if self._kind.startswith("SiglipTokenizer"):
            return plain(text)
        return text


def plain(text: str) -> str:
    """A text in lower case, without punctuation, as SigLIP reads it."""
    return re.sub(r"\s+", " ", text.lower().translate(_NO_PUNCTUATION)).strip()


_WITH_MASK = ("input_ids", "attention_mask")


def _padding(tokenizer: Tokenizer, settings: Mapping[str, Any]) -> int:
    """The number that texts are filled up with."""
    said = _content(settings.get("pad_token"))
    own = tokenizer.padding
    for token in (said, own["pad_token"] if own else None, *_USUAL_PADDING):
        number = tokenizer.token_to_id(token) if isinstance(token, str) else None
        if number is not None:
            return int(number)
    return 0


def _set_special_tokens(tokenizer: Tokenizer, kind: str, settings: Mapping[str, Any]) -> None:
    """Begin and end texts as the settings of Gemma's tokenizers say, as transformers does."""
    ends = ("add_bos_token", "bos_token"), ("add_eos_token", "eos_token")
    if not kind.startswith(_LEFT) or not any(flag in settings for flag, _ in ends):
        return
    tokens = [_content(settings.get(name)) if settings.get(flag) else None for flag, name in ends]
    numbers = {token: tokenizer.token_to_id(token) for token in tokens if token is not None}
    if None in numbers.values():
        return
    from tokenizers import processors  # noqa: PLC0415 - with the tokenizer itself

    first, last = tokens
    single = [*([first] if first else []), "$A", *([last] if last else [])]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=" ".join(single), special_tokens=list(numbers.items())
    )


def _content(token: object) -> str | None:
    """A special token, which files write as a text or as an object."""
    if isinstance(token, Mapping):
        token = token.get("content")
    return token if isinstance(token, str) else None
