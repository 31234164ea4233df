"""The template by which a conversation is written down, in a stranger's files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ailab.services.inference.chat_template import chat_template
from ailab.services.inference.inference_errors import ModelFileError

NAMED = [{"name": "tools", "template": "B"}, {"name": "default", "template": "A"}]


def write(folder: Path, **files: Any) -> Path:
    for name, value in files.items():
        if name == "jinja":
            (folder / "chat_template.jinja").write_text(value, encoding="utf-8")
        else:
            (folder / f"{name}.json").write_text(json.dumps(value), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"jinja": "A"}, "A"),
        ({"chat_template": {"chat_template": "A"}}, "A"),
        ({"chat_template": {"chat_template": "A"}, "jinja": "B"}, "A"),
        ({"processor_config": {"chat_template": "A"}, "jinja": "B"}, "A"),
        ({"processor_config": {}, "tokenizer_config": {"chat_template": "B"}, "jinja": "A"}, "A"),
        ({"tokenizer_config": {"chat_template": "A"}}, "A"),
        ({"tokenizer_config": {"chat_template": NAMED}}, "A"),
    ],
)
def test_that_the_template_is_that_which_transformers_takes(
    tmp_path: Path, files: dict[str, Any], found: str
) -> None:
    assert chat_template(write(tmp_path, **files)) == found


@pytest.mark.parametrize("value", [None, 7, "", {"rag": "B"}, [{"name": "rag", "template": "B"}]])
def test_that_a_model_without_one_is_refused(tmp_path: Path, value: Any) -> None:
    with pytest.raises(ModelFileError, match="how a conversation with it is written down"):
        chat_template(write(tmp_path, tokenizer_config={"chat_template": value}))


def test_that_a_template_of_megabytes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="more than 1,000,000 letters"):
        chat_template(write(tmp_path, jinja="A" * 1_000_001))
    with pytest.raises(ModelFileError, match="too large for a template"):
        chat_template(write(tmp_path, jinja="A" * (5 * 2**20)))
