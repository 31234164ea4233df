"""A model that an Inference Provider runs."""

from __future__ import annotations

from dataclasses import dataclass

HF_INFERENCE = "hf-inference"
"""Hugging Face's own provider, which alone serves tasks that read pictures and do not chat."""

CONVERSATIONAL = "conversational"
"""What the Hub calls the task of models that chat, whoever serves them."""

PROVIDER_NAMES = {
    "baseten": "Baseten",
    "cerebras": "Cerebras",
    "cohere": "Cohere",
    "deepinfra": "DeepInfra",
    "fal-ai": "fal",
    "featherless-ai": "Featherless AI",
    "fireworks-ai": "Fireworks",
    "groq": "Groq",
    HF_INFERENCE: "HF Inference",
    "hyperbolic": "Hyperbolic",
    "nebius": "Nebius",
    "novita": "Novita",
    "nscale": "Nscale",
    "ovhcloud": "OVHcloud",
    "publicai": "Public AI",
    "replicate": "Replicate",
    "sambanova": "SambaNova",
    "scaleway": "Scaleway",
    "together": "Together",
    "wavespeed": "WaveSpeed",
    "zai-org": "Z.ai",
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

SEEING_TAGS = frozenset(
    {
        "any-to-any",
        "document-question-answering",
        "image-text-to-text",
        "image-to-text",
        "visual-question-answering",
    }
)
"""Pipeline tags of models that look at a picture where they chat; others read words alone."""


@dataclass(frozen=True, slots=True)
class ProvidedModel:
    """A model as it can be asked for.

    Attributes:
        name: its id on the Hub.
        task: one of `PROVIDED_TASKS`, or `CONVERSATIONAL`.
        provider: key of who runs it.
        host: the host that the pictures are sent to.
        providers: keys of all who can be asked for it, this one too, in the Hub's order.
    """

    name: str
    task: str
    provider: str
    host: str
    providers: tuple[str, ...] = ()

    @property
    def chats(self) -> bool:
        """It is asked a question about the picture, at the one address for conversations."""
        return self.task == CONVERSATIONAL


def provider_name(key: str) -> str:
    """What people call a provider."""
    return PROVIDER_NAMES.get(key, key)
