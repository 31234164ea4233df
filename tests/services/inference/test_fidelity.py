"""Every architecture answers as it does in transformers; docs/fidelity.md has the whole table."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("torch", reason="the extra torch is not installed")

from ailab.services.compatibility.runnable_tasks import RUNNABLE_TASKS
from ailab.services.compatibility.torch_architectures import TORCH_ARCHITECTURES
from ailab.services.inference.feature_models import FEATURE_MODELS
from ailab.services.inference.loaded_model import load_model
from ailab.services.inference.open_model import open_model
from ailab.services.inference.text_detectors import TEXT_DETECTORS
from ailab.services.inference.zero_shot_heads import ZERO_SHOT_HEADS
from tiny_networks.answers import answer_cases
from tiny_networks.fidelity_case import FidelityCase, SinglePassCase, cases
from tiny_networks.label_scorers import MAPPERS, MATCHERS, RANKERS, SCORERS
from tiny_networks.named_things import NAMERS
from tiny_networks.policy_cases import policy_cases
from tiny_networks.reference import Compare, Difference, worse

pytestmark = pytest.mark.filterwarnings("ignore")  # of PyTorch and transformers themselves

CASES = {case.name: case for case in cases()}
# Those that have whole tests of their own beside this file are not run twice.
HERE = [name for name, case in CASES.items() if isinstance(case, SinglePassCase)]
HERE += [*SCORERS, *MAPPERS, *MATCHERS, *RANKERS, *(case.name for case in policy_cases()), *NAMERS]
HERE += [case.name for case in answer_cases()]
EXPORTED = (
    "ConvNextForImageClassification",
    "DetrForObjectDetection",
    "DPTForDepthEstimation",
    "PPOCRV5MobileDetForObjectDetection",
    "PPOCRV5MobileRecForTextRecognition",
    "SegformerForSemanticSegmentation",
)


@pytest.fixture(scope="module")
def pictures() -> list[Image.Image]:
    chance = np.random.default_rng(7)
    small = Image.fromarray(chance.integers(0, 256, (11, 14, 3), dtype=np.uint8))
    return [small.resize(size, Image.Resampling.BICUBIC) for size in ((197, 131), (91, 203))]


def check(
    case: FidelityCase, folder: Path, variant: str, compare: Compare, pictures: list[Image.Image]
) -> None:
    if case.name in TEXT_DETECTORS:
        pytest.importorskip("cv2", reason="the extra text is not installed")
    loaded = load_model(open_model(folder, variant=variant))
    for picture in pictures:
        found = loaded.predict(np.asarray(picture), case.prompt).prediction
        differences = compare(picture, found)
        assert differences
        assert [each for each in differences if not each.is_small] == []


def test_that_every_architecture_that_is_promised_is_compared() -> None:
    single = {name for name in TORCH_ARCHITECTURES if is_single(name)}
    assert {name for name in single if name not in CASES} == set()


def is_single(architecture: str) -> bool:
    """Others go by the names of their families, and are compared in tests of their own too."""
    families = (*ZERO_SHOT_HEADS, *FEATURE_MODELS)
    return architecture not in families and "For" in architecture and not is_of_family(architecture)


def is_of_family(architecture: str) -> bool:
    tasks = ("KeypointDetection", "PoseEstimation", "ConditionalGeneration", "CausalLM")
    return architecture.endswith(tasks)


@pytest.mark.parametrize("task", RUNNABLE_TASKS)
def test_that_every_task_is_compared(task: str) -> None:
    assert any(case.task == task for case in CASES.values())


@pytest.mark.parametrize("name", HERE)
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


def test_that_a_difference_that_is_no_number_counts_as_the_largest() -> None:
    nothing = float("nan")
    assert worse(0.0, nothing) == worse(nothing, 0.0) == np.inf
    assert worse(0.25, 0.5) == 0.5
    found = Difference("score", nothing, 1e-3)
    assert found.worst > Difference("score", 1.0, 1e-3).worst
    assert not found.is_small
