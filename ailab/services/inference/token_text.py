"""What a network's tokens say: `tokenizer.json`, read by the library `tokenizers`.

Source: `PreTrainedTokenizerFast.decode` of transformers 5.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.tokenizer_file import (
    MOST,
    library_failures,
    read_tokenizer,
    tokenizer_settings,
)
from ailab.services.inference.written_fields import fields_text

_LONGEST = 20_000
_LONGEST_MARKED = 200_000
_LONGEST_DECODED = 2_000_000
"""Letters of all tokens together. Of words of our own the most tokens have a hundredth of that."""
_MERGES = "merges.txt"
_MARKS = (
    *("<s>", "</s>", "<pad>", "<unk>", "<mask>", "<|endoftext|>"),
    *("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"),
)
_AGAIN = "Download it again, or choose another model."
_TAG, _ENDS = "<s_", ("eos_token", "pad_token")
_CLEANS = "clean_up_tokenization_spaces"
_FIRST_MARK = re.compile("<.*?>")
_SPACED = (
    (" .", "."),
    (" ?", "?"),
    (" !", "!"),
    (" ,", ","),
    (" ' ", "'"),
    (" n't", "n't"),
    (" 'm", "'m"),
    (" 's", "'s"),
    (" 've", "'ve"),
    (" 're", "'re"),
)


class TokenText:
    """Turns tokens into words.

    Args:
        path: `tokenizer.json`; or `vocab.json` of a byte-level BPE as GPT-2 and RoBERTa have it,
            with `merges.txt` beside it; or BERT's `vocab.txt`. What
            `tokenizer_config.json` and `special_tokens_map.json` beside it say is heeded.

    Raises:
        ModelFileError: a file is missing, damaged, or far too large.
    """

    def __init__(self, path: Path) -> None:
        for each in (path, path.with_name(_MERGES)):
            if each.is_file() and each.stat().st_size > MOST * 1024 * 1024:
                raise ModelFileError(f"The model's file {each.name} is too large.", _AGAIN)
        with library_failures(
            f"The model's file {path.name} cannot be read as the words of its network.", _AGAIN
        ):
            self._tokenizer: Any = _read(path)
        added = [each.content for each in self._tokenizer.get_added_tokens_decoder().values()]
        self._marks = added if any(mark.startswith(_TAG) for mark in added) else []
        self._settings = tokenizer_settings(path)
        self._cleans = (
            bool(self._settings.get(_CLEANS)) and type(self._tokenizer.model).__name__ != "BPE"
        )

    @property
    def tokenizer(self) -> Any:
        """That of the library `tokenizers`."""
        return self._tokenizer

    def mark(self, name: str) -> str:
        """What `tokenizer_config.json` calls, for example, `bos_token`; empty for nothing."""
        return _content(self._settings.get(name))

    def text(self, tokens: Sequence[int]) -> str:
        """The words, without the network's own marks; fields between tags as JSON."""
        text = self._decoded(tokens)
        if not self._marks:
            return printable(text)
        for end in filter(None, map(self.mark, _ENDS)):
            text = text.replace(end, "")
        without_task = _FIRST_MARK.sub("", text[:_LONGEST], count=1).strip()
        return printable(fields_text(without_task, self._marks))

    def with_marks(self, tokens: Sequence[int]) -> str:
        """The words and all marks among them, as the network wrote them."""
        return self._decoded(tokens, keeps_marks=True)[:_LONGEST_MARKED]

    def _decoded(self, tokens: Sequence[int], *, keeps_marks: bool = False) -> str:
        with library_failures(
            "The model's tokenizer.json cannot turn what its network wrote into words.", _AGAIN
        ):
            self._check_length(tokens)
            skips = not (keeps_marks or self._marks)
            text: str = self._tokenizer.decode(list(tokens), skip_special_tokens=skips)
        if self._cleans:
            for spaced, joined in _SPACED:
                text = text.replace(spaced, joined)
        return text

    def _check_length(self, tokens: Sequence[int]) -> None:
        """Refuse tokens that stand for texts without end: the library would put them together."""
        left = _LONGEST_DECODED
        for token in tokens:
            left -= len(self._tokenizer.id_to_token(token) or "")
            if left < 0:
                raise ModelFileError(
                    "The words in the model's tokenizer.json are far too long: what its network "
                    "wrote would be millions of letters.",
                    "Choose another model.",
                )


def _read(path: Path) -> Any:
    from tokenizers import AddedToken, Tokenizer, decoders, models  # noqa: PLC0415 - in the worker

    if path.name == "tokenizer.json":
        return read_tokenizer(path)
    if path.name == "vocab.txt":
        tokenizer: Any = read_tokenizer(path)
        tokenizer.decoder = decoders.WordPiece()
    else:
        model = models.BPE.from_file(str(path), str(path.with_name(_MERGES)))
        tokenizer = Tokenizer(model)
        tokenizer.decoder = decoders.ByteLevel()
    known = tokenizer.get_vocab()
    marks = [AddedToken(mark, special=True) for mark in _marks(path) if mark in known]
    tokenizer.add_special_tokens(marks)
    return tokenizer


def _marks(vocabulary: Path) -> list[str]:
    """The tokens that are no words: the usual ones, and those that the files beside name."""
    named = map(_content, tokenizer_settings(vocabulary).values())
    return list(dict.fromkeys(filter(None, (*_MARKS, *named))))


def _content(value: object) -> str:
    """What a token says, whether written by itself or with how it is treated."""
    content = value.get("content") if isinstance(value, dict) else value
    return content if isinstance(content, str) else ""


def printable(text: str) -> str:
    """Without what would break what shows and saves it; lines stay lines."""
    lines = text[:_LONGEST].splitlines()
    clean = ("".join(c for c in line if c.isprintable() or c in "\t\u200c\u200d") for line in lines)
    return "\n".join(clean).strip()
