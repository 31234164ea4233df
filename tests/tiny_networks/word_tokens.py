"""A tokenizer of a few words, made in the test."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors

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


FIELDS = ("<s_cord-v2>", "<s_name>", "</s_name>", "<s_price>", "</s_price>", "<sep/>", "<yes/>")
"""Marks of a tokenizer that reads documents; their numbers follow those of the words."""


def save_tokenizer(
    folder: Path,
    marks: Sequence[str] = (),
    *,
    words: Sequence[str] = WORDS,
    is_whole: bool = False,
    **config: Any,
) -> None:
    """Words separated by spaces, after four marks.

    Args:
        folder: made where it is not there.
        marks: more marks, after the words.
        words: those that it knows.
        is_whole: True to put a text between the marks of beginning and end.
        config: more of `tokenizer_config.json`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    known = {word: number for number, word in enumerate((*MARKS, *words))}
    tokenizer = Tokenizer(models.WordPiece(known, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.decoder = decoders.WordPiece(cleanup=False)
    tokenizer.add_special_tokens([*MARKS, *marks])
    if is_whole:
        tokenizer.post_processor = processors.BertProcessing(("</s>", END), ("<s>", START))
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
