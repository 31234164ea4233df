"""Pictures made of pictures piece by piece, and of luma alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

from ailab.services.images.picture_error import PictureError
from ailab.services.inference.inference_errors import ModelFileError, SheetError
from ailab.services.inference.loaded_model import load_model
from ailab.services.inference.open_model import open_model
from ailab.services.inference.output_pixels import output_pixels
from ailab.services.inference.pipelines import image_to_image
from ailab.services.inference.predictions import OutputImage

Pixels = npt.NDArray[np.uint8]
RealModels = Callable[[str], Path]


def blur(channels: int, sides: list[int | str], factor: int = 2) -> onnx.ModelProto:
    """The mean of 3 by 3 pixels, enlarged; what lies beside the picture counts as nothing."""
    weights = np.zeros((channels, channels, 3, 3), np.float32)
    for channel in range(channels):
        weights[channel, channel] = 1 / 9
    scales = np.array([1, 1, factor, factor], np.float32)
    nodes = [
        helper.make_node("Conv", ["pixel_values", "weights"], ["blurred"], pads=[1, 1, 1, 1]),
        helper.make_node("Resize", ["blurred", "", "scales"], ["out"], mode="nearest"),
    ]
    graph = helper.make_graph(
        nodes,
        "blur",
        [helper.make_tensor_value_info("pixel_values", TensorProto.FLOAT, [1, channels, *sides])],
        [helper.make_tensor_value_info("out", TensorProto.FLOAT, [1, channels, None, None])],
        [numpy_helper.from_array(weights, "weights"), numpy_helper.from_array(scales, "scales")],
    )
    opset = [helper.make_opsetid("", 17)]
    return helper.make_model(graph, opset_imports=opset, ir_version=8)


def made(folder: Path, model: onnx.ModelProto, pixels: Pixels, **how: Any) -> OutputImage:
    (folder / "net.onnx").write_bytes(model.SerializeToString())
    sheet = {
        "format": 1,
        "task": "image-to-image",
        "input": {"width": 24, "height": 16, **how},
        "decoder": {"name": "image"},
    }
    (folder / "net.ailab.json").write_text(json.dumps(sheet), encoding="utf-8")
    prediction = load_model(open_model(folder / "net.onnx")).predict(pixels).prediction
    assert isinstance(prediction, OutputImage)
    return prediction


@pytest.fixture
def pixels() -> Pixels:
    return np.random.default_rng(5).integers(0, 255, (61, 75, 3), dtype=np.uint8)


def test_that_joined_pieces_are_what_the_whole_would_be(tmp_path: Path, pixels: Pixels) -> None:
    pieces = made(tmp_path, blur(3, [16, 24]), pixels, resize="tiles", overlap=4)
    whole = made(tmp_path, blur(3, ["h", "w"]), pixels, width=75, height=61, resize="stretch")
    assert (pieces.width, pieces.height) == (whole.width, whole.height) == (150, 122)
    assert (pieces.tiles, whole.tiles) == (5 * 4, 1)
    np.testing.assert_array_equal(output_pixels(pieces), output_pixels(whole))


def test_that_a_picture_smaller_than_a_piece_is_grown_and_cut(tmp_path: Path) -> None:
    small = np.full((5, 7, 3), 90, np.uint8)
    prediction = made(tmp_path, blur(3, [16, 24], 3), small, resize="tiles")
    assert (prediction.width, prediction.height, prediction.tiles) == (21, 15, 1)
    assert (output_pixels(prediction)[3:, 3:] == 90).all()


def test_that_a_network_of_luma_leaves_the_colours(tmp_path: Path, pixels: Pixels) -> None:
    prediction = made(tmp_path, blur(1, [16, 24]), pixels, resize="tiles", color_order="Y")
    found = Image.fromarray(output_pixels(prediction)).convert("YCbCr")
    before = Image.fromarray(pixels).convert("YCbCr").resize(found.size, Image.Resampling.BICUBIC)
    for plane in (1, 2):
        ours = np.asarray(found.getchannel(plane), np.float64)
        theirs = np.asarray(before.getchannel(plane), np.float64)
        # A colour that no screen can show is cut when it becomes red, green and blue.
        assert np.median(np.abs(ours - theirs)) <= 1


def test_that_luma_and_pieces_belong_to_pictures_alone(tmp_path: Path, pixels: Pixels) -> None:
    for wrong in ({"color_order": "Y"}, {"resize": "tiles"}):
        made(tmp_path, blur(3, [16, 24]), pixels, resize="tiles")
        sheet = tmp_path / "net.ailab.json"
        fields = json.loads(sheet.read_text()) | {
            "task": "depth-estimation",
            "decoder": {"name": "depth"},
        }
        fields["input"] = {"width": 24, "height": 16, **wrong}
        sheet.write_text(json.dumps(fields))
        with pytest.raises(SheetError, match="only image-to-image"):
            open_model(tmp_path / "net.onnx")


def test_that_a_network_of_grey_makes_a_grey_picture(tmp_path: Path, pixels: Pixels) -> None:
    prediction = made(tmp_path, blur(1, [16, 24]), pixels, resize="tiles", color_order="grey")
    found = output_pixels(prediction)
    assert (found == found[..., :1]).all()
    grey = np.repeat(np.asarray(Image.fromarray(pixels).convert("L"))[..., None], 3, axis=2)
    of_grey = output_pixels(made(tmp_path, blur(3, [16, 24]), grey, resize="tiles"))
    np.testing.assert_array_equal(found, of_grey)


def test_that_colours_made_of_grey_are_seen(tmp_path: Path, pixels: Pixels) -> None:
    model = blur(1, [16, 24])
    colour = helper.make_node("Concat", ["out", "out", "nothing"], ["coloured"], axis=1)
    nothing = helper.make_node("Sub", ["out", "out"], ["nothing"])
    model.graph.node.extend([nothing, colour])
    model.graph.output[0].name = "coloured"
    model.graph.output[0].type.tensor_type.shape.dim[1].dim_value = 3
    found = output_pixels(made(tmp_path, model, pixels, resize="tiles", color_order="grey"))
    assert (found[..., 0] == found[..., 1]).all()
    assert found[..., 0].max() > found[..., 2].max() == 0


def test_that_channels_that_do_not_suit_are_told_of(tmp_path: Path, pixels: Pixels) -> None:
    with pytest.raises(ModelFileError, match="takes three colours: choose their order"):
        made(tmp_path, blur(3, [16, 24]), pixels, resize="tiles", color_order="Y")


def test_that_a_result_that_is_too_large_is_refused(
    tmp_path: Path, pixels: Pixels, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(image_to_image, "MAX_MAP_PIXELS", 10_000)
    with pytest.raises(PictureError, match="150 × 122 pixels of it, which is too large"):
        made(tmp_path, blur(3, [16, 24]), pixels, resize="tiles")


def test_that_a_large_picture_is_run_in_pieces_where_the_size_is_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pixels: Pixels
) -> None:
    monkeypatch.setattr(image_to_image, "_MOST_AT_ONCE", 2_000)
    monkeypatch.setattr(image_to_image, "_TILE", (32, 40))
    monkeypatch.setattr(image_to_image, "_OVERLAP", 8)
    (tmp_path / "model.onnx").write_bytes(blur(3, ["h", "w"]).SerializeToString())
    config = {"architectures": ["Swin2SRForImageSuperResolution"], "model_type": "swin2sr"}
    (tmp_path / "config.json").write_text(json.dumps(config), encoding="utf-8")
    processor = {"image_processor_type": "Swin2SRImageProcessor"}
    (tmp_path / "preprocessor_config.json").write_text(json.dumps(processor), encoding="utf-8")
    loaded = load_model(open_model(tmp_path))
    in_pieces = loaded.predict(pixels).prediction
    monkeypatch.setattr(image_to_image, "_MOST_AT_ONCE", 10_000)
    whole = loaded.predict(pixels).prediction
    assert isinstance(in_pieces, OutputImage)
    assert isinstance(whole, OutputImage)
    assert (in_pieces.tiles, whole.tiles) == (9, 1)
    np.testing.assert_array_equal(output_pixels(in_pieces), output_pixels(whole))


def decibels(one: Pixels, other: Pixels) -> float:
    difference = one.astype(np.float64) - other
    return float(10 * np.log10(255**2 / np.mean(difference**2)))


def luma(pixels: Pixels) -> Pixels:
    return np.asarray(Image.fromarray(pixels).convert("YCbCr").getchannel(0))


def test_that_the_real_network_enlarges_better_than_interpolation(
    real_models: RealModels, shared_dir: Path
) -> None:
    photo = Image.open(shared_dir / "realdata/photos/wolves.jpg").convert("RGB")
    large = photo.resize((672, 672), Image.Resampling.LANCZOS)
    small = large.resize((224, 224), Image.Resampling.BICUBIC)
    model = real_models("pytorch_super_resolution") / "pytorch_super_resolution.onnx"
    prediction = load_model(open_model(model)).predict(np.asarray(small)).prediction
    assert isinstance(prediction, OutputImage)
    wanted = luma(np.asarray(large))
    plain = luma(np.asarray(small.resize(large.size, Image.Resampling.BICUBIC)))
    assert decibels(luma(output_pixels(prediction)), wanted) == pytest.approx(29.01, abs=0.05)
    assert decibels(plain, wanted) == pytest.approx(28.62, abs=0.05)


def test_that_a_photo_of_any_size_is_enlarged_threefold(
    real_models: RealModels, shared_dir: Path
) -> None:
    pixels = np.asarray(Image.open(shared_dir / "realdata/photos/wolves.jpg").convert("RGB"))
    model = real_models("pytorch_super_resolution") / "pytorch_super_resolution.onnx"
    prediction = load_model(open_model(model)).predict(pixels).prediction
    assert isinstance(prediction, OutputImage)
    assert (prediction.width, prediction.height) == (1500, 1002)
    assert prediction.tiles == 6
    made_of_it = output_pixels(prediction)
    again = Image.fromarray(made_of_it).resize((500, 334), Image.Resampling.BOX)
    assert decibels(np.asarray(again), pixels) > 30
    # No seam: columns where pieces meet differ no more than others do.
    steps = np.abs(np.diff(made_of_it.astype(np.int64), axis=1)).mean(axis=(0, 2))
    assert steps[700:800].max() < 2 * np.median(steps) + 4
