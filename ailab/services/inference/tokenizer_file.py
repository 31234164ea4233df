"""Tokenizers in a model's folder, read without trust; in the worker process alone.

The library is Hugging Face's `tokenizers`, which reads `tokenizer.json`. Older repositories have a
vocabulary alone; CLIP's and BERT's are made into tokenizers as transformers' own classes do it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ailab.services.inference.bounded_file import AGAIN, read_bounded
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.json_file import read_json_object
from ailab.services.inference.told_failures import is_panic

if TYPE_CHECKING:
    from pathlib import Path

    from tokenizers import Tokenizer

MOST = 64
"""MiB of a file: twice the largest in use (Gemma's 262,144 words take 33 MB).

Not more, since the library takes several times as much memory for what it reads.
"""

_CLIP_WORDS = (
    r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
)
_UNKNOWN = "[UNK]"
_START, _END = "<|startoftext|>", "<|endoftext|>"


def read_tokenizer(path: Path) -> Tokenizer:
    """The tokenizer in a file.

    Args:
        path: `tokenizer.json`, or `vocab.json` with `merges.txt` beside it (CLIP's), or
            `vocab.txt` (BERT's).

    Raises:
        ModelFileError: missing, damaged, larger than `MOST`, or of a kind that the library does
            not know.
    """
    with library_failures(
        f"The model's file {path.name}, which turns words into numbers, is damaged or of a "
        "kind that ailab does not know.",
        AGAIN,
    ):
        if path.name == "vocab.json":
            return _clip(path)
        if path.name == "vocab.txt":
            return _bert(path)
        return _from_json(_text(path))


@contextmanager
def library_failures(message: str, advice: str) -> Iterator[None]:
    """Tell in these words of whatever the library raises within, a panic included.

    Raises:
        ModelFileError: that; one that was raised within is left as it is.
    """
    try:
        yield
    except ModelFileError:
        raise
    except BaseException as error:  # the library's panics are no `Exception`
        if not isinstance(error, Exception) and not is_panic(error):
            raise
        raise ModelFileError(message, advice, detail=repr(error)[:2000]) from error


def _from_json(text: str) -> Tokenizer:
    from tokenizers import Tokenizer  # noqa: PLC0415 - costs time, and few models need it

    tokenizer: Tokenizer = Tokenizer.from_str(text)
    return tokenizer


def _clip(path: Path) -> Tokenizer:
    from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers, processors  # noqa: PLC0415
    from tokenizers.models import BPE  # noqa: PLC0415

    vocabulary = _vocabulary(path)
    lines = _text(path.with_name("merges.txt")).splitlines()
    pairs = [tuple(line.split()) for line in lines if not line.startswith("#version")]
    merges = [pair for pair in pairs if len(pair) == 2]
    tokenizer = Tokenizer(
        BPE(
            vocab=vocabulary,
            merges=merges,
            continuing_subword_prefix="",
            end_of_word_suffix="</w>",
            fuse_unk=False,
            unk_token=_END,
        )
    )
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_CLIP_WORDS), behavior="removed", invert=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    tokenizer.post_processor = processors.RobertaProcessing(
        (_END, vocabulary[_END]), (_START, vocabulary[_START]), False, False
    )
    return tokenizer


def _bert(path: Path) -> Tokenizer:
    from tokenizers import Tokenizer, normalizers, pre_tokenizers, processors  # noqa: PLC0415
    from tokenizers.models import WordPiece  # noqa: PLC0415

    words = _text(path).splitlines()
    vocabulary = {word: number for number, word in enumerate(words)}
    tokenizer = Tokenizer(WordPiece(vocab=vocabulary, unk_token=_UNKNOWN))
    keeps_case = tokenizer_settings(path).get("do_lower_case") is False
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=not keeps_case)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(
        ("[SEP]", vocabulary["[SEP]"]), ("[CLS]", vocabulary["[CLS]"])
    )
    return tokenizer


def tokenizer_settings(path: Path) -> dict[str, Any]:
    """What `tokenizer_config.json` and `special_tokens_map.json` beside a tokenizer say.

    Raises:
        ModelFileError: one of them is damaged.
    """
    settings: dict[str, Any] = {}
    for name in ("special_tokens_map.json", "tokenizer_config.json"):
        file = path.with_name(name)
        if file.is_file():
            settings |= read_json_object(file)
    return settings


def _vocabulary(path: Path) -> dict[str, int]:
    words = read_json_object(path)
    if not all(type(number) is int and number >= 0 for number in words.values()):
        raise ModelFileError(f"The model's file {path.name} holds no vocabulary.", AGAIN)
    return words


def _text(path: Path) -> str:
    return read_bounded(path, MOST, "a tokenizer").decode("utf-8")
