"""Files over which ONNX Runtime itself fails, or that a converter left broken."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from onnx import helper, numpy_helper

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.loaded_model import load_model
from ailab.services.inference.open_model import open_model
from ailab.services.inference.predictions import Classification

FUSION_FAILS = (
    "Exception during initialization: Attempting to get index by a name which does not exist:"
    "InsertedPrecisionFreeCast_/norm/Constant_output_0for node: /Mul/SimplifiedLayerNormFusion/"
)
NO_KERNEL = "Failed to find kernel for com.microsoft.BiasGelu(1) (node:'BiasGelu')"
RED = np.full((8, 8, 3), (255, 0, 0), np.uint8)
SESSION = "ailab.services.inference.onnx_engine.InferenceSession"


@pytest.mark.parametrize(("said", "count"), [(FUSION_FAILS, 1), (NO_KERNEL, 2)])
def test_that_a_file_is_run_over_which_optimizing_fails(
    colour_model: Path, monkeypatch: pytest.MonkeyPatch, said: str, count: int
) -> None:
    """As ONNX Runtime 1.24 to 1.26 fail over half precision, and others over other files."""
    tried: list[tuple[Any, Any]] = []

    def session(path: str, options: Any, **settings: Any) -> Any:
        tried.append((options.graph_optimization_level, settings.get("disabled_optimizers")))
        if len(tried) <= count:
            raise RuntimeError(said)
        return onnxruntime.InferenceSession(path, options, **settings)

    monkeypatch.setattr(SESSION, session)
    found = load_model(open_model(colour_model)).predict(RED).prediction
    assert isinstance(found, Classification)
    assert found.scores[0].label == "red"
    levels = onnxruntime.GraphOptimizationLevel
    assert (
        tried
        == [
            (levels.ORT_ENABLE_ALL, None),
            (levels.ORT_ENABLE_ALL, ["SimplifiedLayerNormFusion"]),
            (levels.ORT_ENABLE_BASIC, None),
        ][: count + 1]
    )


def test_that_a_file_that_fails_without_optimizing_too_is_not_called_damaged(
    colour_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def session(*_: Any, **__: Any) -> Any:
        raise RuntimeError(FUSION_FAILS)

    monkeypatch.setattr(SESSION, session)
    with pytest.raises(ModelFileError, match=r"ONNX Runtime .* fails over colour\.onnx") as told:
        load_model(open_model(colour_model))
    assert "Update ONNX Runtime" in told.value.advice
    assert told.value.detail == FUSION_FAILS


def test_that_a_damaged_file_is_tried_once(
    colour_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []

    def session(path: str, *_: Any, **__: Any) -> Any:
        tried.append(path)
        raise RuntimeError("Load model failed: Protobuf parsing failed.")

    monkeypatch.setattr(SESSION, session)
    with pytest.raises(ModelFileError, match="is damaged"):
        load_model(open_model(colour_model))
    assert len(tried) == 1


def test_that_half_precision_that_does_not_fit_together_is_told_of(
    save_model: Callable[..., Path], tmp_path: Path
) -> None:
    """As converters leave it that do not know what a node makes."""
    half = numpy_helper.from_array(np.array(1, np.float16), "one")
    nodes = [
        helper.make_node("Constant", [], ["one"], value=half),
        helper.make_node("ReduceMean", ["pixels"], ["means"], axes=[2, 3], keepdims=0),
        helper.make_node("Mul", ["means", "one"], ["scores"]),
    ]
    path = save_model(tmp_path / "half.onnx", nodes, [1, 3])
    with pytest.raises(ModelFileError, match="half precision") as told:
        load_model(open_model(path))
    assert told.value.advice == "Choose another variant of the model."
