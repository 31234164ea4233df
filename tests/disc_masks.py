"""A network that makes masks, as two small graphs whose answers can be worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

FLOAT, INT64 = TensorProto.FLOAT, TensorProto.INT64
SIDE, CELLS = 64, 16
STEEP = 10.0
SCORES = (0.9, 0.95, 0.7)
RADII = (12.0, 20.0, 28.0)

Marks = Literal["points", "corners", "boxes"]


def write_discs(folder: Path, *, marks: Marks = "points", score: float = 0.0) -> Path:
    """Write a model's folder in Hugging Face layout; see `save_decoder`."""
    (folder / "onnx").mkdir()
    (folder / "config.json").write_text(json.dumps({"architectures": ["SamModel"]}))
    preparing = {
        "image_processor_type": "SamImageProcessor",
        "size": {"longest_edge": SIDE},
        "pad_size": {"height": SIDE, "width": SIDE},
    }
    (folder / "preprocessor_config.json").write_text(json.dumps(preparing))
    save_vision(folder / "onnx" / "vision_encoder.onnx")
    decoder = folder / "onnx" / "prompt_encoder_mask_decoder.onnx"
    save_decoder(decoder, marks=marks, score=score)
    return folder


def save(
    path: Path,
    nodes: list[onnx.NodeProto],
    inputs: list[onnx.ValueInfoProto],
    outputs: list[onnx.ValueInfoProto],
    constants: dict[str, npt.ArrayLike],
) -> None:
    graph = helper.make_graph(
        nodes,
        "masks",
        inputs,
        outputs,
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()],
    )
    opset = helper.make_opsetid("", 17)
    onnx.save(helper.make_model(graph, opset_imports=[opset], ir_version=8), path)


def info(name: str, kind: int, *shape: int | str) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, kind, shape)


def save_vision(path: Path) -> None:
    """What it sees of a picture is its mean colour."""
    nodes = [
        helper.make_node("ReduceMean", ["pixel_values"], ["image_embeddings"], axes=[2, 3]),
        helper.make_node("Identity", ["nothing"], ["image_positional_embeddings"]),
    ]
    save(
        path,
        nodes,
        [info("pixel_values", FLOAT, 1, 3, SIDE, SIDE)],
        [
            info("image_embeddings", FLOAT, 1, 3, 1, 1),
            info("image_positional_embeddings", FLOAT, 1, 1),
        ],
        {"nothing": np.zeros((1, 1), np.float32)},
    )


def save_decoder(path: Path, *, marks: Marks = "points", score: float = 0.0) -> None:
    """Three discs of growing radius around the mean of what is shown.

    Args:
        path: of the file.
        marks: `points`, or `corners` where it tells the corners of boxes apart by their labels
            (a box's discs are then half as large), or `boxes` where it has an input for them.
        score: what is added to the scores.
    """
    y, x = np.mgrid[:CELLS, :CELLS].astype(np.float32)
    cells = np.stack([x, y], axis=-1).reshape(1, 1, 1, CELLS, CELLS, 2) * (SIDE / CELLS)
    cells += SIDE / CELLS / 2
    radii = np.array(RADII, np.float32).reshape(1, 1, 3, 1, 1)
    constants: dict[str, npt.ArrayLike] = {
        "cells": cells.astype(np.float32),
        "radii": radii,
        "steep": np.float32(STEEP),
        "scores": (np.array(SCORES, np.float32) + np.float32(score)).reshape(1, 1, 3),
        "axes": np.array([2, 3, 4], np.int64),
        "last": np.array([-1], np.int64),
        "half": np.float32(0.5),
        "one": np.float32(1),
        "zero": np.float32(0),
        "none": np.float32(0),
    }
    inputs = [
        info("input_points", FLOAT, 1, "things", "points", 2),
        info("input_labels", INT64, 1, "things", "points"),
        info("image_embeddings", FLOAT, 1, 3, 1, 1),
        info("image_positional_embeddings", FLOAT, 1, 1),
    ]
    nodes = [helper.make_node("ReduceMean", ["input_points"], ["centre"], axes=[2], keepdims=0)]
    centre, radius = "centre", "radii"
    if marks == "corners":
        nodes += [
            # 2 · label - 5 is -1 and 1 for the corners: a box is smaller where they are in order.
            helper.make_node("Cast", ["input_labels"], ["kinds"], to=FLOAT),
            helper.make_node("ReduceMax", ["kinds"], ["most"], axes=[0, 1, 2], keepdims=0),
            helper.make_node("Slice", ["kinds", "start", "end", "axis"], ["first"]),
            helper.make_node("ReduceMax", ["first"], ["begins"], axes=[0, 1, 2], keepdims=0),
            helper.make_node("Sub", ["most", "begins"], ["order"]),
            helper.make_node("Greater", ["most", "limit"], ["is_box"]),
            helper.make_node("Mul", ["order", "half"], ["smaller"]),
            helper.make_node("Where", ["is_box", "smaller", "none"], ["less"]),
            helper.make_node("Sub", ["one", "less"], ["share"]),
            helper.make_node("Mul", ["radii", "share"], ["sized"]),
        ]
        constants |= {
            "start": np.array([0], np.int64),
            "end": np.array([1], np.int64),
            "axis": np.array([2], np.int64),
            "limit": np.float32(1.5),
        }
        radius = "sized"
    if marks == "boxes":
        inputs.append(info("input_boxes", FLOAT, 1, "things", 4))
        nodes += [
            helper.make_node("Reshape", ["input_boxes", "pairs"], ["corners"]),
            helper.make_node("ReduceMean", ["corners"], ["middle"], axes=[2], keepdims=0),
        ]
        constants["pairs"] = np.array([1, -1, 2, 2], np.int64)
        centre = "middle"
    nodes += [
        helper.make_node("Unsqueeze", [centre, "axes"], ["wide"]),
        helper.make_node("Sub", ["cells", "wide"], ["way"]),
        helper.make_node("Mul", ["way", "way"], ["squares"]),
        helper.make_node("ReduceSum", ["squares", "last"], ["square"], keepdims=0),
        helper.make_node("Sqrt", ["square"], ["distance"]),
        helper.make_node("Sub", [radius, "distance"], ["inner"]),
        helper.make_node("Mul", ["inner", "steep"], ["pred_masks"]),
        helper.make_node("ReduceSum", [centre, "last"], ["sum"], keepdims=1),
        helper.make_node("Mul", ["sum", "zero"], ["zeros"]),
        helper.make_node("Add", ["zeros", "scores"], ["iou_scores"]),
    ]
    save(
        path,
        nodes,
        inputs,
        [
            info("iou_scores", FLOAT, 1, "things", 3),
            info("pred_masks", FLOAT, 1, "things", 3, CELLS, CELLS),
        ],
        constants,
    )
