"""Pictures judged by rules in words; that they are as transformers judges is told elsewhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.open_model import model_files, open_model
from ailab.services.inference.predictions import Classification
from ailab.services.inference.prompt_kind import PromptKind

pytest.importorskip("torch", reason="the extra torch is not installed")
pytest.importorskip("transformers", reason="the extra torch is not installed")

from ailab.services.inference.loaded_model import load_model
from tiny_networks.policy_cases import PolicyCase

pytestmark = pytest.mark.filterwarnings("ignore")  # of PyTorch and transformers themselves


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("judge")
    PolicyCase().save(made)
    return made


def say(folder: Path, policies: Any) -> None:
    path = folder / "processor_config.json"
    said = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**said, "policy_definitions": policies}), encoding="utf-8")


def test_that_rules_are_the_models_own_and_asked_by_nobody(folder: Path) -> None:
    say(folder, {"cats": "the picture shows a cat", "dogs": "two dogs"})
    model = open_model(folder)
    assert (model.task, model.asks_for) == ("image-classification", PromptKind.NONE)
    assert {"chat_template.jinja", "processor_config.json"} <= {n for n, _ in model_files(folder)}
    picture = np.random.default_rng(3).integers(0, 256, (40, 60, 3), np.uint8)
    found = load_model(model).predict(picture).prediction
    assert isinstance(found, Classification)
    assert {each.label for each in found.scores} == {"cats", "dogs"}
    assert all(0 <= each.score <= 1 for each in found.scores)
    assert found.above(model.default_threshold) == found


@pytest.mark.parametrize("policies", [{}, {"a": 5}, ["a"], {str(n): "b" for n in range(40)}])
def test_that_rules_that_are_none_are_told_of(folder: Path, policies: Any) -> None:
    say(folder, policies)
    with pytest.raises(ModelFileError, match="the rules that it judges pictures by"):
        load_model(open_model(folder))
