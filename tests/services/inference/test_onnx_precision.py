from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from ailab.services.inference.device_in_use import DeviceInUse, device_from_json, device_to_json
from ailab.services.inference.json_fields import Fields
from ailab.services.inference.onnx_precision import weights_precision


def save(path: Path, **weights: tuple[int, int]) -> Path:
    """A model whose weights are of a type and length each."""
    tensors = []
    for name, (kind, count) in weights.items():
        tensor = helper.make_tensor(name, kind, [count], np.zeros(count, np.float32))
        tensors.append(tensor)
    port = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1])
    node = helper.make_node("Identity", ["x"], ["y"])
    out = helper.make_tensor_value_info("y", TensorProto.FLOAT, [1])
    graph = helper.make_graph([node], "tiny", [port], [out], tensors)
    onnx.save(helper.make_model(graph), path)
    return path


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (TensorProto.FLOAT, "float32"),
        (TensorProto.FLOAT16, "float16"),
        (TensorProto.BFLOAT16, "bfloat16"),
        (TensorProto.INT8, ""),
    ],
)
def test_that_what_most_of_the_weights_are_is_told(tmp_path: Path, kind: int, name: str) -> None:
    others = (TensorProto.FLOAT16 if kind != TensorProto.FLOAT16 else TensorProto.FLOAT, 3)
    assert weights_precision([save(tmp_path / "m.onnx", a=(kind, 20), b=others)]) == name


def test_that_the_parts_of_a_model_count_together(tmp_path: Path) -> None:
    small = save(tmp_path / "a.onnx", a=(TensorProto.FLOAT, 5))
    large = save(tmp_path / "b.onnx", a=(TensorProto.FLOAT16, 50))
    assert weights_precision([small, large]) == "float16"


def test_that_weights_in_a_file_of_their_own_are_told_too(tmp_path: Path) -> None:
    path = tmp_path / "m.onnx"
    tensor = numpy_helper.from_array(np.zeros((64, 64), np.float16), "a")
    port = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1])
    node = helper.make_node("Identity", ["x"], ["y"])
    out = helper.make_tensor_value_info("y", TensorProto.FLOAT, [1])
    model = helper.make_model(helper.make_graph([node], "tiny", [port], [out], [tensor]))
    onnx.save(model, path, save_as_external_data=True, size_threshold=0, location="m.data")
    assert weights_precision([path]) == "float16"


@pytest.mark.parametrize("data", [b"", b"\x3a\xff", b"\xff" * 50, b"\x3a\x02\x2a\x7f", b"\x3b"])
def test_that_what_is_damaged_is_not_known(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "m.onnx"
    path.write_bytes(data)
    assert weights_precision([path]) == ""
    assert weights_precision([tmp_path / "none.onnx"]) == ""


def test_that_a_precision_comes_through_the_pipe_and_a_strange_one_does_not() -> None:
    placed = DeviceInUse("cuda", "", "float16")
    assert device_from_json(Fields(device_to_json(placed))) == placed
    strange = device_to_json(DeviceInUse("cpu", "", "a" * 1000))
    assert device_from_json(Fields(strange)) == DeviceInUse("cpu")
