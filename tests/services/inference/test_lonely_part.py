"""One of two files that make masks together, alone."""

from __future__ import annotations

from pathlib import Path

import onnx
import pytest

from ailab.services.inference.inference_errors import ModelFileError, NotDescribedError
from ailab.services.inference.open_model import open_model


@pytest.mark.parametrize(
    ("given", "is_of_sam"),
    [
        ({"image_embeddings": [1, 8, 4, 4]}, True),
        ({"image_embeddings": [1, 512]}, False),
        ({"image_embed": [], "high_res_feats_0": [], "high_res_feats_1": []}, True),
    ],
)
def test_that_a_lonely_part_of_sam_asks_for_the_other(
    tmp_path: Path, given: dict[str, list[int]], is_of_sam: bool
) -> None:
    ports = [
        onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, shape)
        for name, shape in {"image": [1, 3, 64, 64], **given}.items()
    ]
    graph = onnx.helper.make_graph([], "sees", ports[:1], ports[1:])
    onnx.save(onnx.helper.make_model(graph), tmp_path / "sam.encoder.onnx")
    with pytest.raises(ModelFileError) as caught:
        open_model(tmp_path / "sam.encoder.onnx")
    error = caught.value
    assert ("the part of SAM that sees the picture" in error.message) == is_of_sam
    assert isinstance(error, NotDescribedError) != is_of_sam
    if is_of_sam:
        assert "“decoder” in place of “encoder”" in error.advice
