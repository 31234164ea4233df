"""A tokenizer of a few words, made in the test."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer, decoders, models, pre_tokenizers

WORDS = [
    "a",
    "the",
    "cat",
    "dog",
    "sits",
    "on",
    "mat",
    "in",
    "red",
    "blue",
    "small",
    "large",
    "house",
    "tree",
    "with",
    "and",
    "near",
    "of",
    "two",
    "three",
    "man",
    "woman",
    "runs",
    "sleeps",
    "park",
    "street",
    "water",
    "sky",
    ".",
    ",",
    "!",
    "'",
    "s",
]
MARKS = ("<pad>", "<s>", "</s>", "<unk>")
START, END, PAD = 1, 2, 0
VOCABULARY = len(MARKS) + len(WORDS)


def save_tokenizer(folder: Path, **config: Any) -> None:
    """Words separated by spaces, after four marks."""
    folder.mkdir(parents=True, exist_ok=True)
    known = {word: number for number, word in enumerate((*MARKS, *WORDS))}
    tokenizer = Tokenizer(models.WordPiece(known, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.decoder = decoders.WordPiece(cleanup=False)
    tokenizer.add_special_tokens(list(MARKS))
    tokenizer.save(str(folder / "tokenizer.json"))
    settings = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "pad_token": "<pad>",
        "bos_token": "<s>",
        "eos_token": "</s>",
        "unk_token": "<unk>",
        "clean_up_tokenization_spaces": True,
        **config,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")
