"""What a model's outputs are read by, as all of its files together tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ailab.services.inference.characters import read_character_list
from ailab.services.inference.engine_table import ONNX
from ailab.services.inference.mask_models import SHOWN_OR_NAMED_MASKS
from ailab.services.inference.model_description import DecoderSettings
from ailab.services.inference.model_layout import ModelLayout
from ailab.services.inference.prompt_kind import ASKED_TEXT
from ailab.services.inference.text_readers import TEXT_LINE

PATCHES = "class-patches"
"""The decoder of networks that see pictures in pieces, and give the class of each pixel."""


def chosen_decoder(
    settings: DecoderSettings,
    layout: ModelLayout,
    processor: Mapping[str, Any],
    *,
    has_pieces: bool,
    is_asked: bool,
) -> DecoderSettings:
    """The decoder that `config.json` leads to, or the one that suits what else is there.

    Args:
        settings: as `config.json` tells.
        layout: the model's files.
        processor: the object in `preprocessor_config.json`.
        has_pieces: pictures go in in pieces.
        is_asked: it writes, and takes a question.

    Raises:
        ModelFileError: it reads a line, and nothing says of which characters.
    """
    if settings.name == TEXT_LINE:
        return replace(settings, characters=read_character_list(processor))
    name = settings.name
    if is_asked:
        name = ASKED_TEXT
    elif has_pieces and name == "mask-logits":
        name = PATCHES
    elif name == SHOWN_OR_NAMED_MASKS and (layout.engine == ONNX or layout.tokenizer is None):
        name = "masks"  # exports have the part for points and boxes alone
    return replace(settings, name=name)
