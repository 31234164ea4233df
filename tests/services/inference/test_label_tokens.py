"""From words to numbers, as the files beside a tokenizer say it, and files that mean harm."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from ailab.services.inference import tokenizer_file
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.label_tokens import LabelTokens

WORDS = ("<pad>", "<eos>", "<bos>", "?", "red", "cat", "Cat", "a's", "as", "as red")


def save(folder: Path, **settings: Any) -> Path:
    """A tokenizer of whole words, with what is said beside it."""
    tokenizer = Tokenizer(
        models.WordLevel({word: i for i, word in enumerate(WORDS)}, unk_token="?")
    )
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<bos> $A", special_tokens=[("<bos>", 2)]
    )
    # What a file says of filling up and cutting is not what its network was trained with.
    tokenizer.enable_padding(length=1000, pad_id=7, pad_token="a's")
    tokenizer.enable_truncation(1)
    tokenizer.save(str(folder / "tokenizer.json"))
    if settings:
        (folder / "tokenizer_config.json").write_text(json.dumps(settings))
    return folder / "tokenizer.json"


def ids(path: Path, *texts: str, length: int = 16, fill_to: int = 0) -> list[list[int]]:
    rows: list[list[int]] = LabelTokens(path, length).encode(texts, fill_to)["input_ids"].tolist()
    return rows


def test_that_shorter_texts_are_filled_up_and_masked(tmp_path: Path) -> None:
    tokens = LabelTokens(save(tmp_path, pad_token="<pad>"), 16).encode(["red", "cat red dog"])
    assert tokens["input_ids"].tolist() == [[2, 4, 0, 0], [2, 5, 4, 3]]
    assert tokens["attention_mask"].tolist() == [[1, 1, 0, 0], [1, 1, 1, 1]]
    assert not tokens["token_type_ids"].any()


def test_that_long_texts_keep_their_special_tokens(tmp_path: Path) -> None:
    path = save(tmp_path, pad_token="<pad>")
    assert ids(path, "red cat red cat", length=3) == [[2, 4, 5]]
    assert ids(path, "red", length=3, fill_to=5) == [[2, 4, 0, 0, 0]]


@pytest.mark.parametrize(
    ("settings", "padding"),
    [
        ({"pad_token": {"content": "<eos>", "lstrip": False}}, 1),
        ({"pad_token": "unheard"}, 7),
        ({}, 7),
    ],
)
def test_that_the_filler_is_found_where_it_is_said(
    tmp_path: Path, settings: dict[str, Any], padding: int
) -> None:
    assert ids(save(tmp_path, **settings), "red", "red red")[0] == [2, 4, padding]


def test_that_special_tokens_may_be_told_in_a_file_of_their_own(tmp_path: Path) -> None:
    path = save(tmp_path)
    (tmp_path / "special_tokens_map.json").write_text('{"pad_token": "?"}')
    assert ids(path, "red", "red red")[0] == [2, 4, 3]


def test_that_a_network_without_a_mask_sees_the_filler_too(tmp_path: Path) -> None:
    path = save(tmp_path, pad_token="<pad>", model_input_names=["input_ids"])
    tokens = LabelTokens(path, 16).encode(["red"], 5)
    assert tokens["attention_mask"].tolist() == [[1, 1, 1, 1, 1]]


def test_that_gemmas_tokenizers_begin_and_end_as_their_settings_say(tmp_path: Path) -> None:
    said = {
        "tokenizer_class": "GemmaTokenizer",
        "add_bos_token": False,
        "add_eos_token": True,
        "bos_token": "<bos>",
        "eos_token": {"content": "<eos>"},
        "pad_token": "<pad>",
    }
    assert ids(save(tmp_path, **said), "red", fill_to=4) == [[0, 0, 4, 1]]
    assert ids(save(tmp_path, **said, padding_side="right"), "red", fill_to=4) == [[4, 1, 0, 0]]
    assert ids(save(tmp_path, **said), *["red cat"] * 2, length=2) == [[4, 1]] * 2


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        ("SiglipTokenizer", "  a's,\t RED! ", [8, 4]),
        ("Siglip2Tokenizer", "Cat a's", [5, 7]),
        ("CLIPTokenizer", "Cat a's", [6, 7]),
    ],
)
def test_that_labels_are_written_as_the_network_learnt_them(
    tmp_path: Path, kind: str, text: str, words: list[int]
) -> None:
    path = save(tmp_path, tokenizer_class=kind)
    assert ids(path, text) == [[2, *words]]


def _hostile(folder: Path, **parts: Any) -> Path:
    path = folder / "tokenizer.json"
    model = {"type": "WordLevel", "unk_token": "a", "vocab": {"a": 0}}
    path.write_text(json.dumps({"version": "1.0", "added_tokens": [], "model": model, **parts}))
    return path


@pytest.mark.parametrize(
    "parts",
    [
        {"model": {"type": "BPE", "vocab": {"a": 0}, "merges": ["a b"]}},
        {"model": {"type": "WordLevel", "unk_token": "a", "vocab": {"a": -1}}},
        {"normalizer": {"type": "Precompiled", "precompiled_charsmap": "AAAA"}},
        {"added_tokens": [{"id": 5}]},
        {"pre_tokenizer": {"type": "Split", "pattern": {"Regex": "("}, "behavior": "Removed"}},
    ],
)
def test_that_a_tokenizer_that_is_none_is_refused(tmp_path: Path, parts: dict[str, Any]) -> None:
    with pytest.raises(ModelFileError, match="damaged or of a kind") as caught:
        LabelTokens(_hostile(tmp_path, **parts), 16)
    assert caught.value.advice
    assert caught.value.detail


@pytest.mark.parametrize(
    "parts",
    [
        {
            "pre_tokenizer": {
                "type": "Split",
                "pattern": {"Regex": "(a+)+$"},
                "behavior": "Removed",
                "invert": False,
            }
        },
        {
            "post_processor": {
                "type": "TemplateProcessing",
                "single": [{"SpecialToken": {"id": "x", "type_id": 0}}],
                "pair": [],
                "special_tokens": {},
            }
        },
    ],
)
def test_that_a_panic_of_the_library_is_told(tmp_path: Path, parts: dict[str, Any]) -> None:
    with pytest.raises(ModelFileError) as caught:  # noqa: PT012 - where it panics is its affair
        tokens = LabelTokens(_hostile(tmp_path, **parts), 16)
        tokens.encode(["a" * 40 + "!"])
    assert "labels" in caught.value.message or "damaged" in caught.value.message
    assert "PanicException" in caught.value.detail


def test_that_a_tokenizer_of_more_than_is_allowed_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save(tmp_path)
    monkeypatch.setattr(tokenizer_file, "MOST", 0)
    with pytest.raises(ModelFileError, match="too large for a tokenizer"):
        LabelTokens(path, 16)


@pytest.mark.parametrize(
    ("name", "contents"),
    [
        ("vocab.json", '{"a": 0}'),
        ("vocab.json", '{"a": "b"}'),
        ("vocab.txt", "a\nb\n"),
        ("vocab.txt", "\udcff"),
    ],
)
def test_that_a_vocabulary_that_is_none_is_refused(
    tmp_path: Path, name: str, contents: str
) -> None:
    (tmp_path / name).write_bytes(contents.encode("utf-8", "surrogateescape"))
    (tmp_path / "merges.txt").write_text("#version: 0.2\n")
    with pytest.raises(ModelFileError):
        LabelTokens(tmp_path / name, 16)


def test_that_clips_vocabulary_reads_words_as_clip_does(tmp_path: Path) -> None:
    words = ["c", "a", "t</w>", "ca", "cat</w>", "!</w>", "<|startoftext|>", "<|endoftext|>"]
    (tmp_path / "vocab.json").write_text(json.dumps({word: i for i, word in enumerate(words)}))
    (tmp_path / "merges.txt").write_text("#version: 0.2\nc a\nca t</w>\n")
    assert ids(tmp_path / "vocab.json", "CAT!", "cat  cat !") == [[6, 4, 5, 7, 7], [6, 4, 4, 5, 7]]


def test_that_berts_vocabulary_reads_words_as_bert_does(tmp_path: Path) -> None:
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "ca", "##t", "Ca", "."]
    (tmp_path / "vocab.txt").write_text("\n".join(words))
    assert ids(tmp_path / "vocab.txt", "Cat.", "x") == [[2, 4, 5, 7, 3], [2, 1, 3, 0, 0]]
    (tmp_path / "tokenizer_config.json").write_text('{"do_lower_case": false}')
    assert ids(tmp_path / "vocab.txt", "Cat.") == [[2, 6, 5, 7, 3]]
