"""Tokenizers of few words, of the kinds that networks told in words have: the same in every run.

The trainers of tokenizers number the letters that begin or end a word in the order of a table that
differs from process to process, and with the numbers the weights differ that a word meets. Here
such a letter is one character of its own while pairs are learnt. Needs tokenizers and transformers.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import tokenizers
import transformers
from tokenizers import decoders, normalizers, pre_tokenizers, processors, trainers
from tokenizers.models import BPE, Unigram

_SENTENCES = (
    "This is a photo of a cat.",
    "This is a photo of two dogs on a couch, 2 cups and a remote control!",
    "a red bicycle. the small cell's nucleus. a dividing cell, debris; nothing?",
    "straße, naïve café, Ünïted 東京 кошка",
)
_PRIVATE = 0xE000
"""Where Unicode has characters that no sentence has."""
_LONGEST_PIECE = 6


def clip_tokenizer(**special: str) -> Any:
    """CLIP's kind, whose letters at the end of a word are others than those within."""
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    split = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    words = _words(normalizers.Lowercase(), split)
    known, merges = _learnt(
        [(*word[:-1], f"{word[-1]}</w>") for word in words],
        [*letters, *(f"{letter}</w>" for letter in letters)],
        size=640,
        joined="".join,
    )
    known += ["<|startoftext|>", "<|endoftext|>"]  # the last number is the largest
    vocabulary = {word: number for number, word in enumerate(known)}
    return transformers.CLIPTokenizer(vocab=vocabulary, merges=merges, **special)


def bert_tokenizer() -> Any:
    """BERT's, whose letters within a word are others than the first."""
    words = [
        (word[0], *(f"##{letter}" for letter in word[1:]))
        for word in _words(normalizers.BertNormalizer(), pre_tokenizers.BertPreTokenizer())
    ]
    letters = sorted({letter for word in words for letter in word})
    known, _ = _learnt(words, letters, size=295, joined=_without_inner_marks)
    # The numbers of BERT itself, by which Grounding DINO knows where a label ends.
    numbers = {"[PAD]": 0, "[UNK]": 100, "[CLS]": 101, "[SEP]": 102, "[MASK]": 103}
    numbers |= {".": 1012, "?": 1029}
    named = {number: word for word, number in numbers.items()}
    others = (word for word in known if word not in numbers)
    named |= dict(zip(range(104, 1012), others, strict=False))
    vocabulary = {named.get(number, f"[unused{number}]"): number for number in range(1030)}
    return transformers.BertTokenizer(vocab=vocabulary)


def xlm_roberta_tokenizer() -> Any:
    """XLM-RoBERTa's, of the Unigram kind."""
    return transformers.XLMRobertaTokenizer(vocab=_pieces())


def siglip_tokenizer() -> Any:
    """Of the Unigram kind, as the converted ones of SigLIP on the Hub are."""
    pieces = _pieces()
    unknown = [piece for piece, _ in pieces].index("<unk>")
    tokenizer = tokenizers.Tokenizer(Unigram(pieces, unk_id=unknown))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    punctuation = tokenizers.Regex("[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~]")
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Lowercase(),
            normalizers.Replace(punctuation, ""),
            normalizers.Replace(tokenizers.Regex(r"\s+"), " "),
            normalizers.Strip(),
        ]
    )
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="$A </s>", special_tokens=[("</s>", tokenizer.token_to_id("</s>"))]
    )
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token="</s>",
        pad_token="</s>",
        unk_token="<unk>",
        model_input_names=["input_ids"],
    )


def gemma_tokenizer() -> Any:
    """Gemma's, as SigLIP 2 has it."""
    special = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>"]
    trained = tokenizers.Tokenizer(BPE(unk_token="<unk>", byte_fallback=True, fuse_unk=True))
    trained.normalizer = normalizers.Replace(" ", "▁")
    bytes_ = [f"<0x{number:02X}>" for number in range(256)]
    trainer = trainers.BpeTrainer(
        vocab_size=500, special_tokens=[*special, *bytes_], show_progress=False
    )
    trained.train_from_iterator(_SENTENCES, trainer)
    model = json.loads(trained.to_str())["model"]
    return transformers.GemmaTokenizer(
        vocab=model["vocab"],
        merges=[tuple(pair) for pair in model["merges"]],
        add_bos_token=False,
        add_eos_token=True,
        padding_side="right",
        model_input_names=["input_ids"],
    )


def _words(normalizer: Any, split: Any) -> list[str]:
    """What the sentences are cut into."""
    sentences = (normalizer.normalize_str(sentence) for sentence in _SENTENCES)
    return [word for each in sentences for word, _ in split.pre_tokenize_str(each)]


def _learnt(
    words: Iterable[Sequence[str]],
    letters: Sequence[str],
    *,
    size: int,
    joined: Callable[[Iterable[str]], str],
) -> tuple[list[str], list[tuple[str, str]]]:
    """What is known after so many pairs were learnt, in order of numbers, and the pairs."""
    stand_in = {letter: chr(_PRIVATE + number) for number, letter in enumerate(letters)}
    letter_of = {character: letter for letter, character in stand_in.items()}
    trained = tokenizers.Tokenizer(BPE())
    trainer = trainers.BpeTrainer(
        vocab_size=size, show_progress=False, initial_alphabet=list(letter_of)
    )
    trained.train_from_iterator(
        ["".join(stand_in[letter] for letter in word) for word in words], trainer
    )
    model = json.loads(trained.to_str())["model"]

    def spelt(token: str) -> str:
        return joined(letter_of[character] for character in token)

    known = [spelt(token) for token in sorted(model["vocab"], key=model["vocab"].get)]
    return known, [(spelt(left), spelt(right)) for left, right in model["merges"]]


def _without_inner_marks(letters: Iterable[str]) -> str:
    first, *others = letters
    return first + "".join(letter.removeprefix("##") for letter in others)


def _pieces() -> list[tuple[str, float]]:
    """Pieces of words, each with the logarithm of its share: what Unigram chooses by."""
    words = _words(normalizers.NFKC(), pre_tokenizers.Metaspace())
    counts = Counter(
        word[start:end]
        for word in words
        for start in range(len(word))
        for end in range(start + 1, min(start + _LONGEST_PIECE, len(word)) + 1)
    )
    kept = sorted(piece for piece, count in counts.items() if count > 1 or len(piece) == 1)
    total = sum(counts[piece] for piece in kept)
    special = [(piece, 0.0) for piece in ("<s>", "<pad>", "</s>", "<unk>")]
    return special + [(piece, math.log(counts[piece] / total)) for piece in kept]
