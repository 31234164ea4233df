"""Which of a model's files say how pictures are prepared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.model_layout import find_layout
from ailab.services.inference.open_model import describe_model, model_files
from ailab.services.inference.preprocessor_config import parse_preprocessor_config

CONFIG = {"architectures": ["ViTForImageClassification"], "model_type": "vit"}
OWN = {"image_processor_type": "ViTImageProcessor", "size": 32}
NEWER = "processor_config.json"


def laid(folder: Path, weights: str = "model.onnx", **files: dict[str, Any]) -> Path:
    (folder / weights).write_bytes(b"")
    for name, content in {"config": CONFIG, **files}.items():
        (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    return folder


def test_that_what_the_newer_file_has_of_the_image_processor_counts_first(tmp_path: Path) -> None:
    newer = {"image_processor": {**OWN, "size": 16}, "processor_class": "SomeProcessor"}
    laid(tmp_path, preprocessor_config=OWN, processor_config=newer)
    assert describe_model(tmp_path).preprocessing.output_size == (16, 16)
    assert NEWER in {name for name, _ in model_files(tmp_path)}


def test_that_the_older_file_counts_where_the_newer_has_no_image_processor(tmp_path: Path) -> None:
    laid(tmp_path, preprocessor_config=OWN, processor_config={"processor_class": "SomeProcessor"})
    assert describe_model(tmp_path).preprocessing == parse_preprocessor_config(OWN)


def test_that_the_newer_file_alone_describes_nothing_without_an_image_processor(
    tmp_path: Path,
) -> None:
    laid(tmp_path, "model.safetensors", processor_config={"processor_class": "SomeProcessor"})
    with pytest.raises(ModelFileError, match=r"preprocessor_config\.json is missing"):
        describe_model(tmp_path)


def test_that_both_files_are_among_those_that_a_run_needs() -> None:
    layout = find_layout(["config.json", "preprocessor_config.json", NEWER, "model.safetensors"])
    assert layout is not None
    assert (layout.preprocessor, layout.processor) == ("preprocessor_config.json", NEWER)
    assert NEWER in layout.files
