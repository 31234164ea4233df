"""Networks that read a line of text as bare `.onnx` files, by a sheet."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from page_models import LINE, describe

from ailab.services.architecture.local_outline import read_local_outline
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.inference_errors import DescriptionError, ModelFileError, SheetError
from ailab.services.inference.loaded_model import load_model
from ailab.services.inference.open_model import model_files, open_model
from ailab.services.inference.sheet_draft import SheetDraft
from ailab.services.inference.sheet_guess import SheetGuess, guess_sheet
from ailab.services.inference.sheet_json import read_draft

FREE = ["n", 3, "p2o.DynamicDimension.0", "p2o.DynamicDimension.1"]
STEPS = ["p2o.DynamicDimension.2", "p2o.DynamicDimension.3", 13]
CHARACTERS = [*"abcdefghij", "\u3000"]  # the blank stands before them, the space behind


def save(
    folder: Path,
    name: str = "ch_PP-OCRv4_rec_infer.onnx",
    size: list[Any] = FREE,
    given: list[Any] = STEPS,
    characters: list[str] | None = CHARACTERS,
    last: str = "Softmax",
) -> Path:
    """A network for which each brightness is a character, and the grey of what is filled up none.

    It looks at eight columns in each step.
    """
    levels = np.array([[[0.0, *np.linspace(-1, 1, given[2] - 1)]]], np.float32)
    steep = numpy_helper.from_array(np.array(-2000.0, np.float32), "steep")
    axis = numpy_helper.from_array(np.array([1]), "axis")
    nodes = [
        helper.make_node("ReduceMean", ["x"], ["columns"], axes=[1, 2], keepdims=0),
        helper.make_node("Unsqueeze", ["columns", "axis"], ["row"]),
        helper.make_node(
            "AveragePool", ["row"], ["pooled"], kernel_shape=[8], strides=[8], ceil_mode=0
        ),
        helper.make_node("Transpose", ["pooled"], ["steps"], perm=[0, 2, 1]),
        helper.make_node("Sub", ["steps", "levels"], ["apart"]),
        helper.make_node("Mul", ["apart", "apart"], ["squares"]),
        helper.make_node("Mul", ["squares", "steep"], ["logits"]),
        helper.make_node(last, ["logits"], ["answer"]),
    ]
    ports = [
        helper.make_tensor_value_info(port, TensorProto.FLOAT, shape)
        for port, shape in (("x", size), ("answer", given))
    ]
    weights = [numpy_helper.from_array(levels, "levels"), steep, axis]
    graph = helper.make_graph(nodes, "net", ports[:1], ports[1:], weights)
    opset = helper.make_opsetid("", 17)
    model = helper.make_model(graph, opset_imports=[opset], ir_version=8)
    if characters is not None:
        helper.set_model_props(model, {"character": "\n".join(characters)})
    path = folder / name
    onnx.save(model, path)
    return path


def guess(path: Path) -> SheetGuess:
    return guess_sheet(read_local_outline(path), path.name)


def a_line(numbers: list[int], width: int = 16) -> Any:
    """A picture of characters by their numbers, 96 pixels high; 0 is a gap."""
    levels = np.array([127.5, *np.linspace(0, 255, 12)])[numbers]
    row = np.repeat(np.rint(levels).astype(np.uint8), 2 * width)
    return np.broadcast_to(row[None, :, None], (96, len(row), 3)).copy()


def read(path: Path, picture: Any) -> GeneratedText:
    found = load_model(open_model(path)).predict(picture).prediction
    assert isinstance(found, GeneratedText)
    return found


@pytest.mark.parametrize("size", [FREE, [1, 3, 48, "w"], [1, 3, 48, 320]])
def test_that_a_line_is_read_by_the_characters_in_the_file(size: list[Any], tmp_path: Path) -> None:
    path = save(tmp_path, size=size)
    describe(path, guess(path).draft)
    model = open_model(path)
    assert (model.task, model.decoder, model.labels) == ("image-to-text", "text-line", ())
    found = read(path, a_line([2, 0, 1, 0, 1, 4, 12, 10, 11, 3]))
    assert found.text == "baad j\u3000c"
    assert found.score == pytest.approx(1, abs=0.01)


def test_that_a_long_line_is_as_wide_as_it_comes_unless_the_network_says_otherwise(
    tmp_path: Path,
) -> None:
    numbers = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] * 6
    path = save(tmp_path)
    describe(path, LINE)
    assert read(path, a_line(numbers)).text == "abcdefghij" * 6
    fixed = save(tmp_path, name="fixed_rec.onnx", size=[1, 3, 48, 320])
    describe(fixed, LINE)
    assert read(fixed, a_line(numbers[:40], 8)).text == "abcdefghij" * 4


def test_that_a_list_beside_the_sheet_is_read_with_its_spaces(tmp_path: Path) -> None:
    path = save(tmp_path, characters=None)
    lines = "\r\n".join([*"ABCDEFGHIJ", "\u3000", ""])
    (tmp_path / "keys.txt").write_bytes(lines.encode())
    describe(path, replace(LINE, label_file="keys.txt"))
    assert read(path, a_line([11, 10, 12, 1])).text == "\u3000J A"
    assert [name for name, _ in model_files(path)][-1] == "keys.txt"
    describe(path, replace(LINE, labels=(*"ABCDEFGHIJ", "\u3000", " ")))
    assert read(path, a_line([11, 10, 12, 1])).text == "\u3000J A"


def test_that_a_sheet_without_characters_is_refused_unless_the_file_has_them(
    tmp_path: Path,
) -> None:
    path = save(tmp_path, characters=None)
    describe(path, LINE)
    with pytest.raises(ModelFileError, match="which characters") as caught:
        open_model(path)
    assert "a character a line" in caught.value.advice
    describe(path, replace(LINE, label_file="keys.txt"))
    with pytest.raises(ModelFileError, match=r"keys\.txt.*is missing"):
        open_model(path)


def test_that_a_list_of_another_network_is_refused(tmp_path: Path) -> None:
    path = save(tmp_path, characters=["a", "b"])
    describe(path, LINE)
    with pytest.raises(DescriptionError, match="tells 13 characters apart, and its files name 2"):
        read(path, a_line([1]))


def test_that_a_network_of_another_height_is_refused(tmp_path: Path) -> None:
    path = save(tmp_path, size=["n", 3, 32, "w"])
    describe(path, LINE)
    with pytest.raises(DescriptionError, match="lines of 32 pixels"):
        load_model(open_model(path))


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"resize": "stretch"}, "input.resize"),
        ({"task": "image-classification", "decoder": "class-scores"}, "input.resize"),
        ({"decoder": "class-scores"}, "decoder.name"),
    ],
)
def test_that_a_wrong_sheet_is_refused(changes: dict[str, Any], named: str, tmp_path: Path) -> None:
    path = save(tmp_path)
    describe(path, replace(LINE, **changes))
    with pytest.raises(SheetError) as caught:
        open_model(path)
    assert f'"{named}"' in caught.value.message


def test_that_a_sheet_is_read_as_it_was_written() -> None:
    draft = replace(LINE, labels=("a", "\u3000", " "))
    assert read_draft(draft.fields(), "net.ailab.json", SheetDraft()) == (draft, ())


@pytest.mark.parametrize(
    ("name", "given", "characters", "last"),
    [
        ("inference.onnx", STEPS, None, "Softmax"),
        ("inference.onnx", ["n", "t", 13], CHARACTERS, "Identity"),
        ("en_rec.onnx", ["n", "t", 13], None, "Identity"),
        ("japan_PP-OCRv3.onnx", [1, 40, 13], None, "Softmax"),
    ],
)
def test_that_a_reader_is_told_by_its_graph_its_name_or_its_characters(
    name: str, given: list[Any], characters: list[str] | None, last: str, tmp_path: Path
) -> None:
    path = save(tmp_path, name=name, given=given, characters=characters, last=last)
    found = guess(path)
    assert found.draft == LINE
    assert "PaddleOCR" in found.notes[-1]
    assert ("names no characters" in found.notes[-2]) is (characters is None)


def test_that_the_height_is_taken_where_the_network_fixes_it_alone(tmp_path: Path) -> None:
    assert guess(save(tmp_path, size=["n", 3, 32, "w"])).draft.height == 32
    draft = guess(save(tmp_path, size=[1, 3, 64, 640])).draft
    assert (draft.height, draft.width) == (64, 640)


@pytest.mark.parametrize(
    ("name", "given"),
    [("yolo.onnx", ["n", "t", 13]), ("ocr.onnx", ["n", "t", 6]), ("detector.onnx", [1, 40, 85])],
)
def test_that_other_rows_are_no_characters(name: str, given: list[Any], tmp_path: Path) -> None:
    path = save(tmp_path, name=name, given=given, characters=None, last="Identity")
    assert guess(path).draft.decoder != "text-line"
