"""Every architecture answers as it does in transformers; docs/fidelity.md has the whole table."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("torch", reason="the extra torch is not installed")

from ailab.services.compatibility.torch_architectures import TORCH_ARCHITECTURES
from ailab.services.inference.loaded_model import load_model
from ailab.services.inference.open_model import open_model
from ailab.services.inference.zero_shot_heads import ZERO_SHOT_HEADS
from tiny_networks.comparison import Compare
from tiny_networks.fidelity_case import FidelityCase, cases

pytestmark = pytest.mark.filterwarnings("ignore")  # of PyTorch and transformers themselves

CASES = {case.name: case for case in cases()}
EXPORTED = (
    "ConvNextForImageClassification",
    "DetrForObjectDetection",
    "DPTForDepthEstimation",
    "SegformerForSemanticSegmentation",
)
NOT_COMPARED = {
    # Their processors or layers need packages that are built for one version of PyTorch each.
    "DinatForImageClassification",
    "PPLCNetForImageClassification",
}


@pytest.fixture(scope="module")
def pictures() -> list[Image.Image]:
    chance = np.random.default_rng(7)
    small = Image.fromarray(chance.integers(0, 256, (11, 14, 3), dtype=np.uint8))
    return [small.resize(size, Image.Resampling.BICUBIC) for size in ((197, 131), (91, 203))]


def check(
    case: FidelityCase, folder: Path, variant: str, compare: Compare, pictures: list[Image.Image]
) -> None:
    loaded = load_model(open_model(folder, variant=variant))
    for picture in pictures:
        found = loaded.predict(np.asarray(picture), case.prompt).prediction
        differences = compare(picture, found)
        assert differences
        assert [each for each in differences if not each.is_small] == []


def test_that_every_architecture_that_is_promised_is_compared() -> None:
    # The zero-shot families go by their own names.
    single = TORCH_ARCHITECTURES - ZERO_SHOT_HEADS.keys()
    assert {name for name in single if name not in CASES} == NOT_COMPARED
    assert len([case for case in CASES.values() if case.task.startswith("zero-shot")]) > 9


@pytest.mark.parametrize("name", CASES)
def test_that_the_pytorch_engine_agrees_with_transformers(
    name: str, tmp_path: Path, pictures: list[Image.Image]
) -> None:
    case = CASES[name]
    check(case, tmp_path, "safetensors", case.save(tmp_path), pictures)


@pytest.mark.slow
@pytest.mark.parametrize("name", EXPORTED)
def test_that_the_exported_network_agrees_too(
    name: str, tmp_path: Path, pictures: list[Image.Image]
) -> None:
    case = CASES[name]
    compare = case.save(tmp_path)
    case.export(tmp_path)
    check(case, tmp_path, "fp32", compare, pictures)


def test_that_a_difference_would_be_seen(
    tmp_path: Path, pictures: list[Image.Image], monkeypatch: pytest.MonkeyPatch
) -> None:
    case = CASES["SegformerForSemanticSegmentation"]
    compare = case.save(tmp_path)
    loaded = load_model(open_model(tmp_path))
    shifted = np.roll(np.asarray(pictures[0]), 9, axis=1)
    found = loaded.predict(shifted, case.prompt).prediction
    assert not all(each.is_small for each in compare(pictures[0], found))
