"""An engine that is added by one file and one entry of the table runs pictures like the others."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from ailab.services.compatibility.device_forecast import forecast
from ailab.services.compatibility.gpu import NVIDIA, Gpu
from ailab.services.compatibility.machine import Machine
from ailab.services.compatibility.memory_estimate import estimate_memory
from ailab.services.inference import engine_table
from ailab.services.inference.engine_table import EngineEntry
from ailab.services.inference.inference_errors import MissingPackageError
from ailab.services.inference.loaded_model import load_model
from ailab.services.inference.model_layout import find_layouts
from ailab.services.inference.open_model import open_model
from ailab.services.inference.predictions import Classification

ENTRY = EngineEntry(
    "Lookup", "lookup_engine", "LookupEngine", weights=("table.npy",), variant="table"
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model of that engine in Hugging Face layout."""
    monkeypatch.setitem(engine_table._ENTRIES, "lookup", ENTRY)
    np.save(tmp_path / "table.npy", np.eye(3, dtype=np.float32) * 9)
    config = {
        "architectures": ["ViTForImageClassification"],
        "model_type": "vit",
        "id2label": {"0": "red", "1": "green", "2": "blue"},
    }
    preprocessor = {"image_processor_type": "ViTImageProcessor", "size": {"height": 4, "width": 4}}
    (tmp_path / "config.json").write_text(json.dumps(config), encoding="utf-8")
    (tmp_path / "preprocessor_config.json").write_text(json.dumps(preprocessor), encoding="utf-8")
    return tmp_path


def test_that_its_models_are_found_and_run(folder: Path) -> None:
    model = open_model(folder)
    assert (model.engine, model.variant) == ("lookup", "table")
    pixels = np.zeros((6, 9, 3), np.uint8)
    pixels[..., 1] = 255
    prediction = load_model(model).predict(pixels).prediction
    assert isinstance(prediction, Classification)
    assert prediction.scores[0].label == "green"


def test_that_onnx_beside_it_is_preferred_and_its_own_weights_can_be_named(folder: Path) -> None:
    layouts = find_layouts(("table.npy", "model.onnx", "model.safetensors", "config.json"))
    assert [each.engine for each in layouts] == ["onnxruntime", "torch", "lookup"]


def test_that_what_it_lacks_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lacking = EngineEntry(
        "Lookup", "lookup_engine", "LookupEngine", ("no_such_package",), weights=("table.npy",)
    )
    monkeypatch.setitem(engine_table._ENTRIES, "lookup", lacking)
    with pytest.raises(MissingPackageError, match="Lookup is not installed"):
        open_model(folder)


def test_that_its_memory_and_its_device_are_told(folder: Path) -> None:
    memory = estimate_memory(
        0, engine="lookup", variant="table", task="image-classification", architecture=""
    )
    assert memory == ENTRY.memory
    card = Gpu("Card X", maker=NVIDIA, memory=8 * 10**9, has_driver=True)
    told = forecast("lookup", Machine(gpu=card))
    assert (told.device, told.words) == ("cpu", "Lookup")
    assert told.why_not.endswith("which Lookup does not use: it runs on the processor alone.")
