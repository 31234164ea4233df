"""What a model of the Hub asks for, before its files are read."""

from __future__ import annotations

from ailab.services.hub.model_info import ModelDetails
from ailab.services.inference.model_layout import ONNX
from ailab.services.inference.prompt_kind import PromptKind, prompt_kind

# Whoever exported these, as far as is known, left boxes out; the file itself tells once it is here.
_WITHOUT_BOXES = frozenset({"SamModel"})


def asked_by(details: ModelDetails, engine: str) -> PromptKind:
    """What a Hub model takes beside the picture, as far as its details tell.

    Args:
        details: the model's.
        engine: name of the one that would run it; empty for none.
    """
    architecture = details.architectures[0] if details.architectures else ""
    return prompt_kind(
        details.info.task,
        architecture=architecture,
        takes_boxes=engine != ONNX or architecture not in _WITHOUT_BOXES,
    )
