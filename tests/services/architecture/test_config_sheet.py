"""Configurations as people write them."""

from __future__ import annotations

import json

import pytest

from ailab.services.architecture.architecture_error import ArchitectureError
from ailab.services.architecture.config_reader import read_config
from ailab.services.architecture.config_sheet import ConfigSheet, read_sheet
from ailab.services.architecture.network_outline import TensorInfo
from ailab.services.architecture.tensor_groups import group_tensors
from fakes import FakeHub, a_model, details_of


def sheet(config: object, preprocessor: object = None) -> ConfigSheet:
    return read_sheet(
        json.dumps(config).encode(),
        None if preprocessor is None else json.dumps(preprocessor).encode(),
    )


def test_that_a_transformers_configuration_is_read() -> None:
    found = sheet(
        {
            "architectures": ["DetrForObjectDetection"],
            "model_type": "detr",
            "id2label": {"10": "bus", "2": "car", "x": "no"},
            "label2id": {"bus": 10},
            "image_size": 128,
            "depths": [1, 2],
            "eps": 1e-05,
            "use_bias": True,
            "none": None,
            "backbone_config": {"hidden_size": 8, "deep": {"er": {"still": 1}}},
            "_name_or_path": "/home/someone",
        },
        {"size": {"height": 20, "width": 30}},
    )
    assert found.architecture == "DetrForObjectDetection"
    assert found.model_type == "detr"
    assert found.labels == ((2, "car"), (10, "bus"))
    assert found.input_size == "30 × 20"
    facts = dict(found.facts)
    assert facts["depths"] == "1, 2"
    assert facts["eps"] == "1e-05"
    assert facts["use_bias"] == "yes"
    assert facts["backbone_config.hidden_size"] == "8"
    assert not any(name.startswith(("_", "id2label", "none")) for name in facts)


@pytest.mark.parametrize(
    ("config", "preprocessor", "size"),
    [
        ({"image_size": 224}, None, "224 × 224"),
        ({"image_size": [20, 30]}, None, "30 × 20"),
        ({"image_size": 224}, {"size": {"shortest_edge": 256}}, "shorter side 256"),
        (
            {},
            {"size": {"shortest_edge": 800, "longest_edge": 1333}},
            "shorter side 800, longer side up to 1333",
        ),
        ({}, {"size": 256, "do_center_crop": True, "crop_size": 224}, "224 × 224"),
        ({"pretrained_cfg": {"input_size": [3, 288, 320]}}, None, "320 × 288"),
        ({"image_size": -3}, {"size": "large"}, ""),
        ({"image_size": [1, 2, 3]}, {"size": {"height": True, "width": 10**9}}, ""),
    ],
)
def test_that_the_input_size_is_told(config: object, preprocessor: object, size: str) -> None:
    assert sheet(config, preprocessor).input_size == size


def test_that_timm_s_form_is_read() -> None:
    found = sheet({"architecture": "resnet18", "label_names": ["a", "b"]})
    assert found.architecture == "resnet18"
    assert found.labels == ((0, "a"), (1, "b"))


def test_that_thousands_of_classes_are_read() -> None:
    labels = {str(n): f"class {n}" for n in range(21_843)}
    assert len(sheet({"id2label": labels}).labels) == 21_843


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"[" * 10**5, b"\xff", b"3"])
async def test_that_a_damaged_configuration_is_told(content: bytes) -> None:
    hub, model = FakeHub(), a_model()
    hub.files[model.id, "config.json"] = content
    with pytest.raises(ArchitectureError, match=r"config\.json of acme/nuclei cannot be read"):
        await read_config(hub, details_of(model, "config.json"))


async def test_that_a_model_without_configuration_has_none() -> None:
    hub = FakeHub()
    assert await read_config(hub, details_of(a_model(), "model.onnx")) is None
    assert not hub.read


def test_that_a_damaged_preprocessor_does_not_hide_the_network() -> None:
    assert read_sheet(b'{"model_type": "vit"}', b"nonsense").model_type == "vit"


def test_that_tensors_are_grouped_by_their_names() -> None:
    names = ("net.a.0.weight", "net.a.0.bias", "net.a.1.weight", "/head/MatMul", "bias")
    tree = group_tensors(TensorInfo(name, "F32", (2, 3)) for name in names)
    assert tree.count == 5
    assert tree.parameters == 30
    assert [group.name for group in tree.groups] == ["net.a", "head"]
    assert [group.count for group in tree.groups[0].groups] == [2, 1]
    assert tree.groups[0].groups[0].leaves == ("weight", "bias")
    assert tree.leaves == ("bias",)


def test_that_a_name_of_endless_parts_is_grouped_too() -> None:
    tree = group_tensors([TensorInfo("a." * 100_000, "F32", ()), TensorInfo("", "F32", ())])
    assert tree.count == 2
