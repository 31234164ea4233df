"""The names of ImageNet's classes."""

from __future__ import annotations

from pathlib import Path

import pytest

from ailab.services.inference import imagenet_labels as module
from ailab.services.inference.imagenet_labels import imagenet_labels
from ailab.services.inference.label_file import read_label_file
from ailab.services.inference.label_name import label_name
from ailab.services.inference.timm_config import timm_model_config


@pytest.fixture(autouse=True)
def without_timm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_folder", lambda: None)
    imagenet_labels.cache_clear()


def test_that_a_thousand_classes_have_names_without_timm() -> None:
    labels = imagenet_labels(1000)
    assert len(labels) == 1000
    assert labels[0] == "tench, Tinca tinca"
    assert (labels[281], labels[269]) == (
        "tabby, tabby cat",
        "timber wolf, grey wolf, gray wolf, Canis lupus",
    )
    assert labels[999].startswith("toilet tissue")
    assert [label_name(label) for label in labels] == list(labels)
    assert imagenet_labels(11821) == imagenet_labels(7) == ()


def test_that_they_are_those_of_other_lists(shared_dir: Path) -> None:
    others = read_label_file(shared_dir / "realdata" / "labels" / "synset.txt")
    assert others == imagenet_labels(1000)


def test_that_a_classifier_of_timm_has_them_where_its_file_names_none() -> None:
    config = {
        "architecture": "resnet18",
        "num_classes": 1000,
        "pretrained_cfg": {"tag": "a1_in1k", "input_size": [3, 224, 224]},
    }
    assert timm_model_config(config).labels[281] == "tabby, tabby cat"
    own = [f"kind {number}" for number in range(1000)]
    assert timm_model_config({**config, "label_names": own}).labels[281] == "kind 281"
