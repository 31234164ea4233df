"""Networks that no run can be made with, told when they are loaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import onnx
import pytest
from onnx import TensorProto

from ailab.services.inference.loaded_model import LoadedModel, load_model
from ailab.services.inference.open_model import open_model
from ailab.services.inference.runnable_model import RunnableModel
from mean_classifier import classifier, refusal, save


def load(path: Path) -> LoadedModel:
    return load_model(open_model(path))


def load_drafted(path: Path) -> LoadedModel:
    """By its sheet as it is tried before it lies there: nothing compares it with the file."""
    sheet = path.with_suffix(".ailab.json").read_text("utf-8")
    return load_model(RunnableModel("net", path, "image-classification", (), sheet=sheet))


@pytest.mark.parametrize(
    ("model", "field", "said"),
    [
        (classifier([1, 3, 9, 8]), {}, "8 × 9 pixels, but its description makes them 8 × 8"),
        (classifier([2, 3, 8, 8]), {}, "2 pictures at once"),
        (classifier([1, 1, 8, 8]), {}, "one channel, and its description gives 3 colours"),
        (classifier([1, 3, 8, 8]), {"color_order": "grey"}, "and its description gives grey"),
        (classifier([1, 4, 8, 8]), {}, "4 channels; ailab gives red, green and blue, or grey"),
        (classifier([1, 8, 8, 3]), {}, "colours come first"),
        (classifier([1, 3, 8, 8]), {"layout": "NHWC"}, "colours come last"),
        (classifier([1, 3, 8, 8, 1]), {}, "5 dimensions, not 4"),
        (classifier([1, 3, 8, 8], dtype=TensorProto.INT64), {}, "as int64"),
        (classifier([1, 3, 8, 8], extra=("input_ids", [1, 7])), {}, "more than a picture"),
        (b"garbage" * 50, {}, "is damaged, or is no ONNX model"),
        (b"\x08\x08\x3a\x03\xff\xff\xff\x42\x00", {}, "is damaged, or is no ONNX model"),
        (b"", {}, "net.onnx is empty (0 bytes)"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n", {}, "without Git LFS"),
        (classifier([1, 3, 8, 8]).SerializeToString()[:-40], {}, "is damaged"),
    ],
)
def test_that_a_model_that_cannot_run_is_refused_when_loaded(
    tmp_path: Path, model: onnx.ModelProto | bytes, field: dict[str, Any], said: str
) -> None:
    path = save(tmp_path, model, **field)
    loading = load if isinstance(model, bytes) else load_drafted
    assert said in refusal(lambda: loading(path)).message
