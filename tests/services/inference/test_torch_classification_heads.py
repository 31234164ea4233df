"""What transformers' pipeline makes of one class, of several at once and of a regression."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.open_model import open_model
from ailab.services.inference.predictions import Classification

torch = pytest.importorskip("torch", reason="the extra torch is not installed")
transformers = pytest.importorskip("transformers", reason="the extra torch is not installed")

from ailab.services.inference.loaded_model import load_model  # noqa: E402 - needs PyTorch

pytestmark = pytest.mark.filterwarnings("ignore")  # of PyTorch and transformers themselves

PIXELS = (np.random.default_rng(0).random((40, 60, 3)) * 255).astype(np.uint8)


def classified(folder: Path, **head: Any) -> tuple[Any, Any]:
    """By the pipeline, and by ailab: names and scores."""
    torch.manual_seed(0)
    config = transformers.ViTConfig(
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        image_size=32,
        patch_size=8,
        **head,
    )
    network = transformers.ViTForImageClassification(config).eval()
    kind = getattr(transformers, "ViTImageProcessorPil", transformers.ViTImageProcessor)
    processor = kind(size={"height": 32, "width": 32})
    network.save_pretrained(folder)
    processor.save_pretrained(folder)
    pipeline = transformers.pipeline(
        "image-classification", model=network, image_processor=processor
    )
    expected = {each["label"]: each["score"] for each in pipeline(Image.fromarray(PIXELS))}
    found = load_model(open_model(folder)).predict(PIXELS).prediction
    assert isinstance(found, Classification)
    return expected, {score.label: score.score for score in found.scores}


@pytest.mark.parametrize(
    "head",
    [
        {"id2label": {0: "hot dog"}},
        {"num_labels": 2},
        {"num_labels": 4, "problem_type": "multi_label_classification"},
        {"num_labels": 3, "problem_type": "regression"},
    ],
)
def test_that_scores_and_names_are_the_pipelines(tmp_path: Path, head: dict[str, Any]) -> None:
    expected, found = classified(tmp_path, **head)
    assert list(found) == list(expected)
    assert found == pytest.approx(expected, abs=1e-3)


def test_that_a_regression_beyond_scores_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="made for regression"):
        classified(tmp_path, id2label={0: "age"}, problem_type="regression")


@pytest.mark.parametrize("names", [["no", "yes"], ["a", "b", "c", "d"]])
def test_that_a_number_of_classes_overrules_their_names(tmp_path: Path, names: list[str]) -> None:
    classified(tmp_path, num_labels=3)
    config = json.loads((tmp_path / "config.json").read_text(encoding="utf-8"))
    said = {"id2label": dict(enumerate(names)), "label2id": {}, "num_labels": 3}
    (tmp_path / "config.json").write_text(json.dumps(config | said), encoding="utf-8")
    pipeline = transformers.pipeline("image-classification", model=str(tmp_path))
    expected = {each["label"]: each["score"] for each in pipeline(Image.fromarray(PIXELS))}
    found = load_model(open_model(tmp_path)).predict(PIXELS).prediction
    assert isinstance(found, Classification)
    assert {each.label: each.score for each in found.scores} == pytest.approx(expected, abs=1e-3)
