"""Exports of networks that write about a picture, laid out as optimum lays them out."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import onnx
import torch
from onnx import TensorProto, helper

from tiny_networks.traced_past import LOWEST, cache_of, kept_in, later_hidden

_PICTURES = {"encoder_attention_mask", "image_features", "last_hidden_state"}
_BOTH = ["input_ids", "encoder_hidden_states"]


def export_onnx(network: Any, folder: Path, *, cache: bool) -> None:
    """An encoder-decoder as `onnx/encoder_model.onnx` and its decoder.

    Args:
        network: a `VisionEncoderDecoderModel`.
        folder: gets `onnx/`.
        cache: True for `decoder_model_merged.onnx`, with keys and values kept and a switch between
            two branches; False for `decoder_model.onnx`, which sees all of the text each time.
    """
    target = _folder_for(network, folder)
    size = network.encoder.config.image_size
    pixels = torch.zeros(1, 3, *(size if isinstance(size, (list, tuple)) else (size, size)))
    names = (["pixel_values"], ["last_hidden_state"])
    export_graph(_Encoder(network), (pixels,), target / "encoder_model.onnx", *names)
    states = network.encoder(pixels).last_hidden_state.detach().repeat(2, 1, 1)
    tokens = torch.ones(2, 3, dtype=torch.int64)
    if cache:
        _export_merged(_Decoder(network, keeps=True), (tokens, states), _BOTH, target)
        return
    path = target / "decoder_model.onnx"
    export_graph(_Decoder(network, keeps=False), (tokens, states), path, _BOTH, ["logits"])


def export_patches(network: Any, folder: Path) -> None:
    """Pix2Struct as optimum exports it, with a merged decoder.

    Args:
        network: a `Pix2StructForConditionalGeneration`.
        folder: gets `onnx/`.
    """
    target = _folder_for(network, folder)
    width = network.config.vision_config.patch_embed_hidden_size + 2
    patches = torch.ones(1, 40, width)
    is_patch = torch.ones(1, 40, dtype=torch.int64)
    path = target / "encoder_model.onnx"
    names = ["flattened_patches", "attention_mask"]
    export_graph(_PatchEncoder(network), (patches, is_patch), path, names, ["last_hidden_state"])
    states = torch.ones(2, 40, network.config.vision_config.hidden_size)
    tokens = torch.ones(2, 3, dtype=torch.int64)
    given = (tokens, states, is_patch.repeat(2, 1))
    inputs = [*_BOTH, "encoder_attention_mask"]
    _export_merged(_PatchDecoder(network, keeps=True), given, inputs, target)


def _folder_for(network: Any, folder: Path) -> Path:
    target = folder / "onnx"
    target.mkdir(parents=True, exist_ok=True)
    network.encoder.set_attn_implementation("eager")
    network.decoder.set_attn_implementation("eager")
    return target


def _export_merged(decoder: Any, given: tuple[Any, ...], inputs: list[str], target: Path) -> None:
    """A decoder that keeps its past as `decoder_model_merged.onnx`."""
    _, *made = decoder(*given)
    kinds = [
        f"{layer}.{side}.{kind}"
        for layer in range(len(made) // 4)
        for side in ("decoder", "encoder")
        for kind in ("key", "value")
    ]
    past = [f"past_key_values.{kind}" for kind in kinds]
    outputs = ["logits", *(f"present.{kind}" for kind in kinds)]
    first, later = target / "first.onnx", target / "later.onnx"
    export_graph(decoder, given, first, inputs, outputs)
    goes_on = (given[0][:, :1], *given[1:], *(each.detach() for each in made))
    export_graph(decoder, goes_on, later, [*inputs, *past], outputs)
    merged = merged_graph(onnx.load(first), onnx.load(later))
    onnx.save(merged, target / "decoder_model_merged.onnx")
    first.unlink()
    later.unlink()


class _Encoder(torch.nn.Module):  # type: ignore[misc]
    def __init__(self, network: Any) -> None:
        super().__init__()
        self.encoder = network.encoder

    def forward(self, pixel_values: Any) -> Any:
        return self.encoder(pixel_values).last_hidden_state


class _Decoder(torch.nn.Module):  # type: ignore[misc]
    def __init__(self, network: Any, *, keeps: bool) -> None:
        super().__init__()
        self.decoder = network.decoder
        self.keeps = keeps

    def forward(self, input_ids: Any, encoder_hidden_states: Any, *past: Any) -> Any:
        return self._next(input_ids, encoder_hidden_states, None, past)

    def _next(self, input_ids: Any, encoder_hidden_states: Any, looked_at: Any, past: Any) -> Any:
        cache = cache_of(past)
        later = later_hidden(past, input_ids.shape[1])
        answer = self.decoder(
            input_ids=input_ids,
            attention_mask=later.expand(input_ids.shape[0], 1, -1, -1),
            encoder_hidden_states=encoder_hidden_states,
            encoder_attention_mask=looked_at,
            past_key_values=cache if self.keeps else None,
            use_cache=self.keeps,
        )
        if not self.keeps:
            return answer.logits
        return (answer.logits, *kept_in(cache))


class _PatchEncoder(torch.nn.Module):  # type: ignore[misc]
    def __init__(self, network: Any) -> None:
        super().__init__()
        self.encoder = network.encoder

    def forward(self, flattened_patches: Any, attention_mask: Any) -> Any:
        # As a number of its own kind, and whole: transformers' own way cannot be exported.
        mask = (1 - attention_mask[:, None, None, :].float()) * LOWEST
        return self.encoder(flattened_patches, attention_mask=mask).last_hidden_state


class _PatchDecoder(_Decoder):
    def forward(
        self, input_ids: Any, encoder_hidden_states: Any, encoder_attention_mask: Any, *past: Any
    ) -> Any:
        mask = (1 - encoder_attention_mask[:, None, None, :].float()) * torch.finfo(
            torch.float32
        ).min
        return self._next(input_ids, encoder_hidden_states, mask, past)


def export_graph(
    module: Any, given: tuple[Any, ...], path: Path, inputs: Sequence[str], outputs: Sequence[str]
) -> None:
    """A module as a file.

    Args:
        module: answers with one tensor or several.
        given: what it is traced on.
        path: the file.
        inputs: names of what it is given.
        outputs: names of what it answers.
    """
    axes = {name: _axes(name) for name in (*inputs, *outputs) if name != "pixel_values"}
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module.eval(),
            given,
            str(path),
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_axes=axes,
            dynamo=False,
        )


def _axes(name: str) -> dict[int, str]:
    """What is free; lengths of one name count as equal, whoever runs it."""
    if name in {"input_ids", "inputs_embeds", "position_ids", "logits"}:
        return {0: "batch", 1: "length"}
    if name in _PICTURES or name.endswith("hidden_states"):
        return {0: "batch", 1: "patches"}
    if name in {"attention_mask", "flattened_patches"}:
        return {0: "batch", 1: "all"}
    return {0: "batch", 2: "patches" if ".encoder." in name else name.partition(".")[0]}


def merged_graph(first: onnx.ModelProto, later: onnx.ModelProto) -> onnx.ModelProto:
    """Two decoders as the branches of one switch, as optimum merges them: with one set of weights.

    Args:
        first: takes all of a text.
        later: takes its last token and the past.
    """
    switch = helper.make_tensor_value_info("use_cache_branch", TensorProto.BOOL, [1])
    shared: dict[bytes, TensorProto] = {}
    branches = [_branch(model.graph, name, shared) for model, name in ((later, "l"), (first, "f"))]
    names = [each.name for each in later.graph.output]
    # The later branch needs no states: keys and values are made of them already.
    inputs = {each.name: each for each in (*first.graph.input, *later.graph.input)}
    choice = helper.make_node(
        "If", ["use_cache_branch"], names, then_branch=branches[0], else_branch=branches[1]
    )
    whole = helper.make_graph(
        [choice],
        "merged",
        [*inputs.values(), switch],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in names],
        list(shared.values()),
    )
    return helper.make_model(
        whole, opset_imports=list(later.opset_import), ir_version=min(later.ir_version, 10)
    )


def _branch(
    graph: onnx.GraphProto, prefix: str, shared: dict[bytes, TensorProto]
) -> onnx.GraphProto:
    """A decoder with names of its own, but for what it is given and the weights of both."""
    known = {each.name: each.name for each in graph.input}
    for weights in graph.initializer:
        own = weights.name
        weights.name = ""
        kept = shared.setdefault(weights.SerializeToString(), weights)
        kept.name = kept.name or f"weights/{len(shared)}"
        known[own] = kept.name
    for node in graph.node:
        node.name = f"{prefix}/{node.name}"
        for names in (node.input, node.output):
            for place, name in enumerate(names):
                names[place] = known.get(name, f"{prefix}/{name}") if name else ""
    outputs = [
        helper.make_tensor_value_info(f"{prefix}/{each.name}", TensorProto.FLOAT, None)
        for each in graph.output
    ]
    return helper.make_graph(list(graph.node), prefix, [], outputs)
