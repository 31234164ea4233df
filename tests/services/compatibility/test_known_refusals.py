"""No class of transformers that takes pictures is passed over: it runs, or the reason is told."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

import pytest

from ailab.services.compatibility.known_refusals import REASONS, why_not_run
from ailab.services.compatibility.torch_architectures import TORCH_ARCHITECTURES

ENGINES = Path(__file__).parents[3] / "docs" / "engines.md"
COMPARED_WITH = (5, 24)
"""The version of transformers whose classes were gone through; a later one has others."""
# Run by timm, and refused by rules of their own.
ELSEWHERE = ("TimmWrapper", "Dinat", "SegGpt")
TAKES_PICTURES = frozenset(
    {
        "flattened_patches",
        "image",
        "image_patches",
        "image_pixel_values",
        "pixel_values",
        "pixel_values_videos",
    }
)


def test_that_what_runs_is_not_refused() -> None:
    assert [name for name in TORCH_ARCHITECTURES if why_not_run(name)] == []
    assert TORCH_ARCHITECTURES.isdisjoint(REASONS)


@pytest.mark.parametrize(
    ("architecture", "reason"),
    [
        ("VJEPA2Model", "asks for a video"),
        ("Qwen2VLModel", "without the part that does"),
        ("GitModel", "without the part that does"),
        ("BlipModel", ""),
        ("ViTForImageClassification", ""),
        ("SomethingModel", ""),
        ("", ""),
    ],
)
def test_that_the_reason_is_told(architecture: str, reason: str) -> None:
    found = why_not_run(architecture)
    assert reason in found
    assert bool(found) is bool(reason)


def test_that_the_documentation_names_each_with_a_reason_of_its_own() -> None:
    text = ENGINES.read_text(encoding="utf-8")
    beginnings = tuple(re.findall(r"`(\w+)…`", text))
    endings = tuple(re.findall(r"`…(\w+)`", text))
    names = [name for name in REASONS if f"`{name}`" not in text]
    silent = [name for name in names if not name.startswith(beginnings)]
    assert [name for name in silent if not name.endswith(endings)] == []


def test_that_every_class_that_takes_pictures_is_run_or_named() -> None:
    pytest.importorskip("torch", reason="the extra torch is not installed")
    transformers = pytest.importorskip("transformers", reason="the extra torch is not installed")
    if tuple(map(int, transformers.__version__.split(".")[:2])) != COMPARED_WITH:
        pytest.skip(f"transformers {transformers.__version__} was not gone through")
    classes = (getattr(transformers, name, None) for name in dir(transformers))
    taking = {
        each.__name__
        for each in classes
        if isinstance(each, type)
        and issubclass(each, transformers.PreTrainedModel)  # stand-ins for what is missing are not
        and takes_pictures(each)
    }
    assert len(taking) > 300
    assert [
        name
        for name in sorted(taking - TORCH_ARCHITECTURES)
        if not why_not_run(name) and not name.startswith(ELSEWHERE)
    ] == []


def takes_pictures(network: Any) -> bool:
    """True for a class of networks that is called with a picture."""
    taken = inspect.signature(network.forward).parameters
    is_base = network.__name__.endswith("PreTrainedModel")
    return not is_base and not TAKES_PICTURES.isdisjoint(taken)
