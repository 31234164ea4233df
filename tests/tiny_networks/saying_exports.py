"""Exports in parts, made by hand, that say the same whatever picture they are shown."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from tiny_networks.word_tokens import END, START, save_tokenizer

FLORENCE, GEMMA = "Florence2ForConditionalGeneration", "PaliGemmaForConditionalGeneration"
_SIDE = 8
_FLOAT, _INT = TensorProto.FLOAT, TensorProto.INT64


def save_saying(
    folder: Path, architecture: str, said: Sequence[str], marks: Sequence[str], before: int = 1
) -> Path:
    """A model that writes the words and marks of `said`.

    Args:
        folder: of the model.
        architecture: Florence's, or PaliGemma's.
        said: words of the tokenizer, and marks.
        marks: more tokens of the tokenizer, which are no words.
        before: how many tokens stand before its answer, the picture's among them.
    """
    words = [word for word in said if word not in marks]
    save_tokenizer(folder, marks, words=list(dict.fromkeys(words)))
    known = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    numbers = dict(known["model"]["vocab"])
    numbers |= {each["content"]: each["id"] for each in known["added_tokens"]}
    tokens = [numbers[word] for word in said]
    graphs = folder / "onnx"
    graphs.mkdir()
    sees = architecture == FLORENCE
    _save(
        graphs / "vision_encoder.onnx",
        [
            helper.make_node("ReduceMean", ["pixel_values"], ["mean"], axes=[1, 2], keepdims=0),
            helper.make_node("ReduceMean", ["mean"], ["flat"], axes=[1], keepdims=1),
            helper.make_node("Unsqueeze", ["flat", "second"], ["image_features"]),
        ],
        [_value("pixel_values", _FLOAT, "batch", 3, _SIDE, _SIDE)],
        [_value("image_features", _FLOAT, "batch", 1, 1)],
    )
    _save(
        graphs / "embed_tokens.onnx",
        [
            helper.make_node("Cast", ["input_ids"], ["numbers"], to=_FLOAT),
            helper.make_node("Unsqueeze", ["numbers", "second"], ["inputs_embeds"]),
        ],
        [_value("input_ids", _INT, "batch", "length")],
        [_value("inputs_embeds", _FLOAT, "batch", "length", 1)],
    )
    vectors = _value("inputs_embeds", _FLOAT, "batch", "length", 1)
    states = _value("encoder_hidden_states", _FLOAT, "batch", "all", 1)
    if sees:
        _save(
            graphs / "encoder_model.onnx",
            [helper.make_node("Identity", ["inputs_embeds"], ["last_hidden_state"])],
            [vectors],
            [_value("last_hidden_state", _FLOAT, "batch", "length", 1)],
        )
    _save(
        graphs / ("decoder_model.onnx" if sees else "decoder_model_merged.onnx"),
        [
            helper.make_node("Shape", ["inputs_embeds"], ["shape"]),
            helper.make_node("Gather", ["shape", "first"], ["length"]),
            helper.make_node("Sub", ["length", "before"], ["place"]),
            helper.make_node("Gather", ["said", "place"], ["token"]),
            helper.make_node("OneHot", ["token", "size", "offon"], ["row"], axis=-1),
            helper.make_node("Unsqueeze", ["row", "first"], ["logits"]),
        ],
        [vectors, states] if sees else [vectors],
        [_value("logits", _FLOAT, 1, 1, len(numbers))],
        said=np.array([*tokens, END]),
        before=np.array([before]),
        size=np.array(len(numbers)),
    )
    settings = {"bos_token_id": START, "eos_token_id": END, "max_new_tokens": 256}
    files = {
        "config": {"architectures": [architecture], "image_token_index": numbers.get("<image>")},
        "preprocessor_config": {
            "image_processor_type": "SiglipImageProcessor",
            "size": {"height": _SIDE, "width": _SIDE},
            "image_seq_length": 1,
        },
        "generation_config": {**settings, **({"decoder_start_token_id": END} if sees else {})},
    }
    for file, values in files.items():
        (folder / f"{file}.json").write_text(json.dumps(values), encoding="utf-8")
    return folder


def _value(name: str, kind: int, *shape: int | str) -> Any:
    return helper.make_tensor_value_info(name, kind, list(shape))


def _save(
    path: Path, nodes: list[Any], inputs: list[Any], outputs: list[Any], **constants: Any
) -> None:
    constants |= {
        "first": np.array([1]),
        "second": np.array([2]),
        "offon": np.array([0.0, 1.0], np.float32),
    }
    weights = [numpy_helper.from_array(each, name) for name, each in constants.items()]
    graph = helper.make_graph(nodes, "part", inputs, outputs, weights)
    opset = helper.make_opsetid("", 17)
    onnx.save(helper.make_model(graph, opset_imports=[opset], ir_version=8), path)
