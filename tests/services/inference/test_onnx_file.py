"""The outline of an `.onnx` file."""

from __future__ import annotations

import os
import random
from pathlib import Path

import onnx
import pytest
from onnx import TensorProto, helper

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.onnx_file import check_onnx_file, onnx_inputs
from disc_masks import save_decoder

DEMO_MODELS = Path(__file__).parents[3] / "ailab" / "demo" / "models"


def network() -> bytes:
    """A network with some weights, as exporters write one: with names, notes and functions."""
    info = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 300]) for name in ("x", "y")]
    weights = helper.make_tensor("w", TensorProto.FLOAT, [300], [0.5] * 300)
    node = helper.make_node("Mul", ["x", "w"], ["y"])
    graph = helper.make_graph([node], "net", info[:1], info[1:], [weights])
    model: onnx.ModelProto = helper.make_model(graph, producer_name="tests", doc_string="x" * 200)
    model.model_version = -1  # ten bytes long
    for number in range(50):
        model.metadata_props.add(key=f"key {number}", value="value")
    return bytes(model.SerializeToString())


def refusal(path: Path, content: bytes) -> ModelFileError:
    path.write_bytes(content)
    with pytest.raises(ModelFileError) as caught:
        check_onnx_file(path)
    assert caught.value.advice.endswith(".")
    assert caught.value.detail
    return caught.value


def test_that_whole_models_are_accepted(tmp_path: Path) -> None:
    path = tmp_path / "m.onnx"
    path.write_bytes(network())
    check_onnx_file(path)
    models = list(DEMO_MODELS.glob("*/onnx/*.onnx"))
    assert models
    for model in models:
        check_onnx_file(model)


def test_that_real_models_are_accepted_and_their_beginnings_are_not(
    shared_dir: Path, tmp_path: Path
) -> None:
    models = list((shared_dir / "realdata" / "models").rglob("*.onnx"))
    assert models
    for model in models:
        check_onnx_file(model)
        content = model.read_bytes()
        for share in (0.01, 0.5, 0.99):
            cut = content[: int(len(content) * share)]
            assert "is damaged" in refusal(tmp_path / model.name, cut).message


def test_that_no_beginning_of_a_model_is_taken_for_the_whole(tmp_path: Path) -> None:
    content = network()
    # The fields are in the order of their numbers: what follows `opset_import` may be left out.
    needed = content.index(b"key 0") - 4
    for length in range(1, needed - 2):
        assert "is damaged" in refusal(tmp_path / "m.onnx", content[:length]).message


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "m.onnx is empty (0 bytes)."),
        (b"<!doctype html><p>Sign in to go on.", "is damaged, or is no ONNX model"),
        (b"Not Found", "is damaged, or is no ONNX model"),
        (b'{"error": "Invalid username or password."}', "is damaged, or is no ONNX model"),
        (bytes(1000), "is damaged, or is no ONNX model"),
        (b"\xff" * 1000, "is damaged, or is no ONNX model"),
        (b"\x08\x08" * 200_000, "is damaged, or is no ONNX model"),
        (b"\x08\x08\x3a\x00", "is damaged, or is no ONNX model"),
        (b"\x08\x08\x42\x00", "is damaged, or is no ONNX model"),
        (b"\x38\x00\x40\x00", "is damaged, or is no ONNX model"),
        (b"\x3a\xff\xff\xff\xff\xff\xff\xff\xff\x7f", "is damaged, or is no ONNX model"),
        (random.Random(1).randbytes(5000), "is damaged, or is no ONNX model"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0", "m.onnx is only a pointer"),
    ],
)
def test_that_what_is_no_model_is_told(tmp_path: Path, content: bytes, said: str) -> None:
    assert said in refusal(tmp_path / "m.onnx", content).message


@pytest.mark.skipif(os.name == "nt", reason="Windows lays a file's holes out on the disk")
def test_that_weights_are_not_read(tmp_path: Path) -> None:
    size = 1 << 36  # 64 GiB, of which the disk holds next to nothing
    path = tmp_path / "m.onnx"
    with path.open("wb") as file:
        file.write(b"\x3a" + bytes([0x80 | (size >> shift) & 0x7F for shift in range(0, 35, 7)]))
        file.write(bytes([size >> 35]))
        file.seek(size, os.SEEK_CUR)
        file.write(b"\x42\x00")
    check_onnx_file(path)


def test_that_a_folder_or_nothing_is_told_as_missing(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "gone.onnx"):
        with pytest.raises(ModelFileError, match="is missing"):
            check_onnx_file(path)


def test_that_the_names_of_inputs_are_read(tmp_path: Path) -> None:
    path = tmp_path / "decoder.onnx"
    save_decoder(path, marks="boxes")
    expected = {"input_points", "input_labels", "input_boxes"}
    assert onnx_inputs(path) >= expected
    save_decoder(path)
    assert onnx_inputs(path) & expected == expected - {"input_boxes"}


def test_that_a_graph_that_is_damaged_deeper_inside_is_told(tmp_path: Path) -> None:
    path = tmp_path / "decoder.onnx"
    save_decoder(path)
    whole = bytearray(path.read_bytes())
    place = whole.index(b"input_points") - 3
    whole[place] = 0xFF  # the length of the input that it names
    path.write_bytes(whole)
    check_onnx_file(path)
    with pytest.raises(ModelFileError, match=r"decoder\.onnx is damaged"):
        onnx_inputs(path)


def test_that_inputs_of_fields_without_end_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "decoder.onnx"
    inputs = [helper.make_tensor_value_info(f"in{k}", TensorProto.FLOAT, [1]) for k in range(4)]
    for each in inputs:
        for number in range(50):
            each.metadata_props.add(key=f"{number}", value="")
    graph = helper.make_graph([], "net", inputs, [])
    path.write_bytes(helper.make_model(graph).SerializeToString())
    assert onnx_inputs(path) == {"in0", "in1", "in2", "in3"}
    monkeypatch.setattr("ailab.services.inference.onnx_file._MOST_FIELDS", 150)
    check_onnx_file(path)
    with pytest.raises(ModelFileError) as caught:
        onnx_inputs(path)
    assert "more than 150 fields" in str(caught.value.detail)
