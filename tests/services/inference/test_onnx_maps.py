"""Networks that answer a map or a picture, in Hugging Face layout, of a picture of any size."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from ailab.services.inference.loaded_model import load_model
from ailab.services.inference.open_model import open_model
from ailab.services.inference.output_pixels import output_pixels
from ailab.services.inference.predictions import DepthMap, DepthScale, OutputImage

SIZES = ((61, 97), (40, 33), (64, 32))


def picture(height: int, width: int) -> npt.NDArray[np.uint8]:
    y, x, c = np.mgrid[:height, :width, :3]
    return np.asarray((x * 7 + y * 13 + c * 91) % 256, np.uint8)


def _model(
    folder: Path, node: onnx.NodeProto, output: tuple[str, list[str | int]], kind: str
) -> Path:
    scales = numpy_helper.from_array(np.array([1, 1, 2, 2], np.float32), "scales")
    graph = helper.make_graph(
        [node],
        "tiny",
        [helper.make_tensor_value_info("pixel_values", TensorProto.FLOAT, [1, 3, "h", "w"])],
        [helper.make_tensor_value_info(output[0], TensorProto.FLOAT, output[1])],
        [scales],
    )
    opset = helper.make_opsetid("", 17)
    onnx.save(helper.make_model(graph, opset_imports=[opset], ir_version=8), folder / "model.onnx")
    (folder / "config.json").write_text(json.dumps({"architectures": [kind]}))
    return folder


def _write_preprocessor(folder: Path, **values: object) -> None:
    (folder / "preprocessor_config.json").write_text(json.dumps(values))


@pytest.mark.parametrize("size", SIZES)
def test_that_a_map_of_depths_covers_the_picture(tmp_path: Path, size: tuple[int, int]) -> None:
    node = helper.make_node("ReduceMean", ["pixel_values"], ["predicted_depth"], axes=[1])
    shape: list[str | int] = [1, 1, "h", "w"]
    folder = _model(tmp_path, node, ("predicted_depth", shape), "GLPNForDepthEstimation")
    (folder / "config.json").write_text(
        json.dumps({"architectures": ["GLPNForDepthEstimation"], "model_type": "glpn"})
    )
    _write_preprocessor(folder, image_processor_type="GLPNImageProcessor", size_divisor=32)
    model = open_model(folder)
    found = load_model(model).predict(picture(*size)).prediction
    assert isinstance(found, DepthMap)
    assert found.scale is DepthScale.METRES
    assert (found.height, found.width) == tuple(side // 32 * 32 for side in size)
    if size == (64, 32):  # nothing was resized
        expected = picture(*size).mean(axis=2) / 255
        np.testing.assert_allclose(found.depth.unpack(), expected, atol=1e-6)


@pytest.mark.parametrize("size", SIZES)
def test_that_a_picture_made_has_no_border_of_what_was_mirrored(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    node = helper.make_node(
        "Resize", ["pixel_values", "", "scales"], ["reconstruction"], mode="nearest"
    )
    shape: list[str | int] = [1, 3, "H", "W"]
    folder = _model(tmp_path, node, ("reconstruction", shape), "Swin2SRForImageSuperResolution")
    _write_preprocessor(folder, image_processor_type="Swin2SRImageProcessor", pad_size=8)
    model = open_model(folder)
    found = load_model(model).predict(picture(*size)).prediction
    assert isinstance(found, OutputImage)
    expected = picture(*size).repeat(2, axis=0).repeat(2, axis=1)
    np.testing.assert_array_equal(output_pixels(found), expected)
