"""Tokenizers that mean harm: only ever a refusal in words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.label_tokens import LabelTokens

pytestmark = pytest.mark.slow

WORDS: dict[str, Any] = {
    "version": "1.0",
    "model": {"type": "WordLevel", "vocab": {"a": 0, "[UNK]": 1}, "unk_token": "[UNK]"},
    "pre_tokenizer": {"type": "Whitespace"},
}
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)


def read(folder: Path, tokenizer: str, config: str = "{}") -> ModelFileError | None:
    (folder / "tokenizer.json").write_text(tokenizer, encoding="utf-8")
    (folder / "tokenizer_config.json").write_text(config, encoding="utf-8")
    try:
        LabelTokens(folder / "tokenizer.json", 16).encode(["a cat", "two"])
    except ModelFileError as error:
        return error
    return None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[" * 200_000,
        '{"model":' * 100_000,
        json.dumps(WORDS | {"model": {"type": "Stranger"}}),
        json.dumps(WORDS | {"model": {"type": "BPE", "vocab": {}, "merges": [["a", "b"]]}}),
        json.dumps(WORDS | {"pre_tokenizer": {"type": "Split", "pattern": {"Regex": "(" * 9_000}}}),
        json.dumps(WORDS | {"model": {"type": "WordLevel", "vocab": {"a": 2**64}}}),
        json.dumps(WORDS | {"model": {"type": "WordLevel", "vocab": {"a": -1}}}),
        json.dumps(WORDS | {"normalizer": {"type": "Precompiled", "precompiled_charsmap": "/w=="}}),
    ],
)
def test_that_a_tokenizer_that_lies_is_refused_in_words(tmp_path: Path, text: str) -> None:
    error = read(tmp_path, text)
    assert error is not None
    assert error.advice


@pytest.mark.parametrize(
    "changes",
    [
        {"padding": {"strategy": {"Fixed": 10**9}, "direction": "Right", "pad_to_multiple_of": None,
                     "pad_id": 0, "pad_type_id": 0, "pad_token": "a"}},
        {"truncation": {"max_length": 10**9, "strategy": "LongestFirst", "stride": 10**8,
                        "direction": "Right"}},
        {"added_tokens": [{"id": 10**6, "content": "a", "single_word": False, "lstrip": False,
                           "rstrip": False, "normalized": False, "special": True}]},
    ],
)  # fmt: skip
def test_that_what_a_tokenizer_asks_for_takes_no_memory(
    tmp_path: Path, changes: dict[str, Any]
) -> None:
    read(tmp_path, json.dumps(WORDS | changes))


@given(st.dictionaries(st.sampled_from(["model", "pre_tokenizer", "normalizer", "post_processor",
                                        "decoder", "added_tokens", "padding", "truncation"]),
                       VALUES, max_size=3),
       st.dictionaries(st.sampled_from(["tokenizer_class", "pad_token", "padding_side",
                                        "model_input_names", "add_bos_token", "bos_token"]),
                       VALUES, max_size=3))  # fmt: skip
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_that_any_tokenizer_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, changes: dict[str, Any], config: dict[str, Any]
) -> None:
    folder = tmp_path_factory.mktemp("tokenizer")
    read(folder, json.dumps(WORDS | changes), json.dumps(config))
