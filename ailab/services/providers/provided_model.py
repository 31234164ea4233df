"""A model that an Inference Provider runs."""

from __future__ import annotations

from dataclasses import dataclass

HF_INFERENCE = "hf-inference"
"""The provider that is asked: Hugging Face's own, which alone serves tasks that read pictures."""

PROVIDER_NAMES = {
    HF_INFERENCE: "HF Inference",
    "fal-ai": "fal",
    "replicate": "Replicate",
    "together": "Together",
    "wavespeed": "WaveSpeed",
}

PROVIDED_TASKS = (
    "image-classification",
    "object-detection",
    "image-segmentation",
    "zero-shot-image-classification",
    "image-to-text",
    "image-to-image",
)
"""Pipeline tags that `huggingface_hub` has a call for, and whose answers ailab shows."""


@dataclass(frozen=True, slots=True)
class ProvidedModel:
    """A model as it can be asked for.

    Attributes:
        name: its id on the Hub.
        task: one of `PROVIDED_TASKS`.
        provider: key of who runs it.
        host: the host that the pictures are sent to.
    """

    name: str
    task: str
    provider: str
    host: str


def provider_name(key: str) -> str:
    """What people call a provider."""
    return PROVIDER_NAMES.get(key, key)
