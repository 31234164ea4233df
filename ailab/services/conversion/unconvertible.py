"""The architectures of which is known that they are not converted, and why not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from ailab.services.inference.chat_models import CHAT_MODELS, JUDGES
from ailab.services.inference.writing_models import WRITING_MODELS

_WRITTEN = frozenset(
    {
        "BlipForConditionalGeneration",
        "Florence2ForConditionalGeneration",
        "GitForCausalLM",
        "Pix2StructForConditionalGeneration",
        "VisionEncoderDecoderModel",
    }
)
_OWN_WORDS = "it reads words that only its own processor makes"
_OWN_WAY = "it writes in a way of its own, which ailab has no ONNX form for"
_IN_PARTS = "it finds what is named in parts of which ailab knows no ONNX form"
_REASONS: Mapping[str, str] = MappingProxyType(
    {
        **{name: _OWN_WAY for name in WRITING_MODELS if name not in _WRITTEN},
        **dict.fromkeys(CHAT_MODELS, _OWN_WAY),
        **dict.fromkeys(JUDGES, _OWN_WORDS),
        "Sam3LiteTextModel": _IN_PARTS,
        "Sam3Model": _IN_PARTS,
    }
)


def why_not_converted(architectures: Iterable[str]) -> str:
    """Why a model cannot be turned into ONNX; empty where nothing speaks against it.

    Args:
        architectures: as the model's configuration names them.

    Returns:
        What follows the colon of “It cannot be converted to ONNX: ”.
    """
    return next((_REASONS[name] for name in architectures if name in _REASONS), "")
