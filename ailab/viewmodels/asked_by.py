"""What a model of the Hub asks for, before its files are read."""

from __future__ import annotations

from ailab.services.hub.model_info import ModelDetails
from ailab.services.inference.prompt_kind import PromptKind, prompt_kind


def asked_by(details: ModelDetails) -> PromptKind:
    """What a Hub model takes beside the picture, as far as its details tell."""
    architecture = details.architectures[0] if details.architectures else ""
    return prompt_kind(details.info.task, architecture=architecture)
