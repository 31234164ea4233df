"""Exports of networks that are asked something, laid out as onnx-community lays them out.

Names of files, inputs and outputs are those of onnx-community/Florence-2-base-ft, as
transformers.js reads it, and of https://github.com/NSTiwari/PaliGemma2-ONNX-Transformers.js, which
PaliGemma 2 was exported by.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import onnx
import torch
from transformers import (
    DynamicCache,
    Florence2ForConditionalGeneration,
    PaliGemmaForConditionalGeneration,
)

from tiny_networks.traced_past import LOWEST, cache_of, kept_in, later_hidden
from tiny_networks.word_exports import export_graph, merged_graph

ASKED = (Florence2ForConditionalGeneration, PaliGemmaForConditionalGeneration)
"""The networks that have such an export."""

_VECTORS, _SEEN, _STATES, _LOGITS = (
    "inputs_embeds",
    "encoder_attention_mask",
    "encoder_hidden_states",
    "logits",
)
_SIDES = ("decoder", "encoder")


def export_asked(network: Any, folder: Path, *, suffix: str = "", merged: bool = True) -> None:
    """A network as `onnx/vision_encoder.onnx`, `embed_tokens.onnx` and those that read and write.

    Args:
        network: Florence-2 or PaliGemma.
        folder: gets `onnx/`.
        suffix: what ends the names of the files, such as `_fp16`.
        merged: False for Florence-2's decoder as two files, with and without a past.
    """
    target = folder / "onnx"
    target.mkdir(parents=True, exist_ok=True)
    network.set_attn_implementation("eager")
    model = network.model
    vision = network.config.vision_config
    side = getattr(vision, "image_size", 64)
    pixels = torch.zeros(1, 3, side, side)
    seen = target / f"vision_encoder{suffix}.onnx"
    export_graph(_Vision(model), (pixels,), seen, ["pixel_values"], ["image_features"])
    tokens = torch.ones(2, 3, dtype=torch.int64)
    table = network.get_input_embeddings()
    read = target / f"embed_tokens{suffix}.onnx"
    export_graph(table, (tokens,), read, ["input_ids"], [_VECTORS])
    vectors = table(tokens).detach()
    if isinstance(network, PaliGemmaForConditionalGeneration):
        _export_going_on(network, vectors, target / f"decoder_model_merged{suffix}.onnx")
    else:
        _export_answering(network, vectors, target, suffix, merged=merged)


def _export_answering(
    network: Any, vectors: Any, target: Path, suffix: str, *, merged: bool
) -> None:
    """Florence-2's encoder, and its decoder."""
    mask = torch.ones(vectors.shape[:2], dtype=torch.int64)
    encoder = _Encoder(network.model.language_model.encoder)
    export_graph(
        encoder,
        (vectors, mask),
        target / f"encoder_model{suffix}.onnx",
        [_VECTORS, "attention_mask"],
        ["last_hidden_state"],
    )
    states = encoder(vectors, mask).detach()
    given = [_VECTORS, _SEEN, _STATES]
    decoder = _Answering(network)
    _, *made = decoder(vectors, mask, states)
    names = [
        f"{layer}.{side}.{kind}"
        for layer in range(len(made) // 4)
        for side in _SIDES
        for kind in ("key", "value")
    ]
    past, present = (
        [f"{kind}.{name}" for name in names] for kind in ("past_key_values", "present")
    )
    first = target / f"decoder_model{suffix}.onnx"
    later = target / f"decoder_with_past_model{suffix}.onnx"
    export_graph(decoder, (vectors, mask, states), first, given, [_LOGITS, *present])
    kept = [values.detach() for values in made]
    if merged:
        last = (vectors[:, :1], mask, states, *kept)
        export_graph(decoder, last, later, [*given, *past], [_LOGITS, *present])
        whole = merged_graph(onnx.load(first), onnx.load(later))
        onnx.save(whole, target / f"decoder_model_merged{suffix}.onnx")
        first.unlink()
        later.unlink()
        return
    own = [name for name in present if ".decoder." in name]
    export_graph(
        _AnsweringOn(decoder),
        (vectors[:, :1], mask, *kept),
        later,
        [*given[:2], *past],
        [_LOGITS, *own],
    )


def _export_going_on(network: Any, vectors: Any, path: Path) -> None:
    """PaliGemma's decoder, which takes a past of any length, at first of none."""
    text = network.config.text_config
    heads, width = text.num_key_value_heads, text.head_dim
    names = [f"{n}.{kind}" for n in range(text.num_hidden_layers) for kind in ("key", "value")]
    past = [torch.zeros(2, heads, 5, width) for _ in names]
    positions = torch.arange(6, 6 + vectors.shape[1]).expand(2, -1)
    export_graph(
        _GoingOn(network),
        (vectors, positions, *past),
        path,
        [_VECTORS, "position_ids", *(f"past_key_values.{name}" for name in names)],
        [_LOGITS, *(f"present.{name}" for name in names)],
    )


class _Vision(torch.nn.Module):  # type: ignore[misc]
    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    def forward(self, pixel_values: Any) -> Any:
        return self.model.get_image_features(pixel_values).pooler_output


class _Encoder(torch.nn.Module):  # type: ignore[misc]
    def __init__(self, encoder: Any) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, inputs_embeds: Any, attention_mask: Any) -> Any:
        mask = _unseen(attention_mask)
        return self.encoder(inputs_embeds=inputs_embeds, attention_mask=mask).last_hidden_state


class _Answering(torch.nn.Module):  # type: ignore[misc]
    def __init__(self, network: Any) -> None:
        super().__init__()
        self.decoder = network.model.language_model.decoder
        self.head = network.lm_head

    def forward(
        self,
        inputs_embeds: Any,
        encoder_attention_mask: Any,
        encoder_hidden_states: Any,
        *past: Any,
    ) -> Any:
        cache = cache_of(past)
        later = later_hidden(past, inputs_embeds.shape[1])
        answer = self.decoder(
            inputs_embeds=inputs_embeds,
            attention_mask=later.expand(inputs_embeds.shape[0], 1, -1, -1),
            encoder_hidden_states=encoder_hidden_states,
            encoder_attention_mask=_unseen(encoder_attention_mask),
            past_key_values=cache,
            use_cache=True,
        )
        return (self.head(answer.last_hidden_state), *kept_in(cache))


class _AnsweringOn(torch.nn.Module):  # type: ignore[misc]
    def __init__(self, decoder: _Answering) -> None:
        super().__init__()
        self.decoder = decoder

    def forward(self, inputs_embeds: Any, encoder_attention_mask: Any, *past: Any) -> Any:
        # Keys and values of the picture are there already: these states are not looked at.
        width = self.decoder.head.in_features
        states = torch.zeros(*encoder_attention_mask.shape, width)
        logits, *kept = self.decoder(inputs_embeds, encoder_attention_mask, states, *past)
        return (logits, *(each for place, each in enumerate(kept) if place % 4 < 2))


class _GoingOn(torch.nn.Module):  # type: ignore[misc]
    def __init__(self, network: Any) -> None:
        super().__init__()
        self.model = network.model.language_model
        self.head = network.lm_head
        self.softcap = getattr(network.config.text_config, "final_logit_softcapping", None)

    def forward(self, inputs_embeds: Any, position_ids: Any, *past: Any) -> Any:
        cache = DynamicCache()
        for layer in range(len(past) // 2):
            cache.update(past[2 * layer], past[2 * layer + 1], layer)
        # All of picture and question is looked at from everywhere, and the text from its end.
        everything = torch.zeros(inputs_embeds.shape[0], 1, 1, 1)
        kinds = set(getattr(self.model.config, "layer_types", None) or ())
        answer = self.model(
            inputs_embeds=inputs_embeds,
            attention_mask=dict.fromkeys(kinds, everything) if len(kinds) > 1 else everything,
            position_ids=position_ids,
            past_key_values=cache,
            use_cache=True,
        )
        logits = self.head(answer.last_hidden_state)
        if self.softcap is not None:
            logits = torch.tanh(logits / self.softcap) * self.softcap
        kept: Sequence[Any] = [each for at in cache.layers for each in (at.keys, at.values)]
        return (logits, *kept)


def _unseen(mask: Any) -> Any:
    return (1 - mask[:, None, None, :].float()) * LOWEST
