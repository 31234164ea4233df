"""Small graphs that score labels by the colours that they name, made without PyTorch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

WORDS = ("[PAD]", "[UNK]", "red", "green", "blue", ".", "dark")
EMBEDDED = np.array(
    [[9, 9, 9], [0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0], [0.5, 0.5, 0.5]], np.float32
)
BOXES = np.array([[[0.5, 0.5, 0.5, 0.5], [0.25, 0.5, 0.5, 1.0]]], np.float32)
Shape = list[int | str]


def write_tokenizer(folder: Path) -> None:
    """Write the tokenizer of `WORDS` into a folder."""
    vocabulary = {word: number for number, word in enumerate(WORDS)}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps({"pad_token": "[PAD]"}))


def describe(folder: Path, architecture: str, **config: Any) -> None:
    """Write what says how pictures go into a network of an architecture."""
    (folder / "config.json").write_text(json.dumps({"architectures": [architecture], **config}))
    processor = {
        "image_processor_type": "ViTImageProcessor",
        "size": {"height": 8, "width": 8},
        "do_normalize": False,
    }
    (folder / "preprocessor_config.json").write_text(json.dumps(processor))


def word_parts(ids: Shape, mask: str | None) -> tuple[list[Any], list[Any], list[Any]]:
    """Inputs, nodes and constants that make `texts` (labels, 3) and `tokens` (labels, n, 3)."""
    inputs = [helper.make_tensor_value_info("input_ids", TensorProto.INT64, ids)]
    nodes = [helper.make_node("Gather", ["words", "input_ids"], ["tokens"])]
    if mask is not None:
        inputs.append(helper.make_tensor_value_info(mask, TensorProto.INT64, ids))
        nodes += [
            helper.make_node("Cast", [mask], ["seen"], to=TensorProto.FLOAT),
            helper.make_node("Unsqueeze", ["seen", "last"], ["share"]),
            helper.make_node("Mul", ["tokens", "share"], ["meant"]),
            helper.make_node("ReduceSum", ["meant", "middle"], ["texts"], keepdims=0),
        ]
    else:
        nodes.append(helper.make_node("ReduceSum", ["tokens", "middle"], ["texts"], keepdims=0))
    constants = [
        numpy_helper.from_array(EMBEDDED, "words"),
        numpy_helper.from_array(np.array([2]), "last"),
        numpy_helper.from_array(np.array([1]), "middle"),
    ]
    return inputs, nodes, constants


def save_graph(
    folder: Path,
    nodes: list[Any],
    inputs: list[Any],
    outputs: tuple[str, ...],
    constants: list[Any],
) -> Path:
    """Write `onnx/model.onnx`, whose nodes find the means of the colours as `colours`."""
    pixels = helper.make_tensor_value_info("pixel_values", TensorProto.FLOAT, [1, 3, 8, 8])
    graph = helper.make_graph(
        [
            helper.make_node("ReduceMean", ["pixel_values"], ["colours"], axes=[2, 3], keepdims=0),
            *nodes,
        ],
        "g",
        [*inputs, pixels],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    (folder / "onnx").mkdir()
    onnx.save(model, folder / "onnx" / "model.onnx")
    return folder


def colour_scorer(
    folder: Path,
    architecture: str = "CLIPModel",
    *,
    ids: Shape | None = None,
    mask: str | None = "attention_mask",
) -> Path:
    """A label's score is the sum of the means of the colours that it names."""
    inputs, nodes, constants = word_parts(ids or ["labels", "length"], mask)
    nodes += [
        helper.make_node("Transpose", ["texts"], ["turned"], perm=[1, 0]),
        helper.make_node("MatMul", ["colours", "turned"], ["logits_per_image"]),
    ]
    write_tokenizer(folder)
    describe(folder, architecture)
    return save_graph(folder, nodes, inputs, ("logits_per_image",), constants)


def colour_vectors(folder: Path) -> Path:
    """Vectors of a picture and of labels, as Jina's CLIP gives them, and no scores."""
    inputs, nodes, constants = word_parts(["labels", "length"], None)
    nodes += [
        helper.make_node("Identity", ["texts"], ["text_embeddings"]),
        helper.make_node("Identity", ["colours"], ["image_embeddings"]),
    ]
    write_tokenizer(folder)
    describe(folder, "JinaCLIPModel")
    outputs = ("text_embeddings", "image_embeddings")
    return save_graph(folder, nodes, inputs, outputs, constants)


def colour_mapper(folder: Path, *, ids: Shape | None = None, is_squeezed: bool = False) -> Path:
    """Each label has a map: how much of its colours each of 8 × 8 pixels has, less one half."""
    inputs, nodes, constants = word_parts(ids or ["labels", "length"], "attention_mask")
    nodes += [
        helper.make_node("Reshape", ["pixel_values", "flat"], ["pixels"]),
        helper.make_node("MatMul", ["texts", "pixels"], ["shares"]),
        helper.make_node("Sub", ["shares", "half"], ["lessened"]),
        helper.make_node("Reshape", ["lessened", "shape"], ["logits"]),
    ]
    constants += [
        numpy_helper.from_array(np.array([3, 64]), "flat"),
        numpy_helper.from_array(np.array([8, 8] if is_squeezed else [-1, 8, 8]), "shape"),
        numpy_helper.from_array(np.array(0.5, np.float32), "half"),
    ]
    write_tokenizer(folder)
    describe(folder, "CLIPSegForImageSegmentation")
    return save_graph(folder, nodes, inputs, ("logits",), constants)


def colour_finder(folder: Path, *, ids: Shape | None = None) -> Path:
    """As above, less 1 for the second of two boxes."""
    inputs, nodes, constants = word_parts(ids or ["labels", "length"], "attention_mask")
    nodes += [
        helper.make_node("Transpose", ["texts"], ["turned"], perm=[1, 0]),
        helper.make_node("MatMul", ["colours", "turned"], ["scores"]),
        helper.make_node("Add", ["scores", "less"], ["boxed"]),
        helper.make_node("Unsqueeze", ["boxed", "first"], ["logits"]),
        helper.make_node("Identity", ["boxes"], ["pred_boxes"]),
    ]
    constants += [
        numpy_helper.from_array(np.array([[0], [-1]], np.float32), "less"),
        numpy_helper.from_array(np.array([0]), "first"),
        numpy_helper.from_array(BOXES, "boxes"),
    ]
    write_tokenizer(folder)
    describe(folder, "OwlViTForObjectDetection")
    return save_graph(folder, nodes, inputs, ("logits", "pred_boxes"), constants)


def colour_halves(folder: Path, **config: Any) -> Path:
    """What sees and what reads, in folders of their own, as Immich keeps them."""
    (folder / "textual").mkdir()
    (folder / "visual").mkdir()
    write_tokenizer(folder / "textual")
    (folder / "config.json").write_text(json.dumps(config))
    steps: dict[str, Any] = {"size": [8, 8], "mode": "RGB", "mean": [0, 0, 0], "std": [1, 1, 1]}
    steps |= {"interpolation": "bicubic", "resize_mode": "squash", "fill_color": 0}
    (folder / "visual" / "preprocess_cfg.json").write_text(json.dumps(steps))
    means = helper.make_node("ReduceMean", ["image"], ["embedding"], axes=[2, 3], keepdims=0)
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, ["n", 3, 8, 8])
    told = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, None)
    reads = [
        helper.make_node("Gather", ["words", "text"], ["tokens"]),
        helper.make_node("ReduceSum", ["tokens", "middle"], ["embedding"], keepdims=0),
    ]
    text = helper.make_tensor_value_info("text", TensorProto.INT32, ["n", 12])
    silent = EMBEDDED * (EMBEDDED < 9)  # what fills up says nothing
    constants = [
        numpy_helper.from_array(silent, "words"),
        numpy_helper.from_array(np.array([1]), "middle"),
    ]
    for name, graph in (
        ("visual", helper.make_graph([means], "sees", [image], [told])),
        ("textual", helper.make_graph(reads, "reads", [text], [told], constants)),
    ):
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        onnx.save(model, folder / name / "model.onnx")
    return folder
