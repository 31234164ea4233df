"""What `config.json` of a model of timm says; timm itself is not needed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ailab.services.inference import missing_packages
from ailab.services.inference import open_model as opening
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.open_model import describe_model, open_model
from ailab.services.inference.preprocess import preprocess
from ailab.services.inference.preprocessing import Preprocessing, Resample, Resize
from ailab.services.inference.timm_config import (
    is_timm,
    timm_architecture,
    timm_model_config,
    timm_preprocessing,
)

CONFIG: dict[str, Any] = {
    "architecture": "resnet18",
    "num_classes": 3,
    "num_features": 512,
    "label_names": ["n01", "n02", "n03"],
    "label_descriptions": {"n01": "tench, Tinca tinca", "n02": "goldfish"},
    "pretrained_cfg": {
        "tag": "a1_in1k",
        "input_size": [3, 224, 224],
        "test_input_size": [3, 288, 288],
        "interpolation": "bicubic",
        "crop_pct": 0.95,
        "crop_mode": "center",
        "mean": [0.485, 0.456, 0.406],
        "std": [0.229, 0.224, 0.225],
    },
}


def changed(**changes: object) -> dict[str, Any]:
    return CONFIG | {"pretrained_cfg": CONFIG["pretrained_cfg"] | changes}


def test_that_the_steps_are_those_of_timms_evaluation() -> None:
    assert timm_preprocessing(CONFIG) == Preprocessing(
        resize=Resize.SHORTEST_EDGE,
        shortest_edge=235,
        resample=Resample.BICUBIC,
        crop=(224, 224),
        is_evenly_cropped=True,
        rescale_factor=1 / 255,
        mean=(0.485, 0.456, 0.406),
        std=(0.229, 0.224, 0.225),
    )


def test_that_a_squashed_picture_keeps_no_shape_and_an_oblong_one_is_covered() -> None:
    squashed = timm_preprocessing(changed(crop_mode="squash", crop_pct=0.9))
    assert (squashed.resize, squashed.height, squashed.width) == (Resize.STRETCH, 248, 248)
    oblong = timm_preprocessing(changed(input_size=[3, 96, 128], crop_pct=1.0))
    assert (oblong.resize, oblong.height, oblong.width) == (Resize.COVER, 96, 128)
    tensor, _ = preprocess(np.zeros((50, 200, 3), np.uint8), oblong)
    assert tensor.shape == (1, 3, 96, 128)


def test_that_half_a_pixel_falls_to_the_even_side() -> None:
    # Of 235 columns 11 are cut away, 6 of them on the left; transformers would cut 5.
    picture = np.arange(235, dtype=np.uint8)[None, :, None].repeat(235, 0).repeat(3, 2)
    tensor, placement = preprocess(picture, timm_preprocessing(changed(mean=[0.0], std=[1.0])))
    assert round(float(tensor[0, 0, 0, 0]) * 255) == 6
    assert placement.offset_x == -6


def test_that_what_is_left_out_is_what_timm_takes_it_to_be() -> None:
    how = timm_preprocessing({"architecture": "x", "num_classes": 1, "pretrained_cfg": {}})
    assert (how.shortest_edge, how.crop, how.resample) == (256, (224, 224), Resample.BICUBIC)
    assert how.mean == (0.485, 0.456, 0.406)


def test_that_the_processors_own_file_wins() -> None:
    processor = {
        "image_processor_type": "TimmWrapperImageProcessor",
        "data_config": {"input_size": [3, 128, 128], "interpolation": "bilinear", "crop_pct": 1},
    }
    how = timm_preprocessing(CONFIG, processor)
    assert (how.crop, how.shortest_edge, how.resample) == ((128, 128), 128, Resample.BILINEAR)


def test_that_classes_go_by_their_descriptions() -> None:
    config = timm_model_config(CONFIG)
    assert config.task == "image-classification"
    assert config.labels == ("tench, Tinca tinca", "goldfish", "n03")
    assert config.decoder.class_count == 3


@pytest.mark.parametrize(
    ("names", "labels"),
    [
        ({"0": "cat", "2": "dog"}, ("cat", "LABEL_1", "dog")),
        (["cat", "", 5], ("cat", "LABEL_1", "LABEL_2")),
        (None, ()),
    ],
)
def test_that_gaps_among_the_names_are_numbered(names: object, labels: tuple[str, ...]) -> None:
    bare = {key: CONFIG[key] for key in ("architecture", "num_classes", "pretrained_cfg")}
    assert timm_model_config(bare | {"label_names": names}).labels == labels


def test_that_a_network_without_classes_makes_vectors() -> None:
    for config in (
        CONFIG | {"num_classes": 0},
        CONFIG | {"architectures": ["TimmWrapperModel"]},
    ):
        assert timm_model_config(config).task == "image-feature-extraction"


def test_that_older_files_in_one_object_are_read() -> None:
    older = {**CONFIG["pretrained_cfg"], "architecture": "resnet18", "num_classes": 2}
    assert is_timm(older)
    assert timm_model_config(older | {"labels": ["a", "b"]}).labels == ("a", "b")
    assert timm_preprocessing(older) == timm_preprocessing(CONFIG)


def test_that_a_network_of_one_channel_is_given_grey() -> None:
    how = timm_preprocessing(changed(input_size=[1, 28, 28], mean=[0.1307], std=[0.3081]))
    assert (how.is_monochrome, how.channels) == (True, 1)
    assert (how.mean, how.std) == ((0.1307,), (0.3081,))


def test_that_configurations_of_transformers_are_no_ones_of_timm() -> None:
    for config in ({"architectures": ["ViTModel"]}, {"architecture": "resnet18"}, {}):
        assert not is_timm(config)


@pytest.mark.parametrize(
    ("config", "said"),
    [
        (changed(input_size=[4, 224, 224]), "4 channels"),
        (changed(input_size=[1, 224, 224]), "grey pictures"),
        (changed(input_size=[3, 0, 224]), "input_size"),
        (changed(input_size=[3, 16000, 16000]), "input_size"),
        (changed(input_size="224"), "input_size"),
        (changed(crop_pct=-1), "crop_pct"),
        (changed(crop_pct="all"), "crop_pct"),
        (changed(crop_mode="border"), "crop_mode border"),
        (changed(interpolation="random"), "interpolation"),
        (changed(mean=[1, 2]), "mean"),
        (changed(std=[0, 1, 1]), "std"),
    ],
)
def test_that_impossible_steps_are_refused(config: dict[str, Any], said: str) -> None:
    with pytest.raises(ModelFileError, match=said):
        timm_preprocessing(config)


@pytest.mark.parametrize("count", [-1, 10**9, True, "3", None])
def test_that_an_impossible_number_of_classes_is_refused(count: object) -> None:
    with pytest.raises(ModelFileError, match="num_classes"):
        timm_model_config(CONFIG | {"num_classes": count})


@pytest.mark.parametrize(
    "name", ["hf-hub:evil/model", "local-dir:/etc", "../resnet", "a b", "", "x" * 300, None]
)
def test_that_a_name_that_leads_elsewhere_is_refused(name: object) -> None:
    with pytest.raises(ModelFileError, match="architecture"):
        timm_architecture({"architecture": name})


def write(folder: Path, *, config: dict[str, Any] = CONFIG) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "model.safetensors").write_bytes(b"")
    return folder


def test_that_no_preprocessor_config_is_needed(tmp_path: Path) -> None:
    description = describe_model(write(tmp_path / "model"))
    assert description.preprocessing == timm_preprocessing(CONFIG)
    assert description.labels[1] == "goldfish"


def test_that_what_is_missing_is_named_with_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = frozenset({"onnxruntime", "torch"})
    monkeypatch.setattr(opening, "installed_engines", lambda: everything)
    monkeypatch.setattr(missing_packages, "installed_packages", lambda: frozenset({"timm"}))
    with pytest.raises(ModelFileError, match="torchvision is not installed") as caught:
        open_model(write(tmp_path / "model"))
    assert "ailab[timm]" in caught.value.advice
