"""Folders with safetensors, before any engine is asked."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest

from ailab.services.inference import open_model as module
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.model_layout import find_layouts
from ailab.services.inference.open_model import model_files, open_model

CONFIG = {"architectures": ["ViTForImageClassification"], "id2label": {"0": "cat", "1": "dog"}}
PREPROCESSOR = {"image_processor_type": "ViTImageProcessor"}
SHARDS = ("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors")


def weights(size: int = 16) -> bytes:
    entry = {"dtype": "F32", "shape": [size // 4], "data_offsets": [0, size]}
    header = json.dumps({"__metadata__": {"format": "pt"}, "w": entry}).encode()
    return struct.pack("<Q", len(header)) + header + bytes(size)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A described model without weights, on a machine that has PyTorch."""
    engines = frozenset({"onnxruntime", "torch"})
    monkeypatch.setattr(module, "installed_engines", lambda: engines)
    (tmp_path / "config.json").write_text(json.dumps(CONFIG), encoding="utf-8")
    (tmp_path / "preprocessor_config.json").write_text(json.dumps(PREPROCESSOR), encoding="utf-8")
    return tmp_path


def refusal(folder: Path) -> str:
    with pytest.raises(ModelFileError) as caught:
        open_model(folder)
    assert caught.value.advice.endswith((".", '"'))
    return str(caught.value)


def _index(folder: Path, value: object) -> None:
    path = folder / "model.safetensors.index.json"
    path.write_text(json.dumps({"weight_map": value}), encoding="utf-8")


def test_that_one_file_is_opened(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(weights())
    model = open_model(folder)
    assert (model.engine, model.variant, model.labels) == ("torch", "safetensors", ("cat", "dog"))
    assert list(model.architectures) == CONFIG["architectures"]
    assert [name for name, _ in model_files(folder)] == [
        "model.safetensors",
        "config.json",
        "preprocessor_config.json",
    ]


def test_that_several_files_are_opened_by_their_index(folder: Path) -> None:
    _index(folder, {"a": SHARDS[0], "b": SHARDS[1]})
    for name in SHARDS:
        (folder / name).write_bytes(weights())
    assert open_model(folder).engine == "torch"
    assert [name for name, _ in model_files(folder)][1:3] == list(SHARDS)
    (folder / SHARDS[1]).unlink()
    assert f"{SHARDS[1]} is missing" in refusal(folder)


def test_that_a_part_of_another_name_is_not_called_missing(folder: Path) -> None:
    _index(folder, {"a": SHARDS[0], "b": "part-2.safetensors"})
    for name in (SHARDS[0], "part-2.safetensors"):
        (folder / name).write_bytes(weights())
    said = refusal(folder)
    assert "names part-2.safetensors, which ailab takes for no part" in said
    assert "missing" not in said


def with_header(header: object, data: int) -> bytes:
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + bytes(data)


@pytest.mark.parametrize("value", [None, {}, {"a": 1}, ["a"], {"a": "../../secret.safetensors"}])
def test_that_an_index_of_something_else_is_refused(folder: Path, value: object) -> None:
    _index(folder, value)
    (folder / SHARDS[0]).write_bytes(weights())
    said = refusal(folder)
    assert "does not name the files" in said or "names a file outside the model's folder" in said


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 4,
        weights()[:-1],
        weights() + b"\x00",
        struct.pack("<Q", 2**60) + b"{}",
        struct.pack("<Q", 2) + b"[]",
        struct.pack("<Q", 2) + b"{}",
        struct.pack("<Q", 9) + b'{"w": {}}',
        with_header({"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 4]}}, 4),
        with_header({"w": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}}, 4),
        with_header({"w": {"dtype": "F32", "shape": [1], "data_offsets": [-4, 0]}}, 4),
        with_header({"w": {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}}, 8),
        with_header({"w": {"dtype": "F32", "shape": [1.0], "data_offsets": [0, 4]}}, 4),
        with_header({"w": {"dtype": "F32", "shape": [2**62, 8], "data_offsets": [0, 4]}}, 4),
        with_header({"w": {"dtype": 7, "shape": [1], "data_offsets": [0, 4]}}, 4),
        with_header(
            {
                "v": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]},
                "w": {"dtype": "F32", "shape": [1], "data_offsets": [2, 6]},
            },
            6,
        ),
        struct.pack("<Q", 200_000) + b"[" * 200_000,
        b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n",
    ],
)
def test_that_damaged_weights_are_refused(folder: Path, content: bytes) -> None:
    (folder / "model.safetensors").write_bytes(content)
    assert "is damaged, or holds no safetensors" in refusal(folder)


def test_that_missing_pytorch_is_told_with_the_command(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "model.safetensors").write_bytes(weights())
    monkeypatch.setattr(module, "installed_engines", lambda: frozenset({"onnxruntime"}))
    said = refusal(folder)
    assert "PyTorch is not installed" in said
    assert "ailab[torch]" in said


def test_that_variants_are_told_apart_each_with_its_own_files() -> None:
    paths = (
        *("config.json", "preprocessor_config.json", "model.onnx", "model.safetensors"),
        *("onnx/model.onnx", "onnx/model.onnx_data", "onnx/model_fp16.onnx"),
        *("onnx/model_quantized.onnx", "onnx/model_bnb4.onnx", "onnx/model_q4f16.onnx"),
        *("onnx/model_fp16.onnx.data", "onnx/decoder_model.onnx"),
    )
    layouts = {layout.variant: layout for layout in find_layouts(paths)}
    assert list(layouts) == ["fp32", "fp16", "q8", "q4f16", "bnb4", "safetensors"]
    assert layouts["fp32"].files[:2] == ("onnx/model.onnx", "onnx/model.onnx_data")
    assert layouts["fp16"].files[:2] == ("onnx/model_fp16.onnx", "onnx/model_fp16.onnx.data")
    assert layouts["safetensors"].engine == "torch"
    assert all(layout.is_described for layout in layouts.values())
