"""What to do where a text in the model field seems to belong to another source."""

from __future__ import annotations

import asyncio
from pathlib import Path

from ailab.services.hub.model_id import is_model_id
from ailab.viewmodels.inference_state import ModelSource

_PATH_STARTS = ("/", "~", ".", "\\", *(f"{letter}:\\" for letter in "CDEFGHcdefgh"))


async def other_source(source: ModelSource, text: str) -> str:
    """A sentence that names the other source; empty where the text suits its own.

    Args:
        source: the one chosen.
        text: what stands in the field.
    """
    if source is ModelSource.SERVER:
        return ""
    if source is ModelSource.LOCAL:
        is_id = "/" in text and is_model_id(text) and not text.lower().endswith(".onnx")
        if is_id and not await asyncio.to_thread(Path(text).exists):
            return "For a model of the Hub, choose the model source “Hugging Face”."
    elif text.startswith(_PATH_STARTS) or text.endswith(".onnx"):
        return "For a model on this disk, choose the model source “Local”."
    return ""
