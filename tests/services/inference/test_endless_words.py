"""Tokenizers whose words, or what is made of them, take all memory or time."""

from __future__ import annotations

import io
import json
import logging
from pathlib import Path
from typing import Any

import pytest

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.token_text import TokenText
from ailab.services.inference.worker_failures import ended
from ailab.services.inference.worker_log import WorkerLog
from ailab.services.inference.worker_process import WorkerEndedError

LONG = "a" * 100_000


def words(folder: Path, word: str = "a", decoder: dict[str, Any] | None = None) -> TokenText:
    model = {"type": "WordLevel", "vocab": {word: 0, "[UNK]": 1}, "unk_token": "[UNK]"}
    values: dict[str, Any] = {"version": "1.0", "added_tokens": []}
    values |= {"model": model, "decoder": decoder}
    (folder / "tokenizer.json").write_text(json.dumps(values), encoding="utf-8")
    return TokenText(folder / "tokenizer.json")


def test_that_words_without_end_are_not_put_together(tmp_path: Path) -> None:
    text = words(tmp_path, LONG)
    assert text.text([0]).startswith("aaaa")
    for read in (text.text, text.with_marks):
        with pytest.raises(ModelFileError, match="are far too long") as told:
            read([0] * 4000)
        assert told.value.advice


def test_that_a_pattern_that_tries_without_end_is_told(tmp_path: Path) -> None:
    pattern = {"type": "Replace", "pattern": {"Regex": "(a|aa)+$"}, "content": "x"}
    decoder = {"type": "Sequence", "decoders": [{"type": "Fuse"}, pattern]}
    with pytest.raises(ModelFileError, match="cannot turn what its network wrote into words"):
        words(tmp_path, decoder=decoder).text([0] * 200 + [1])


def test_that_memory_that_the_tokenizers_library_lacks_is_told_as_that() -> None:
    ending = WorkerEndedError("was ended by signal 6", "memory allocation of 8192 bytes failed")
    error = ended("nuclei ran on cells.tif", ending)
    assert "ran out of memory" in error.message


def test_that_what_a_library_said_last_is_kept_above_where_all_threads_were() -> None:
    log = WorkerLog(logging.getLogger("worker"), "worker")
    threads = b'  File "worker.py", line 7 in run\n' * 60
    log.drain(io.BytesIO(b"memory allocation of 8192 bytes failed\n" + threads))
    assert log.lines[0] == "memory allocation of 8192 bytes failed"
