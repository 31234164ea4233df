"""Networks that remove backgrounds, in the shapes of their repositories on the Hub."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.loaded_model import load_model
from ailab.services.inference.matte_models import is_matte_model, matte_kind
from ailab.services.inference.model_config import is_known_head, parse_model_config
from ailab.services.inference.open_model import describe_model, open_model
from ailab.services.inference.predictions import Segmentation
from ailab.services.inference.preprocessing import Preprocessing, Resize

FULL = {
    "do_normalize": True,
    "do_pad": False,
    "do_rescale": True,
    "do_resize": True,
    "feature_extractor_type": "ImageFeatureExtractor",
    "resample": 2,
    "rescale_factor": 0.00392156862745098,
}
IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
HALF = ((0.5, 0.5, 0.5), (1.0, 1.0, 1.0))
# config.json, preprocessor_config.json, and the names of the network's input and output.
REPOSITORIES: dict[str, tuple[dict[str, Any], dict[str, Any], str, str]] = {
    "briaai/RMBG-1.4": (
        {
            "architectures": ["BriaRMBG"],
            "model_type": "SegformerForSemanticSegmentation",
            "auto_map": {"AutoModelForImageSegmentation": "briarmbg.BriaRMBG"},
        },
        FULL
        | {"image_mean": [0.5] * 3, "image_std": [1.0] * 3, "size": {"width": 32, "height": 32}},
        "input",
        "output",
    ),
    "onnx-community/BiRefNet-ONNX": (
        {"model_type": "birefnet"},
        FULL
        | {
            "image_mean": [0.485, 0.456, 0.406],
            "image_std": [0.229, 0.224, 0.225],
            "size": {"width": 32, "height": 32},
        },
        "input_image",
        "output_image",
    ),
    "onnx-community/BiRefNet_lite-ONNX": (
        {"model_type": "swin"},
        FULL | {"size": {"width": 32, "height": 32}},
        "input_image",
        "output_image",
    ),
    "onnx-community/BEN2-ONNX": (
        {"architectures": ["BEN"], "model_type": "ben"},
        FULL | {"size": {"width": 32, "height": 32}},
        "pixel_values",
        "alphas",
    ),
    "Xenova/modnet": (
        {"architectures": ["MODNet"], "model_type": "modnet"},
        FULL
        | {
            "image_mean": [0.5] * 3,
            "image_std": [0.5] * 3,
            "size": {"shortest_edge": 48},
            "size_divisibility": 32,
        },
        "input",
        "output",
    ),
    "onnx-community/ISNet-ONNX": (
        {"model_type": "isnet"},
        FULL | {"size": {"width": 32, "height": 32}},
        "input",
        "output",
    ),
    "BritishWerewolf/U-2-Net": (
        {"architectures": ["U-2-Net"], "model_type": "u2net"},
        FULL | {"size": {"width": 32, "height": 32}},
        "input.1",
        "1959",
    ),
}


def _save(path: Path, given: str, answered: str, *, is_logits: bool) -> None:
    """A network whose foreground is what is redder than grey."""
    nodes = [
        helper.make_node("Split", [given], ["r", "g", "b"], axis=1),
        helper.make_node("Sub", ["r", "g"], ["redness"]),
        helper.make_node("Mul", ["redness", "ten"], ["scaled"]),
        helper.make_node("Sub", ["scaled", "two"], ["logits"]),
        helper.make_node("Identity" if is_logits else "Sigmoid", ["logits"], [answered]),
    ]
    graph = helper.make_graph(
        nodes,
        "matte",
        [helper.make_tensor_value_info(given, TensorProto.FLOAT, ["n", 3, "h", "w"])],
        [helper.make_tensor_value_info(answered, TensorProto.FLOAT, ["n", 1, "h", "w"])],
        [
            numpy_helper.from_array(np.array(10, np.float32), "ten"),
            numpy_helper.from_array(np.array(2, np.float32), "two"),
        ],
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    opset = helper.make_opsetid("", 13)
    onnx.save(helper.make_model(graph, opset_imports=[opset], ir_version=8), path)


@pytest.fixture
def repository(tmp_path: Path) -> Callable[..., Path]:
    """Lays out a repository under its name."""

    def make(name: str, *, is_logits: bool = False, **keys: Any) -> Path:
        config, processor, given, answered = REPOSITORIES[name]
        folder = tmp_path / name.partition("/")[2]
        _save(folder / "onnx" / "model.onnx", given, answered, is_logits=is_logits)
        (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
        whole = json.dumps(processor | keys)
        (folder / "preprocessor_config.json").write_text(whole, encoding="utf-8")
        return folder

    return make


@pytest.mark.parametrize("name", REPOSITORIES)
@pytest.mark.parametrize("is_logits", [False, True])
def test_that_a_background_is_told_from_its_foreground(
    repository: Callable[..., Path], name: str, is_logits: bool
) -> None:
    folder = repository(name, is_logits=is_logits)
    model = open_model(folder)
    assert (model.task, model.labels) == ("image-segmentation", ("foreground",))
    picture = np.full((60, 90, 3), 128, np.uint8)
    picture[:, 45:] = (250, 10, 20)
    prediction = load_model(model).predict(picture).prediction
    assert isinstance(prediction, Segmentation)
    assert prediction.is_matte
    assert (prediction.width, prediction.height) == (90, 60)
    labels = np.frombuffer(prediction.label_map.unpack(), np.uint8).reshape(60, 90)
    assert not labels[:, :40].any()
    assert labels[:, 50:].all()


def steps(folder: Path) -> Preprocessing:
    return describe_model(folder).preprocessing


def test_that_where_the_files_are_silent_the_kind_of_network_tells_the_colours(
    repository: Callable[..., Path],
) -> None:
    for name, (mean, std) in (
        ("onnx-community/BiRefNet_lite-ONNX", IMAGENET),
        ("onnx-community/BEN2-ONNX", HALF),
        ("onnx-community/ISNet-ONNX", HALF),
        ("BritishWerewolf/U-2-Net", IMAGENET),
    ):
        how = steps(repository(name))
        assert (how.mean, how.std) == (mean, std)
    how = steps(repository("onnx-community/BEN2-ONNX", size=None))
    assert (how.resize, how.height, how.width) == (Resize.STRETCH, 1024, 1024)


def test_that_sides_become_multiples_where_the_network_asks_for_it(
    repository: Callable[..., Path],
) -> None:
    how = steps(repository("Xenova/modnet"))
    assert (how.resize, how.shortest_edge, how.multiple) == (Resize.SHORTEST_EDGE, 48, 32)


def test_that_other_networks_are_not_taken_for_them() -> None:
    assert (
        matte_kind({"architectures": ["SwinForImageClassification"], "model_type": "swin"}) is None
    )
    assert matte_kind({"architectures": ["SwinModel"], "model_type": "swin"}) is None
    assert matte_kind({"architectures": [3, None]}) is None
    assert matte_kind({"model_type": 7}) is None
    assert is_matte_model("BiRefNet")
    assert is_known_head("BriaRMBG")
    assert not is_matte_model("swin")
    assert not is_known_head("BeitNothing")


def test_that_the_channels_of_sapiens_mattes_are_no_classes() -> None:
    channels = {str(index): f"LABEL_{index}" for index in range(4)}
    config = {"architectures": ["Sapiens2ForImageMatting"], "id2label": channels}
    assert parse_model_config(config).labels == ("foreground",)


def test_that_a_network_that_asks_for_a_trimap_is_not_run() -> None:
    assert not is_known_head("VitMatteForImageMatting")
    with pytest.raises(ModelFileError, match="VitMatteForImageMatting"):
        parse_model_config({"architectures": ["VitMatteForImageMatting"]})


def test_that_a_classifier_named_so_is_told_of(
    repository: Callable[..., Path], tmp_path: Path
) -> None:
    folder = repository("onnx-community/BiRefNet_lite-ONNX")
    nodes = [helper.make_node("ReduceMean", ["x"], ["logits"], axes=[2, 3], keepdims=0)]
    graph = helper.make_graph(
        nodes,
        "classes",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 3, "h", "w"])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", 3])],
    )
    opset = helper.make_opsetid("", 13)
    model = helper.make_model(graph, opset_imports=[opset], ir_version=8)
    onnx.save(model, folder / "onnx" / "model.onnx")
    loaded = load_model(open_model(folder))
    with pytest.raises(ModelFileError, match="expected one channel"):
        loaded.predict(np.zeros((20, 20, 3), np.uint8))
