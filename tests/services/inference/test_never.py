"""What no model may bring ailab to do."""

from __future__ import annotations

import itertools
import json
import os
import pickle
from collections.abc import Callable
from pathlib import Path

import onnx
import pytest
from onnx import TensorProto, helper
from worker_lab import SharedWorker, best, serving

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.inference_service import InferenceService
from ailab.services.inference.open_model import describe_model, open_model

CONFIG = {"architectures": ["ViTForImageClassification"], "id2label": {"0": "a", "1": "b"}}
PREPROCESSOR = {"image_processor_type": "ViTImageProcessor", "size": {"height": 8, "width": 8}}
FLOAT = TensorProto.FLOAT
_NUMBERS = itertools.count()


def refusal(path: Path) -> ModelFileError:
    with pytest.raises(ModelFileError) as caught:
        open_model(path)
    assert caught.value.advice
    return caught.value


class Bomb:
    """Leaves a trace wherever it is unpickled."""

    def __init__(self, trace: Path) -> None:
        self._trace = trace

    def __reduce__(self) -> tuple[object, ...]:
        return (os.mkdir, (str(self._trace),))


@pytest.mark.parametrize("ending", [".bin", ".pt", ".pth", ".ckpt", ".pkl", ".PT"])
def test_that_a_pickle_is_refused_with_the_reason_and_never_opened(
    tmp_path: Path, ending: str
) -> None:
    file = tmp_path / f"pytorch_model{ending}"
    file.write_bytes(pickle.dumps(Bomb(tmp_path / "trace")))
    (tmp_path / "config.json").write_text(json.dumps(CONFIG))
    for path in (file, tmp_path):
        error = refusal(path)
        assert file.name in error.message
        assert "run any program" in error.message
        assert "safetensors" in error.advice
        assert "ailab docs safety" in error.advice
    assert not (tmp_path / "trace").exists()


@pytest.mark.parametrize("name", ["model.h5", "model.keras", "model.tflite", "saved_model.pb"])
def test_that_weights_of_other_engines_are_refused_with_what_to_do(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_bytes(b"x")
    for path in (tmp_path / name, tmp_path):
        error = refusal(path)
        assert name in error.message
        assert "ONNX or safetensors" in error.advice


def test_that_safetensors_chosen_alone_lead_to_their_folder(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"x")
    assert "Choose its folder" in refusal(tmp_path / "model.safetensors").advice


def lay(folder: Path) -> Path:
    """A whole model of which nothing has been looked into."""
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(CONFIG))
    (folder / "preprocessor_config.json").write_text(json.dumps(PREPROCESSOR))
    (folder / "model.onnx").write_bytes(b"x")
    return folder


def link(place: Path, target: Path) -> None:
    place.unlink(missing_ok=True)
    try:
        place.symlink_to(target)
    except OSError:
        pytest.skip("this system makes no links")


@pytest.mark.parametrize("name", ["config.json", "preprocessor_config.json", "model.onnx"])
def test_that_no_link_of_a_folder_leads_out_of_it(tmp_path: Path, name: str) -> None:
    secret = lay(tmp_path / "elsewhere") / name
    folder = lay(tmp_path / "model")
    link(folder / name, secret)
    with pytest.raises(ModelFileError, match="leads out of the model's folder") as caught:
        describe_model(folder)
    assert name in caught.value.message
    assert str(secret) in caught.value.advice
    link(folder / name, Path("other"))
    (folder / "other").write_bytes(secret.read_bytes())
    assert describe_model(folder).labels == ("a", "b")


def test_that_a_link_chosen_as_the_model_is_refused_with_its_real_place(tmp_path: Path) -> None:
    real = lay(tmp_path / "elsewhere") / "model.onnx"
    folder = lay(tmp_path / "model")
    link(folder / "model.onnx", real)
    assert str(real) in refusal(folder / "model.onnx").advice


def test_that_labels_are_no_link_to_something_else(
    tmp_path: Path, save_model: Callable[..., Path]
) -> None:
    (tmp_path / "diary.txt").write_text("dear diary")
    (tmp_path / "model").mkdir()
    nodes = [helper.make_node("ReduceMean", ["pixels"], ["scores"], axes=[2, 3], keepdims=0)]
    path = save_model(tmp_path / "model" / "m.onnx", nodes, [1, 3], labels="names.txt")
    link(tmp_path / "model" / "names.txt", tmp_path / "diary.txt")
    error = refusal(path)
    assert "leads out" in error.message
    assert "diary" not in f"{error.message} {error.detail}"


@pytest.mark.parametrize("labels", ["../diary.txt", "/etc/hostname", "a/../../diary.txt", "..\\x"])
def test_that_a_sheet_names_no_file_outside_its_folder(
    tmp_path: Path, save_model: Callable[..., Path], labels: str
) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "diary.txt").write_text("dear diary")
    nodes = [helper.make_node("ReduceMean", ["pixels"], ["scores"], axes=[2, 3], keepdims=0)]
    path = save_model(tmp_path / "model" / "m.onnx", nodes, [1, 3], labels=labels)
    assert "beside the sheet" in refusal(path).message


def snapshot(cache: Path, content: Path | str) -> Path:
    """A snapshot in a Hub cache, of which the weights are a link."""
    folder = lay(cache / "models--owner--name" / "snapshots" / "abc")
    (cache / "models--owner--name" / "blobs").mkdir()
    link(folder / "model.onnx", Path(content))
    return folder


def test_that_a_snapshots_links_lead_to_the_repositorys_blobs_or_the_shared_ones(
    tmp_path: Path,
) -> None:
    folder = snapshot(tmp_path, "../../blobs/123")
    blob = tmp_path / "models--owner--name" / "blobs" / "123"
    blob.write_bytes(b"x")
    assert describe_model(folder).labels
    shared = tmp_path / "blobs" / "ab" / ("ab" * 32)
    shared.parent.mkdir(parents=True)
    shared.write_bytes(b"x")
    link(blob, Path("../../blobs/ab") / shared.name)
    assert describe_model(folder).labels


@pytest.mark.parametrize(
    "target",
    [
        "../../../diary.onnx",
        "../../blobs/../../../diary.onnx",
        "../../../models--other--one/blobs/1",
        "../../../blobs/not-shared",
        "../../refs/main",
        "/etc/hostname",
    ],
)
def test_that_a_snapshots_link_leads_nowhere_else(tmp_path: Path, target: str) -> None:
    cache = tmp_path / "hub"
    folder = snapshot(cache, target)
    if not (there := folder / target).exists():
        there.resolve().parent.mkdir(parents=True, exist_ok=True)
        there.resolve().write_bytes(b"x")
    with pytest.raises(ModelFileError, match="leads out"):
        describe_model(folder)


def with_outside_weight(location: str, where: str) -> onnx.ModelProto:
    """A network that keeps a weight of three numbers in another file."""
    weight = TensorProto(name="w", data_type=FLOAT, dims=[3], data_location=TensorProto.EXTERNAL)
    weight.external_data.add(key="location", value=location)
    weight.external_data.add(key="length", value="12")
    mean = helper.make_node("ReduceMean", ["pixels"], ["means"], axes=[2, 3], keepdims=0)
    add = helper.make_node("Add", ["means", "w"], ["scores"])
    nodes, initializers = [mean, add], []
    if where == "initializer":
        initializers = [weight]
    else:
        constant = helper.make_node("Constant", [], ["w"])
        constant.attribute.append(helper.make_attribute("value", weight))
        nodes = [constant, mean, add]
        if where == "branch":
            branch = helper.make_graph(
                [constant, helper.make_node("Add", ["means", "w"], ["sum"])],
                "branch",
                [],
                [helper.make_tensor_value_info("sum", FLOAT, None)],
            )
            yes = helper.make_tensor("yes", TensorProto.BOOL, [], [True])
            nodes = [
                mean,
                helper.make_node("Constant", [], ["yes"], value=yes),
                helper.make_node("If", ["yes"], ["scores"], then_branch=branch, else_branch=branch),
            ]
    graph = helper.make_graph(
        nodes,
        "outside",
        [helper.make_tensor_value_info("pixels", FLOAT, [1, 3, 8, 8])],
        [helper.make_tensor_value_info("scores", FLOAT, [1, 3])],
        initializers,
    )
    opset = helper.make_opsetid("", 17)
    return helper.make_model(graph, opset_imports=[opset], ir_version=8)


SHEET = {
    "format": 1,
    "task": "image-classification",
    "input": {"width": 8, "height": 8},
    "decoder": {"name": "class-scores"},
}


@pytest.mark.parametrize("where", ["initializer", "constant", "branch"])
@pytest.mark.parametrize("location", ["../secret", "{secret}", "sub/../../secret", "linked"])
def test_that_weights_outside_the_folder_are_not_read(
    colour_worker: SharedWorker, green_picture: str, location: str, where: str
) -> None:
    shared = colour_worker.folder
    place = shared / f"{next(_NUMBERS)}"
    make_outside(place / "model", place / "secret", location, where)

    async def refused(service: InferenceService) -> ModelFileError:
        await service.load(await service.open(str(shared / "colour.onnx")))
        with pytest.raises(ModelFileError) as caught:
            await best(service, place / "model" / "m.onnx", green_picture)
        assert await best(service, shared / "colour.onnx", green_picture) == "green"
        return caught.value

    assert colour_worker.carry_out(refused).message.startswith("m.onnx ")


def make_outside(folder: Path, secret: Path, location: str, where: str) -> None:
    (folder / "sub").mkdir(parents=True)
    secret.write_bytes(bytes(12))
    link(folder / "linked", secret)
    model = with_outside_weight(location.format(secret=secret), where)
    (folder / "m.onnx").write_bytes(model.SerializeToString())
    (folder / "m.ailab.json").write_text(json.dumps(SHEET))


async def test_that_operators_of_nobody_knows_whom_are_refused(
    tmp_path: Path, green_picture: str
) -> None:
    node = helper.make_node("Magic", ["pixels"], ["scores"], domain="com.stranger")
    graph = helper.make_graph(
        [node],
        "custom",
        [helper.make_tensor_value_info("pixels", FLOAT, [1, 3, 8, 8])],
        [helper.make_tensor_value_info("scores", FLOAT, [1, 3])],
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.stranger", 1)]
    path = tmp_path / "m.onnx"
    onnx.save(helper.make_model(graph, opset_imports=opsets, ir_version=8), path)
    path.with_suffix(".ailab.json").write_text(json.dumps(SHEET))
    async with serving() as service:
        with pytest.raises(
            ModelFileError, match=r"m\.onnx needs operators of its maker's own"
        ) as caught:
            await best(service, path, green_picture)
    assert "com.stranger" in caught.value.detail
