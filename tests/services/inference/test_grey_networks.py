"""Networks that take one grey channel, as bare `.onnx` files by a sheet, and in other layouts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from digit_network import SIDE, a_digit, grey_of, recogniser
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

from ailab.services.architecture.local_outline import read_local_outline
from ailab.services.images.image_reader import read_image
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.inference_errors import ModelFileError, SheetError
from ailab.services.inference.loaded_model import load_model
from ailab.services.inference.model_sheet import DECODERS_BY_TASK, parse_sheet
from ailab.services.inference.open_model import open_model
from ailab.services.inference.predictions import Classification
from ailab.services.inference.preprocess import preprocess
from ailab.services.inference.preprocessing import Preprocessing, Resize
from ailab.services.inference.sheet_draft import SheetDraft
from ailab.services.inference.sheet_guess import guess_sheet
from ailab.services.inference.sheet_json import read_draft

DIGITS = ("zero", "one", "three", "four", "six", "seven", "eight")


def scores(path: Path, picture: Image.Image) -> dict[int, float]:
    found = load_model(open_model(path)).predict(np.asarray(picture)).prediction
    assert isinstance(found, Classification)
    return {each.class_id: each.score for each in found.scores}


def best(path: Path, picture: Image.Image) -> int:
    found = scores(path, picture)
    return max(found, key=lambda each: found[each])


def describe(path: Path, **how: Any) -> None:
    draft = guess_sheet(read_local_outline(path), path.name).draft
    fields = draft.fields()
    fields["input"] |= how
    path.with_suffix(".ailab.json").write_text(json.dumps(fields), encoding="utf-8")


@pytest.mark.parametrize("is_last", [False, True])
def test_that_a_network_of_digits_runs_as_it_is_suggested(tmp_path: Path, is_last: bool) -> None:
    digits = [a_digit(number) for number in range(8)]
    path = tmp_path / "digits.onnx"
    onnx.save(recogniser(digits, is_last=is_last), path)
    describe(path)
    assert [best(path, each) for each in digits] == list(range(8))
    found = scores(path, digits[3])
    logits = np.array([-np.square(grey_of(digits[3]) - grey_of(d)).sum() for d in digits])
    shares = np.exp(logits) / np.exp(logits).sum()
    for number, score in found.items():
        assert score == pytest.approx(shares[number], abs=1e-4)


def test_that_black_on_white_is_read_once_it_is_inverted(tmp_path: Path) -> None:
    digits = [a_digit(number) for number in range(8)]
    path = tmp_path / "digits.onnx"
    onnx.save(recogniser(digits), path)
    written = [each.point(lambda value: 255 - value) for each in digits]
    describe(path)
    assert [best(path, each) for each in written] != list(range(8))
    describe(path, invert=True)
    assert [best(path, each) for each in written] == list(range(8))


def test_that_real_digits_are_told_apart(tmp_path: Path, shared_dir: Path) -> None:
    folder = shared_dir / "realdata" / "photos" / "digits"
    digits = [Image.open(folder / f"{name}.png").convert("RGB") for name in DIGITS]
    path = tmp_path / "digits.onnx"
    onnx.save(recogniser(digits), path)
    describe(path)
    for number, digit in enumerate(digits):
        moved = Image.new("RGB", digit.size)
        moved.paste(digit, (2, 1))  # none of those that it knows
        assert best(path, moved) == number
    on_paper = folder / "four.png"
    paper = Image.fromarray(255 - read_image(on_paper).pixels)
    describe(path, invert=True)
    assert best(path, paper) == DIGITS.index("four")


def test_that_grey_is_pillows_and_is_made_before_resizing() -> None:
    noise = np.random.default_rng(3).integers(0, 256, (50, 70, 3), dtype=np.uint8)
    how = Preprocessing(Resize.STRETCH, SIDE, SIDE, rescale_factor=1 / 255, is_monochrome=True)
    expected = grey_of(Image.fromarray(noise))
    for picture in (noise, Image.fromarray(noise)):
        tensor, placement = preprocess(picture, how)
        assert tensor.shape == (1, 1, SIDE, SIDE)
        np.testing.assert_allclose(tensor[0, 0], expected, atol=1e-7)
        assert (placement.width, placement.height) == (70, 50)


@pytest.mark.parametrize(
    "resize", ["stretch", "shortest-edge", "letterbox", "shrink", "none", "tiles", "line"]
)
def test_that_every_way_of_resizing_keeps_one_channel(resize: str) -> None:
    task = {"line": "image-to-text", "tiles": "image-to-image"}.get(resize, "image-segmentation")
    fields: dict[str, Any] = {"width": 64, "height": 32, "resize": resize, "color_order": "grey"}
    fields |= {"mean": [0.1], "std": [2.0], "layout": "NHWC"}
    if resize == "shortest-edge":
        fields["shortest_edge"] = 70
    sheet = {
        "format": 1,
        "task": task,
        "input": fields,
        "decoder": {"name": DECODERS_BY_TASK[task][0]},
        "labels": ["a"],
    }
    how = parse_sheet(sheet, Path("m.ailab.json"), Path("m.onnx")).preprocessing
    grey = np.full((40, 60, 3), 100, np.uint8)
    tensor, _ = preprocess(grey, how)
    assert tensor.shape[3] == 1
    middle = tensor[0, tensor.shape[1] // 2, min(20, tensor.shape[2] - 1), 0]
    assert middle == pytest.approx((100 / 255 - 0.1) / 2, abs=1e-6)


def test_that_greys_of_16_bits_come_as_they_were_stretched(tmp_path: Path) -> None:
    deep = np.linspace(1000, 9000, 64 * 64).astype(np.uint16).reshape(64, 64)
    Image.fromarray(deep).save(tmp_path / "deep.png")
    picture = read_image(tmp_path / "deep.png")
    assert "stretched to 8 bits" in picture.notes[0]
    how = Preprocessing(Resize.STRETCH, 64, 64, is_monochrome=True)
    tensor, _ = preprocess(picture.pixels, how)
    stretched = np.rint((deep.astype(float) - 1000) * 255 / 8000)
    np.testing.assert_array_equal(tensor[0, 0], stretched)


def test_that_inverting_goes_before_range_and_mean() -> None:
    fields = {"width": 2, "height": 2, "color_order": "grey", "invert": True}
    sheet: dict[str, Any] = {
        "format": 1,
        "task": "image-classification",
        "input": fields | {"mean": [0.1307], "std": [0.3081]},
        "decoder": {"name": "class-scores"},
    }
    how = parse_sheet(sheet, Path("m.ailab.json"), Path("m.onnx")).preprocessing
    tensor, _ = preprocess(np.full((2, 2, 3), 55, np.uint8), how)
    assert tensor[0, 0, 0, 0] == pytest.approx((200 / 255 - 0.1307) / 0.3081, abs=1e-6)


@pytest.mark.parametrize("task", DECODERS_BY_TASK)
def test_that_grey_is_for_every_task_and_luma_for_pictures(task: str) -> None:
    fields: dict[str, Any] = {"width": 64, "height": 32}
    if task == "image-to-text":
        fields["resize"] = "line"
    sheet = {
        "format": 1,
        "task": task,
        "decoder": {"name": DECODERS_BY_TASK[task][0]},
        "labels": ["a"],
    }

    def described(color_order: str) -> Preprocessing:
        whole = sheet | {"input": fields | {"color_order": color_order}}
        return parse_sheet(whole, Path("m.ailab.json"), Path("m.onnx")).preprocessing

    assert described("grey").is_monochrome
    if task == "image-to-image":
        assert described("Y").is_luma
    else:
        with pytest.raises(ModelFileError, match="RGB, BGR or grey"):
            described("Y")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"mean": [0.1, 0.2, 0.3]}, '"input.mean" must be a list of one number'),
        ({"std": [0]}, '"input.std" must be a number other than 0'),
        ({"std": 2}, '"input.std" must be a list of one number'),
        ({"invert": "yes"}, '"input.invert" must be true or false'),
    ],
)
def test_that_wrong_numbers_for_grey_are_told(fields: dict[str, Any], said: str) -> None:
    sheet = SheetDraft("image-classification", "class-scores", color_order="grey").fields()
    sheet["input"] |= fields
    with pytest.raises(ModelFileError) as caught:
        parse_sheet(sheet, Path("m.ailab.json"), Path("m.onnx"))
    assert said in caught.value.message


@pytest.mark.parametrize("order", ["grey", "Y"])
def test_that_three_numbers_that_are_the_same_stand_for_one(order: str) -> None:
    task, decoder = ("image-to-image", "image")
    draft = SheetDraft(task, decoder, color_order=order, resize="tiles", mean=(0.5,), std=(0.5,))
    older = draft.fields()
    older["input"] |= {"mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}
    assert read_draft(older, "m.ailab.json", SheetDraft()) == (draft, ())
    how = parse_sheet(older, Path("m.ailab.json"), Path("m.onnx")).preprocessing
    assert (how.mean, how.std) == ((0.5,), (0.5,))


def test_that_a_draft_of_grey_is_read_as_it_was_written() -> None:
    draft = SheetDraft(
        "image-classification", "class-scores", color_order="grey", is_inverted=True, mean=(0.1,)
    )
    assert read_draft(draft.fields(), "m.ailab.json", SheetDraft()) == (draft, ())
    wrong = draft.fields()
    wrong["input"]["mean"] = "none"
    found, problems = read_draft(wrong, "m.ailab.json", SheetDraft(mean=(1.0, 2.0, 3.0)))
    assert found.mean is None  # three would be those of colours
    assert len(problems) == 1


def test_that_four_channels_are_refused_in_true_words(tmp_path: Path) -> None:
    model = recogniser([a_digit(0)])
    model.graph.input[0].type.tensor_type.shape.dim[1].dim_value = 4
    path = tmp_path / "net.onnx"
    onnx.save(model, path)
    assert (
        "takes pictures of 4 channels; ailab gives"
        in guess_sheet(read_local_outline(path)).obstacle
    )
    draft = SheetDraft("image-classification", "class-scores", SIDE, SIDE)
    path.with_suffix(".ailab.json").write_text(json.dumps(draft.fields()))
    with pytest.raises(ModelFileError, match="4 channels; ailab gives red, green and blue, or"):
        load_model(open_model(path))


def test_that_a_reader_of_grey_lines_whose_steps_come_first_is_read(tmp_path: Path) -> None:
    """As PyTorch's CRNN gives them: steps × 1 × characters."""
    levels = np.linspace(-1, 1, 13, dtype=np.float32)[None, None]
    steep = np.array(-2000.0, np.float32)
    nodes = [
        helper.make_node("ReduceMean", ["x"], ["columns"], axes=[1, 2], keepdims=0),
        helper.make_node("Unsqueeze", ["columns", "axis"], ["row"]),
        helper.make_node("AveragePool", ["row"], ["pooled"], kernel_shape=[8], strides=[8]),
        helper.make_node("Transpose", ["pooled"], ["steps"], perm=[2, 0, 1]),
        helper.make_node("Sub", ["steps", "levels"], ["apart"]),
        helper.make_node("Mul", ["apart", "apart"], ["squares"]),
        helper.make_node("Mul", ["squares", "steep"], ["logits"]),
    ]
    graph = helper.make_graph(
        nodes,
        "crnn",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 1, 32, 80])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [10, 1, 13])],
        [
            numpy_helper.from_array(np.asarray(values), name)
            for name, values in (("levels", levels), ("steep", steep), ("axis", np.array([1])))
        ],
    )
    opset = helper.make_opsetid("", 17)
    path = tmp_path / "crnn.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[opset], ir_version=8), path)
    draft = guess_sheet(read_local_outline(path), path.name).draft
    assert (draft.decoder, draft.color_order) == ("text-line", "grey")
    fields = draft.fields() | {"labels": list("abcdefghijkl")}
    path.with_suffix(".ailab.json").write_text(json.dumps(fields))
    numbers = [1, 0, 1, 2, 12, 0, 0, 3, 4, 5]
    row = np.repeat(np.rint(np.linspace(0, 255, 13)).astype(np.uint8)[numbers], 8)
    line = np.broadcast_to(row[None, :, None], (32, 80, 3)).copy()
    found = load_model(open_model(path)).predict(line).prediction
    assert isinstance(found, GeneratedText)
    assert found.text == "aablcde"


def test_that_a_sheet_that_is_wrong_about_grey_is_told_when_opened(tmp_path: Path) -> None:
    path = tmp_path / "net.onnx"
    onnx.save(recogniser([a_digit(0), a_digit(1)]), path)
    describe(path, color_order="gray")
    with pytest.raises(SheetError, match="one of: RGB, BGR, grey, Y"):
        open_model(path)
