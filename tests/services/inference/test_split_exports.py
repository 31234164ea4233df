"""CLIP's kind in two files, `vision_model.onnx` and `text_model.onnx`, against transformers."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.loaded_model import load_model
from ailab.services.inference.open_model import model_files, open_model
from ailab.services.inference.predictions import Classification
from ailab.services.inference.prompt import Prompt

torch = pytest.importorskip("torch", reason="the extra torch is not installed")
transformers = pytest.importorskip("transformers", reason="the extra torch is not installed")
pytest.importorskip("onnx", reason="the exporter needs it")

from ailab.services.inference.features import Features  # noqa: E402 - beside the rest
from tiny_networks.split_exports import (  # noqa: E402 - needs PyTorch
    SPLIT,
    export_halves,
    save_trained,
    scored,
)
from tiny_networks.zero_shot import LABELS, Tiny  # noqa: E402 - needs PyTorch

pytestmark = pytest.mark.filterwarnings("ignore")  # of PyTorch and transformers themselves

ASKED = Prompt(labels=LABELS)


def picture(height: int, width: int) -> Image.Image:
    random = np.random.default_rng(height)
    small = Image.fromarray(random.integers(0, 255, (6, 8, 3), dtype=np.uint8))
    return small.resize((width, height), Image.Resampling.BICUBIC)


PICTURES = (picture(101, 150), picture(151, 97))


@pytest.fixture(params=SPLIT)
def tiny(request: pytest.FixtureRequest, tmp_path: Path) -> Tiny:
    """A family, as a folder of two ONNX files without safetensors."""
    made = save_trained(SPLIT[request.param], tmp_path)
    export_halves(tmp_path)
    (tmp_path / "model.safetensors").unlink()
    return made


def test_that_two_files_score_labels_as_the_whole_network_does(tiny: Tiny, tmp_path: Path) -> None:
    model = open_model(tmp_path)
    assert (model.task, model.variant) == ("zero-shot-image-classification", "fp32")
    assert "scale" in model.note
    assert "relative" in model.note
    loaded = load_model(model)
    for each in PICTURES:
        expected = scored(tiny, each)
        found = loaded.predict(np.asarray(each), ASKED).prediction
        assert isinstance(found, Classification)
        assert {one.label: one.score for one in found.scores} == pytest.approx(expected, abs=1e-4)
    assert sum(expected.values()) == pytest.approx(1)
    other = loaded.predict(np.asarray(each), Prompt(labels=("debris", "cat"))).prediction
    assert isinstance(other, Classification)
    told = {one.label: one.score for one in other.scores}
    assert told == pytest.approx(scored(tiny, each, ("debris", "cat")), abs=1e-4)


@pytest.mark.parametrize("tiny", ["CLIP, two files", "SigLIP, two files"], indirect=True)
@pytest.mark.parametrize("is_alone", [True, False])
def test_that_what_sees_makes_vectors_without_what_reads(
    tiny: Tiny, tmp_path: Path, is_alone: bool
) -> None:
    if is_alone:  # nothing else was downloaded
        (tmp_path / "onnx" / "text_model.onnx").unlink()
        (tmp_path / "tokenizer.json").unlink()
    model = open_model(tmp_path, variant=None if is_alone else "vision_model")
    assert (model.task, model.note) == ("image-feature-extraction", "")
    by_file = open_model(tmp_path / "onnx" / "vision_model.onnx")
    assert by_file.task == model.task
    for each in PICTURES:
        pixels = tiny.image_processor(each, return_tensors="pt")["pixel_values"]
        with torch.inference_mode():
            expected = tiny.network.get_image_features(pixels)
        expected = getattr(expected, "pooler_output", expected)[0].numpy()
        for one in (model, by_file):
            found = load_model(one).predict(np.asarray(each)).prediction
            assert isinstance(found, Features)
            vector = np.frombuffer(found.vector.unpack(), np.float32)
            assert vector == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("tiny", ["CLIP, two files"], indirect=True)
def test_that_files_are_named_for_the_half_or_for_both(tiny: Tiny, tmp_path: Path) -> None:
    both = {name for name, _ in model_files(tmp_path)}
    assert {"onnx/vision_model.onnx", "onnx/text_model.onnx", "tokenizer.json"} <= both
    half = {name for name, _ in model_files(tmp_path, "vision_model")}
    assert half == {"onnx/vision_model.onnx", "config.json", "preprocessor_config.json"}
    # A configuration that names no architecture is known by its type.
    config = tmp_path / "config.json"
    values = json.loads(config.read_text("utf-8"))
    del values["architectures"]
    config.write_text(json.dumps(values), "utf-8")
    onnx = tmp_path / "onnx"
    (onnx / "vision_model.onnx").rename(onnx / "vision_model_fp16.onnx")
    (onnx / "text_model.onnx").rename(onnx / "text_model_quantized.onnx")
    loaded = load_model(open_model(tmp_path))  # halves of different variants go together
    batch = loaded.pipeline.prepare(np.asarray(PICTURES[0]), ASKED).batches[0]
    assert batch.feeds["input_ids"].shape == (len(LABELS), 77)  # as MobileCLIP asks for it
    found = loaded.predict(np.asarray(PICTURES[0]), ASKED).prediction
    assert isinstance(found, Classification)
    expected = scored(tiny, PICTURES[0])
    assert {each.label: each.score for each in found.scores} == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("tiny", ["CLIP, two files"], indirect=True)
def test_that_halves_that_do_not_go_together_are_told_of(tiny: Tiny, tmp_path: Path) -> None:
    onnx = tmp_path / "onnx"
    (onnx / "vision_model.onnx").rename(tmp_path / "vision")
    with pytest.raises(ModelFileError, match=r"holds no model\.onnx, but text_model\.onnx"):
        open_model(tmp_path)
    with pytest.raises(ModelFileError, match="reads words, and sees no picture"):
        open_model(onnx / "text_model.onnx")
    other = tmp_path / "other"
    other.mkdir()
    save_trained(SPLIT["SigLIP, two files"], other)
    export_halves(other)
    (other / "onnx" / "vision_model.onnx").replace(onnx / "vision_model.onnx")
    loaded = load_model(open_model(tmp_path))
    with pytest.raises(ModelFileError, match="a vector of 16 numbers, as labels have"):
        loaded.predict(np.asarray(PICTURES[0]), ASKED)
