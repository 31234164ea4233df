"""Which networks run from safetensors alone, whatever ONNX files lie beside these."""

from __future__ import annotations

from collections.abc import Iterable

from ailab.services.inference.chat_models import chats
from ailab.services.inference.writing_models import WRITING_MODELS


def runs_on_torch_alone(architectures: Iterable[str]) -> bool:
    """True for a network that chats, and for one that writes of which there is no usual export.

    Args:
        architectures: as its `config.json` names them.
    """
    names = tuple(architectures)
    writing = (WRITING_MODELS[name] for name in names if name in WRITING_MODELS)
    return chats(names) or any(model.has_no_export for model in writing)
