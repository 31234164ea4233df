"""What a network that writes is given to read beside the picture, as its files describe it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ailab.services.inference.generation_settings import reads_pages
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.writing_models import BLIP_VQA, DONUT, WRITING_MODELS

_MOST_PLACES = 16_384
_LONGEST = 512
"""Tokens that BLIP and InstructBLIP's Q-Former read, where their files do not say."""


@dataclass(frozen=True, slots=True)
class Question:
    """How a question goes into a network.

    Attributes:
        form: which kind of question, one of those in `writing_models.py`.
        places: how many tokens stand for the picture; 0 where none do.
        place: the number of the token that stands for it; None where the tokenizer says it.
        begins_with: the token that the network begins to write with, where its files say one.
        longest: how many tokens the part that looks at the picture, or answers about it, reads.
    """

    form: str
    places: int = 0
    place: int | None = None
    begins_with: int | None = None
    longest: int = _LONGEST


def question_of(
    config: Mapping[str, Any],
    generation: Mapping[str, Any],
    processor: Mapping[str, Any],
    *,
    is_export: bool = False,
) -> Question | None:
    """What a model is asked; None for one that reads nothing but the picture.

    Args:
        config: the object in `config.json`.
        generation: the object in `generation_config.json`; empty where there is none.
        processor: the object in `preprocessor_config.json`.
        is_export: True for weights that are ONNX.

    Raises:
        ModelFileError: a number of the wrong type or out of range.
    """
    names = config.get("architectures")
    name = names[0] if isinstance(names, list) and names else names
    model = WRITING_MODELS.get(name) if isinstance(name, str) else None
    if model is None:
        return None
    kind = processor.get("image_processor_type") or processor.get("feature_extractor_type")
    if reads_pages(config) and not str(kind).startswith("Nougat"):
        start = generation.get("decoder_start_token_id", config.get("decoder_start_token_id"))
        return Question(DONUT, begins_with=start if _is_token(start) else None)
    if not model.form:
        return None
    if is_export and model.is_seen_first:
        return Question(model.form)
    own = {**config, **processor}
    places = next((own[key] for key in model.places if key in own), model.usual_places)
    if type(places) is not int or not 0 <= places <= _MOST_PLACES:
        raise ModelFileError(
            "The model's files do not say how many words a picture stands for in its network.",
            "Download the model again, or choose another one.",
        )
    place = next((config[key] for key in model.place if _is_token(config.get(key))), None)
    form = dict(model.forms).get(str(config.get("model_type")), model.form)
    return Question(form, places, place, longest=_longest(config, form))


def _longest(config: Mapping[str, Any], form: str) -> int:
    inner = config.get("text_config" if form == BLIP_VQA else "qformer_config")
    said = inner.get("max_position_embeddings") if isinstance(inner, Mapping) else None
    return said if type(said) is int and 0 < said <= _MOST_PLACES else _LONGEST


def _is_token(value: object) -> bool:
    return type(value) is int and 0 <= value < 2**31
