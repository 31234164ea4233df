"""What lies at a path."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ailab.services.inference.inference_errors import ModelFileError, NotDescribedError
from ailab.services.inference.open_model import describe_model, open_model

CONFIG = {"architectures": ["ViTForImageClassification"], "id2label": {"0": "cat", "1": "dog"}}
PREPROCESSOR = {"image_processor_type": "ViTImageProcessor"}
# The outline of an ONNX model: `ir_version` 8, an empty `graph` and an empty `opset_import`.
OUTLINE = "\x08\x08\x3a\x00\x42\x00"


def test_that_reading_descriptions_loads_no_engine() -> None:
    code = (
        "import sys, ailab.services.inference.open_model;"
        "print(sorted({'PIL', 'numpy', 'onnxruntime'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


def lay(folder: Path, **files: object) -> Path:
    """Write files; `__` in a name stands for a folder, JSON values become JSON files."""
    for key, content in files.items():
        path = folder.joinpath(*key.split("__"))
        path = path.with_suffix(".onnx" if content is None else ".json")
        path.parent.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, str) else json.dumps(content)
        path.write_text(OUTLINE if content is None else text, encoding="utf-8")
    return folder


def refusal(path: Path) -> ModelFileError:
    with pytest.raises(ModelFileError) as caught:
        open_model(path)
    assert caught.value.message.endswith(".")
    assert caught.value.advice.endswith(".")
    return caught.value


@pytest.mark.parametrize("weights", ["model", "onnx__model"])
@pytest.mark.parametrize("is_file", [True, False])
def test_that_a_hugging_face_folder_is_opened(tmp_path: Path, weights: str, is_file: bool) -> None:
    lay(tmp_path, config=CONFIG, preprocessor_config=PREPROCESSOR, **{weights: None})
    file = tmp_path.joinpath(*weights.split("__")).with_suffix(".onnx")
    model = open_model(file if is_file else tmp_path)
    assert (model.task, model.labels) == ("image-classification", ("cat", "dog"))
    assert model.name == ("model" if is_file else tmp_path.name)
    assert describe_model(model.path).weights == file


def test_that_another_variant_can_be_chosen_by_its_file(tmp_path: Path) -> None:
    lay(tmp_path, config=CONFIG, preprocessor_config=PREPROCESSOR)
    lay(tmp_path, onnx__model=None, onnx__model_quantized=None)
    chosen = tmp_path / "onnx" / "model_quantized.onnx"
    assert describe_model(chosen).weights == chosen


def test_that_a_model_tells_of_an_image_processor_that_is_not_known(tmp_path: Path) -> None:
    lay(tmp_path, config=CONFIG, preprocessor_config=PREPROCESSOR, model=None)
    assert open_model(tmp_path).note == ""
    lay(tmp_path, preprocessor_config={"image_processor_type": "SomeNewImageProcessor"})
    assert "SomeNewImageProcessor, is not known; ailab prepares" in open_model(tmp_path).note


def test_that_a_model_from_the_hub_is_called_by_its_id(tmp_path: Path) -> None:
    lay(tmp_path, config=CONFIG, preprocessor_config=PREPROCESSOR, model=None)
    model = open_model(tmp_path, model_id="a/b", revision="c" * 40)
    assert (model.name, model.model_id, model.revision) == ("a/b", "a/b", "c" * 40)


def test_that_links_into_a_cache_are_followed(tmp_path: Path) -> None:
    repo = tmp_path / "models--owner--name"
    blobs, snapshot = repo / "blobs", repo / "snapshots" / "abc"
    lay(blobs, config=CONFIG, preprocessor_config=PREPROCESSOR, model=None)
    (snapshot / "onnx").mkdir(parents=True)
    try:
        (snapshot / "config.json").symlink_to("../../blobs/config.json")
        (snapshot / "preprocessor_config.json").symlink_to("../../blobs/preprocessor_config.json")
        (snapshot / "onnx" / "model.onnx").symlink_to("../../../blobs/model.onnx")
    except OSError:
        pytest.skip("this system makes no links")
    assert describe_model(snapshot).weights == snapshot / "onnx" / "model.onnx"


@pytest.mark.parametrize(
    ("architecture", "task", "decoder"),
    [
        ("SwinForImageClassification", "image-classification", "class-scores"),
        ("DetrForObjectDetection", "object-detection", "detr"),
        ("SegformerForSemanticSegmentation", "image-segmentation", "label-map"),
        ("MaskFormerForInstanceSegmentation", "image-segmentation", "mask-queries"),
        ("Mask2FormerForUniversalSegmentation", "image-segmentation", "mask-queries"),
        ("DetrForSegmentation", "image-segmentation", "mask-queries"),
        ("Sapiens2ForImageMatting", "image-segmentation", "matte"),
        ("VitPoseForPoseEstimation", "keypoint-detection", "pose-heatmaps"),
        ("Sapiens2ForPoseEstimation", "keypoint-detection", "sapiens-heatmaps"),
    ],
)
def test_that_the_architecture_tells_the_task(
    tmp_path: Path, architecture: str, task: str, decoder: str
) -> None:
    config = {**CONFIG, "architectures": [architecture]}
    lay(tmp_path, config=config, preprocessor_config=PREPROCESSOR, model=None)
    description = describe_model(tmp_path)
    assert (description.task, description.decoder.name) == (task, decoder)


def test_that_several_labels_at_once_are_scored_each_on_its_own(tmp_path: Path) -> None:
    config = {**CONFIG, "problem_type": "multi_label_classification"}
    lay(tmp_path, config=config, preprocessor_config=PREPROCESSOR, model=None)
    assert describe_model(tmp_path).decoder.activation == "sigmoid"


@pytest.mark.parametrize(
    ("said", "activation"),
    [
        ({"id2label": {"0": "hot dog"}}, "sigmoid"),
        ({"id2label": None, "num_labels": 1}, "sigmoid"),
        ({"id2label": {"0": "age"}, "problem_type": "regression"}, "regression"),
        ({"id2label": {"0": "no", "1": "yes"}, "num_labels": 1}, "sigmoid"),
        ({"problem_type": "single_label_classification"}, "softmax"),
    ],
)
def test_that_scores_are_made_as_the_pipeline_of_transformers_makes_them(
    tmp_path: Path, said: dict[str, object], activation: str
) -> None:
    lay(tmp_path, config={**CONFIG, **said}, preprocessor_config=PREPROCESSOR, model=None)
    assert describe_model(tmp_path).decoder.activation == activation


def test_that_what_several_labels_at_once_mean_for_classifiers_leaves_maps_alone(
    tmp_path: Path,
) -> None:
    config = {
        **CONFIG,
        "architectures": ["SegformerForSemanticSegmentation"],
        "problem_type": "multi_label_classification",
    }
    lay(tmp_path, config=config, preprocessor_config=PREPROCESSOR, model=None)
    assert describe_model(tmp_path).decoder.activation == "softmax"


def test_that_a_class_without_a_name_is_called_as_transformers_calls_it(tmp_path: Path) -> None:
    config = {**CONFIG, "id2label": None}
    lay(tmp_path, config=config, preprocessor_config=PREPROCESSOR, model=None)
    assert describe_model(tmp_path).decoder.unnamed == "LABEL_"


@pytest.mark.parametrize(
    ("id2label", "labels"),
    [
        ({"2": "c", "0": "a"}, ("a", "LABEL_1", "c")),
        ({"0": 7}, ("7",)),
        (["a", "b"], ("a", "b")),
        (None, ()),
    ],
)
def test_that_odd_labels_are_understood(
    tmp_path: Path, id2label: object, labels: tuple[str, ...]
) -> None:
    config = {**CONFIG, "id2label": id2label, "num_labels": 10**9}
    lay(tmp_path, config=config, preprocessor_config=PREPROCESSOR, model=None)
    assert open_model(tmp_path).labels == labels


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({**CONFIG, "id2label": {"1000000000": "x"}}, "numbers a class 1000000000"),
        ({**CONFIG, "id2label": {"-1": "x"}}, "numbers a class -1"),
        ({**CONFIG, "id2label": {"cat": 0}}, "a key that is not a number"),
        ({**CONFIG, "id2label": "cat"}, "is not an object"),
        ({"architectures": ["LlamaForCausalLM"]}, "LlamaForCausalLM"),
        ({"architectures": {"a": 1}}, "of a kind that ailab does not run"),
        ({}, "config.json names nothing"),
        ("{", "config.json is not valid JSON"),
        ("<html>", "config.json is not valid JSON"),
        ("[" * 200_000, "config.json is not valid JSON"),
        ("[1]", "not a list"),
        ('"x"', "not a text"),
    ],
)
def test_that_a_lying_config_is_refused_in_plain_words(
    tmp_path: Path, config: Any, said: str
) -> None:
    lay(tmp_path, config=config, preprocessor_config=PREPROCESSOR, model=None)
    error = refusal(tmp_path)
    assert said in error.message
    assert "JSON" not in said or error.advice.startswith("Download the model again")


def test_that_nothing_there_is_said(tmp_path: Path) -> None:
    assert "no file or folder" in refusal(tmp_path / "gone.onnx").message
    assert "no .onnx file" in refusal(tmp_path).message
    (tmp_path / "a.txt").touch()
    assert "a.txt is not an .onnx file" in refusal(tmp_path / "a.txt").message


def test_that_of_several_unnamed_files_none_is_guessed(tmp_path: Path) -> None:
    lay(tmp_path, a=None, b=None)
    assert "holds no model.onnx, but a.onnx and others." in refusal(tmp_path).message


def test_that_a_lone_variant_is_chosen_by_itself(tmp_path: Path) -> None:
    lay(tmp_path, config=CONFIG, preprocessor_config=PREPROCESSOR, onnx__model_int8=None)
    assert open_model(tmp_path).variant == "int8"
    assert describe_model(tmp_path).weights == tmp_path / "onnx" / "model_int8.onnx"
    model = open_model(tmp_path / "onnx" / "model_int8.onnx")
    assert model.task == "image-classification"


def test_that_a_variant_is_opened_by_its_name(tmp_path: Path) -> None:
    lay(tmp_path, config=CONFIG, preprocessor_config=PREPROCESSOR)
    lay(tmp_path, onnx__model=None, onnx__model_quantized=None)
    assert open_model(tmp_path).variant == "fp32"
    for name in ("q8", "quantized"):
        assert open_model(tmp_path, variant=name).variant == "q8"
        assert describe_model(tmp_path, name).weights.name == "model_quantized.onnx"
    with pytest.raises(ModelFileError) as caught:
        open_model(tmp_path, variant="bnb4")
    assert "no weights called bnb4" in caught.value.message
    assert "fp32, q8" in caught.value.advice


def test_that_a_bare_file_leads_to_its_sheet_and_notes_which_files_are_missing(
    tmp_path: Path,
) -> None:
    lay(tmp_path, net=None)
    error = refusal(tmp_path / "net.onnx")
    assert "config.json" not in str(error)
    assert "config.json and preprocessor_config.json" in error.detail
    assert f"ailab describe {tmp_path / 'net.onnx'}" in error.advice
    assert "ailab docs sheet" in error.advice
    lay(tmp_path, config=CONFIG)
    assert "preprocessor_config.json is missing" in refusal(tmp_path / "net.onnx").message


@pytest.mark.parametrize("weights", ["", OUTLINE[:-1], "<html>"])
def test_that_a_damaged_file_is_not_said_to_lack_a_sheet(tmp_path: Path, weights: str) -> None:
    (tmp_path / "net.onnx").write_text(weights, encoding="utf-8")
    error = refusal(tmp_path / "net.onnx")
    assert not isinstance(error, NotDescribedError)
    assert "is damaged" in error.message or "is empty" in error.message


def test_that_a_sheet_is_preferred_and_chooses_its_file(tmp_path: Path) -> None:
    sheet = {
        "format": 1,
        "task": "image-segmentation",
        "input": {"width": 8, "height": 8},
        "decoder": {"name": "matte"},
    }
    lay(tmp_path, config=CONFIG, preprocessor_config=PREPROCESSOR, a=None, b=None)
    (tmp_path / "b.ailab.json").write_text(json.dumps(sheet), encoding="utf-8")
    assert describe_model(tmp_path).weights == tmp_path / "b.onnx"
    assert open_model(tmp_path / "b.onnx").task == "image-segmentation"
    assert open_model(tmp_path / "a.onnx").task == "image-classification"


@pytest.mark.parametrize("weights", ["", OUTLINE[:-1], "<html>", "version https://git-lfs.git"])
@pytest.mark.parametrize("is_linked", [True, False])
def test_that_damaged_weights_are_told_before_a_run(
    tmp_path: Path, weights: str, is_linked: bool
) -> None:
    lay(tmp_path, config=CONFIG, preprocessor_config=PREPROCESSOR)
    place = tmp_path / "model.onnx"
    if is_linked:
        (tmp_path / "blob").write_text(weights)
        try:
            place.symlink_to("blob")
        except OSError:
            pytest.skip("this system makes no links")
    else:
        place.write_text(weights)
    assert refusal(tmp_path).message.startswith("model.onnx is ")
