"""CLIP in Immich's layout: OpenCLIP's configuration, and a folder for each half."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ailab.services.inference.features import Features
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.loaded_model import load_model
from ailab.services.inference.open_model import describe_model, model_files, open_model
from ailab.services.inference.predictions import Classification
from ailab.services.inference.preprocessing import Resize
from ailab.services.inference.prompt import Prompt
from colour_words import colour_halves

OPEN_CLIP: dict[str, Any] = {
    "embed_dim": 3,
    "vision_cfg": {"image_size": 8},
    "text_cfg": {"context_length": 12},
}
PIXELS = np.zeros((20, 40, 3), np.uint8)
PIXELS[..., 0], PIXELS[..., 1] = 255, 51  # means: 1, 0.2, 0


def test_that_both_halves_score_labels(tmp_path: Path) -> None:
    model = open_model(colour_halves(tmp_path, **OPEN_CLIP))
    assert (model.task, model.variant) == ("zero-shot-image-classification", "fp32")
    assert "relative" in model.note
    prompt = Prompt(labels=("dark red", "green red"))
    loaded = load_model(model)
    found = loaded.predict(PIXELS, prompt).prediction
    assert isinstance(found, Classification)
    words = np.array([[1.5, 0.5, 0.5], [1, 1, 0]])
    picture = np.array([1, 0.2, 0])
    cosines = words @ picture / np.linalg.norm(words, axis=1) / np.linalg.norm(picture)
    weights = np.exp(100 * (cosines - cosines.max()))
    expected = dict(zip(prompt.labels, (weights / weights.sum()).tolist(), strict=True))
    assert {each.label: each.score for each in found.scores} == pytest.approx(expected, rel=1e-3)
    batch = loaded.pipeline.prepare(PIXELS, prompt).batches[0]
    assert batch.feeds["text"].shape == (2, 12)
    assert batch.feeds["text"].dtype == np.int32


def test_that_pictures_are_prepared_as_openclip_does_it(tmp_path: Path) -> None:
    folder = colour_halves(tmp_path, **OPEN_CLIP)
    how = describe_model(folder).preprocessing
    assert (how.resize, how.height, how.mean, how.std) == (Resize.STRETCH, 8, (0,) * 3, (1,) * 3)
    path = folder / "visual" / "preprocess_cfg.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"resize_mode": "shortest"}))
    how = describe_model(folder).preprocessing
    assert (how.resize, how.shortest_edge, how.crop) == (Resize.SHORTEST_EDGE, 8, (8, 8))


def test_that_siglip_reads_plain_words(tmp_path: Path) -> None:
    text = {"context_length": 12, "tokenizer_kwargs": {"clean": "canonicalize"}}
    folder = colour_halves(tmp_path, **{**OPEN_CLIP, "text_cfg": text})
    assert describe_model(folder).text is not None
    loaded = load_model(open_model(folder))
    said, plain = (
        loaded.pipeline.prepare(PIXELS, Prompt(labels=(label,))).batches[0].feeds["text"]
        for label in ("Red, green!", "red green")
    )
    assert (said == plain).all()


@pytest.mark.parametrize("how", ["variant", "file", "nothing else"])
def test_that_what_sees_makes_vectors(tmp_path: Path, how: str) -> None:
    folder = colour_halves(tmp_path, **OPEN_CLIP)
    if how == "nothing else":
        (folder / "textual" / "model.onnx").unlink()
    place = folder / "visual" / "model.onnx" if how == "file" else folder
    variant = "visual" if how == "variant" else None
    model = open_model(place, variant=variant)
    assert model.task == "image-feature-extraction"
    found = load_model(model).predict(PIXELS).prediction
    assert isinstance(found, Features)
    vector = np.frombuffer(found.vector.unpack(), np.float32)
    assert vector == pytest.approx([1, 0.2, 0], abs=1e-6)
    names = {name for name, _ in model_files(place, variant)}
    assert names == {"visual/model.onnx", "config.json", "visual/preprocess_cfg.json"}


def test_that_the_half_that_reads_is_no_model_by_itself(tmp_path: Path) -> None:
    folder = colour_halves(tmp_path, **OPEN_CLIP)
    with pytest.raises(ModelFileError, match="reads words, and sees no picture"):
        open_model(folder / "textual" / "model.onnx")
