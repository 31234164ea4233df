"""What a tiny network that answers in a conversation is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tiny_networks.word_tokens import END, PAD, START, VOCABULARY

ENDS = {"bos_token_id": START, "eos_token_id": END, "pad_token_id": PAD}
LAYERS = {
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
}
TEXT = {
    **LAYERS,
    "num_key_value_heads": 1,
    "head_dim": 16,
    "max_position_embeddings": 4096,
    **ENDS,
}
LLAMA = {**TEXT, "model_type": "llama"}
SIDE, PATCH = 32, 8
SQUARE = {"height": SIDE, "width": SIDE}
IMAGE = {"image_size": SIDE, "patch_size": PATCH}
CLIP = {**LAYERS, **IMAGE, "model_type": "clip_vision_model", "projection_dim": 32}
SIGLIP = {**LAYERS, **IMAGE, "model_type": "siglip_vision_model", "vision_use_head": False}
PIXTRAL = {**LAYERS, "model_type": "pixtral", "image_size": 64, "patch_size": 8, "head_dim": 16}
AREA = {"shortest_edge": 256, "longest_edge": 4096}
"""Least and most pixels, as Qwen's image processors have them."""


@dataclass(frozen=True, slots=True)
class TinyChat:
    """A network, and what its processor is made of.

    Attributes:
        network: a model of transformers.
        pictures: its image processor.
        processor: class of the processor that puts both together.
        place: what stands for the picture in the conversation.
        marks: tokens of its tokenizer that are no words.
        named: those that the tokenizer has names for.
        settings: of `processor_config.json`.
    """

    network: Any
    pictures: Any
    processor: str
    place: str
    marks: Sequence[str]
    named: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)


def numbers(marks: Sequence[str]) -> dict[str, int]:
    """The numbers of marks, which follow those of the words."""
    return {mark: VOCABULARY + place for place, mark in enumerate(marks)}


def words(marks: Sequence[str]) -> dict[str, int]:
    """How many words and marks there are."""
    return {"vocab_size": VOCABULARY + len(marks)}


def turns(sections: Sequence[int], **more: Any) -> dict[str, Any]:
    """Rotary positions in sections."""
    rope = {"rope_type": "default", "rope_theta": 10000.0, "mrope_section": list(sections), **more}
    return {"rope_parameters": rope}


def without(values: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """A configuration without some of its values."""
    return {name: value for name, value in values.items() if name not in names}
