"""The names that people see."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ailab.services.hub import library_name, license_name, pipeline_tag


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("image-segmentation", "Image Segmentation"),
        ("text-to-3d", "Text-to-3D"),
        ("fill-mask", "Fill-Mask"),
        ("cell-counting", "Cell Counting"),
        ("", ""),
        ("--", "--"),
    ],
)
def test_that_each_task_has_a_name(tag: str, name: str) -> None:
    assert pipeline_tag.display_name(tag) == name


def test_that_the_vision_tasks_are_those_of_the_hub(shared_dir: Path) -> None:
    rows = json.loads((shared_dir / "hub/vocab/pipelines.json").read_text("utf-8"))
    vision = {row["id"]: row["name"] for row in rows if row["modality"] == "cv"}
    assert list(pipeline_tag.VISION_TASKS.items()) == list(vision.items())
    assert all(pipeline_tag.display_name(row["id"]) == row["name"] for row in rows)


def test_that_licences_and_libraries_have_names_and_unknown_ones_stand_for_themselves() -> None:
    assert license_name.display_name("apache-2.0") == "Apache license 2.0"
    assert license_name.display_name("my-own") == "my-own"
    assert library_name.display_name("timm") == "timm"
    assert library_name.display_name("PyTorch") == "PyTorch"
    assert library_name.display_name("Transformers") == "Transformers"
    assert library_name.display_name("transformers.js") == "Transformers.js"
