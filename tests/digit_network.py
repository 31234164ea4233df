"""A tiny network that knows digits, of one grey channel."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper
from PIL import Image, ImageDraw

SIDE = 28


def a_digit(number: int) -> Image.Image:
    """White bars on black, of a tint: as many as the number says."""
    picture = Image.new("RGB", (64, 64))
    for bar in range(number + 1):
        ImageDraw.Draw(picture).rectangle((4, 4 + 7 * bar, 56, 7 + 7 * bar), (250, 255, 230))
    return picture


def grey_of(picture: Image.Image) -> npt.NDArray[np.float32]:
    """What such networks are given elsewhere: Pillow's grey, resized, from 0 to 1."""
    small = picture.convert("L").resize((SIDE, SIDE), Image.Resampling.BILINEAR)
    return np.asarray(small, np.float32) / np.float32(255)


def recogniser(
    digits: list[Image.Image], *, is_last: bool = False, first: str = "n"
) -> onnx.ModelProto:
    """A network that knows each digit by how near a picture is to it."""
    known = np.stack([grey_of(each).ravel() for each in digits])
    weights = {
        "known": 2 * known.T,
        "sizes": -np.square(known).sum(axis=1),
        "flat": np.array([1, SIDE * SIDE]),
    }
    nodes = [
        helper.make_node("Reshape", ["pixels", "flat"], ["row"]),
        helper.make_node("MatMul", ["row", "known"], ["alike"]),
        helper.make_node("Add", ["alike", "sizes"], ["logits"]),
    ]
    taken: list[int | str | None]
    taken = [first, SIDE, SIDE, 1] if is_last else [first, 1, SIDE, SIDE]
    graph = helper.make_graph(
        nodes,
        "digits",
        [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, taken)],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", len(digits)])],
        [numpy_helper.from_array(values, name) for name, values in weights.items()],
    )
    opset = helper.make_opsetid("", 17)
    return helper.make_model(graph, opset_imports=[opset], ir_version=8)
