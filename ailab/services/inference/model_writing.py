"""How a model of a folder writes, and what it is asked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ailab.services.inference.engine_table import TORCH
from ailab.services.inference.generation_settings import generation_settings, usual_new_tokens
from ailab.services.inference.json_file import read_json_object
from ailab.services.inference.model_layout import ModelLayout
from ailab.services.inference.question import question_of
from ailab.services.inference.writing_models import WRITING_MODELS


def model_writing(
    root: Path, layout: ModelLayout, config: Mapping[str, Any], processor: Mapping[str, Any]
) -> dict[str, Any]:
    """`generation`, `question` and `qformer_tokenizer` of a `ModelDescription`.

    Args:
        root: the model's folder.
        layout: which of its files are read, and by which engine.
        config: the object in `config.json`.
        processor: the object in `preprocessor_config.json`.

    Raises:
        ModelFileError: a file is damaged, or says what cannot be.
    """
    beside = root / "generation_config.json"
    said = read_json_object(beside) if beside.is_file() else None
    question = question_of(config, said or {}, processor, is_export=layout.engine != TORCH)
    usual = _authors(config) or usual_new_tokens(config, is_asked=question is not None)
    if config.get("architectures") == ["BlipForConditionalGeneration"]:
        config, said = _of_blip(config), None
    return {
        "question": question,
        # transformers reads them itself
        "generation": None if layout.engine == TORCH else generation_settings(config, said, usual),
        "qformer_tokenizer": root / layout.qformer_tokenizer if layout.qformer_tokenizer else None,
    }


def _authors(config: Mapping[str, Any]) -> int:
    """How many tokens a network's authors let it write; 0 where nothing is known of that."""
    names = config.get("architectures")
    name = names[0] if isinstance(names, list) and names else None
    model = WRITING_MODELS.get(name) if isinstance(name, str) else None
    return 0 if model is None else model.new_tokens


def _of_blip(config: Mapping[str, Any]) -> Mapping[str, Any]:
    """What BLIP's `generate` hands to the part that writes: its marks of beginning and end alone.

    Source: `BlipForConditionalGeneration.generate` and `BlipTextConfig` of transformers 5, which
    passes over `generation_config.json` and whatever else `text_config` says of writing.
    """
    text = config.get("text_config")
    own = {"bos_token_id": 30522, "sep_token_id": 102, **(text if isinstance(text, dict) else {})}
    return {"bos_token_id": own["bos_token_id"], "eos_token_id": own["sep_token_id"]}
