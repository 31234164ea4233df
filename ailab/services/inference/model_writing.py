"""How a model of a folder writes, and what it is asked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ailab.services.inference.generation_settings import generation_settings, usual_new_tokens
from ailab.services.inference.json_file import read_json_object
from ailab.services.inference.model_layout import TORCH
from ailab.services.inference.question import question_of


def model_writing(
    root: Path, engine: str, config: Mapping[str, Any], processor: Mapping[str, Any]
) -> dict[str, Any]:
    """`generation` and `question` of a `ModelDescription`.

    Args:
        root: the model's folder.
        engine: name of the engine that reads its weights.
        config: the object in `config.json`.
        processor: the object in `preprocessor_config.json`.

    Raises:
        ModelFileError: a file is damaged, or says what cannot be.
    """
    beside = root / "generation_config.json"
    said = read_json_object(beside) if beside.is_file() else None
    question = question_of(config, said or {}, processor)
    usual = usual_new_tokens(config, is_asked=question is not None)
    return {
        "question": question,
        # transformers reads them itself
        "generation": None if engine == TORCH else generation_settings(config, said, usual),
    }
