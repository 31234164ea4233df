"""ONNX Runtime on small graphs made here, good and bad."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from ailab.services.inference.engine import Terminated
from ailab.services.inference.loaded_model import LoadedModel, load_model
from ailab.services.inference.open_model import open_model
from ailab.services.inference.predictions import Classification
from mean_classifier import Shape, classifier, refusal, save

PICTURE = np.full((8, 8, 3), 200, np.uint8)


def load(path: Path) -> LoadedModel:
    model = open_model(path)
    return load_model(model)


@pytest.mark.parametrize("dtype", ["FLOAT", "FLOAT16", "DOUBLE", "UINT8"])
@pytest.mark.parametrize("shape", [[1, 3, 8, 8], ["b", 3, "h", "w"], ["b", "c", "h", "w"]])
def test_that_inputs_of_every_type_and_shape_are_fed(
    tmp_path: Path, dtype: str, shape: Shape
) -> None:
    path = save(tmp_path, classifier(shape, dtype=getattr(TensorProto, dtype)), scale=1)
    pixels = np.zeros((8, 8, 3), np.uint8)
    pixels[..., 1] = 5
    forward = load(path).predict(pixels)
    assert isinstance(forward.prediction, Classification)
    e = np.exp(5.0)
    scores = {item.class_id: item.score for item in forward.prediction.scores}
    assert scores == pytest.approx({1: e / (e + 2), 0: 1 / (e + 2), 2: 1 / (e + 2)}, rel=1e-3)
    assert min(forward.preprocess, forward.forward, forward.postprocess) > 0


def test_that_channels_may_come_last(tmp_path: Path) -> None:
    path = save(tmp_path, classifier([1, 8, 8, 3], name="x"), layout="NHWC", color_order="BGR")
    pixels = np.zeros((8, 8, 3), np.uint8)
    pixels[..., 0] = 255
    prediction = load(path).predict(pixels).prediction
    assert isinstance(prediction, Classification)
    assert prediction.scores[0].class_id == 2


def test_that_a_pixel_mask_is_filled_in(tmp_path: Path) -> None:
    model = classifier([1, 3, 8, 8], extra=("pixel_mask", [1, 4, 4]))
    model.graph.output.append(helper.make_tensor_value_info("seen", TensorProto.FLOAT, None))
    loaded = load(save(tmp_path, model))
    assert isinstance(loaded.predict(PICTURE).prediction, Classification)


def test_that_a_newer_format_says_so(tmp_path: Path) -> None:
    model = classifier([1, 3, 8, 8])
    model.ir_version = 99
    path = save(tmp_path, model)
    assert "installed ONNX Runtime" in refusal(lambda: load(path)).message


def test_that_branches_that_half_precision_has_broken_are_told_of(tmp_path: Path) -> None:
    """As in the Hub's `decoder_model_merged_fp16.onnx` of several makers."""
    model = classifier([1, 3, 8, 8])
    scores = helper.make_tensor_value_info("logits", TensorProto.FLOAT, None)
    branches = {
        name: helper.make_graph([helper.make_node("Identity", ["means"], [name])], name, [], [out])
        for name, out in (("then", scores), ("else", scores))
    }
    graph = model.graph
    yes = numpy_helper.from_array(np.array(True), "yes")
    graph.initializer.append(yes)
    choice = helper.make_node(
        "If", ["yes"], ["chosen"], then_branch=branches["then"], else_branch=branches["else"]
    )
    graph.node.append(choice)
    graph.output[0].name = "chosen"
    told = refusal(lambda: load(save(tmp_path, model)))
    assert "half precision" in told.message
    assert told.advice == "Choose another variant of the model."


def test_that_custom_operators_are_not_run(tmp_path: Path) -> None:
    model = classifier([1, 3, 8, 8])
    model.graph.node[0].domain = "com.example"
    model.opset_import.append(helper.make_opsetid("com.example", 1))
    path = save(tmp_path, model)
    assert refusal(lambda: load(path)).detail


@pytest.mark.parametrize("location", ["../secret.bin", "gone.bin", "ABSOLUTE"])
def test_that_weights_from_outside_the_folder_are_not_read(tmp_path: Path, location: str) -> None:
    secret = tmp_path / "secret.bin"
    np.ones(3, np.float32).tofile(secret)
    folder = tmp_path / "model"
    folder.mkdir()
    model = classifier([1, 3, 8, 8])
    weights = TensorProto(
        name="factor", data_type=TensorProto.FLOAT, dims=[3], data_location=TensorProto.EXTERNAL
    )
    place = str(secret) if location == "ABSOLUTE" else location
    for key, value in {"location": place, "offset": "0", "length": "12"}.items():
        weights.external_data.add(key=key, value=value)
    model.graph.initializer[0].CopyFrom(weights)
    path = save(folder, model)
    assert "keeps its weights in another file" in refusal(lambda: load(path)).message


def test_that_weights_beside_the_model_are_read(tmp_path: Path) -> None:
    np.array([1, 2, 3], np.float32).tofile(tmp_path / "net.onnx.data")
    model = classifier([1, 3, 8, 8])
    weights = TensorProto(
        name="factor", data_type=TensorProto.FLOAT, dims=[3], data_location=TensorProto.EXTERNAL
    )
    weights.external_data.add(key="location", value="net.onnx.data")
    model.graph.initializer[0].CopyFrom(weights)
    prediction = load(save(tmp_path, model)).predict(PICTURE).prediction
    assert isinstance(prediction, Classification)
    assert [item.class_id for item in prediction.scores] == [2, 1, 0]


@pytest.mark.parametrize("factor", [np.nan, np.inf])
def test_that_numbers_that_are_none_are_told_of(tmp_path: Path, factor: float) -> None:
    loaded = load(save(tmp_path, classifier([1, 3, 8, 8], factor=factor)))
    error = refusal(lambda: loaded.predict(PICTURE))
    assert "numbers that are not numbers" in error.message


def test_that_a_fixed_size_stretches_what_would_keep_its_shape(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(classifier([1, 3, 32, 40]).SerializeToString())
    config = {"architectures": ["XForImageClassification"], "id2label": {}}
    (tmp_path / "config.json").write_text(json.dumps(config), encoding="utf-8")
    processor = {"image_processor_type": "DetrImageProcessor"}
    (tmp_path / "preprocessor_config.json").write_text(json.dumps(processor), encoding="utf-8")
    assert isinstance(load(tmp_path).predict(PICTURE).prediction, Classification)


def endless() -> onnx.ModelProto:
    """A loop of so many rounds that only being stopped ends it."""
    body = helper.make_graph(
        [
            helper.make_node("Identity", ["condition_in"], ["condition_out"]),
            helper.make_node("Sin", ["state_in"], ["state_out"]),
        ],
        "body",
        [
            helper.make_tensor_value_info("round", TensorProto.INT64, []),
            helper.make_tensor_value_info("condition_in", TensorProto.BOOL, []),
            helper.make_tensor_value_info("state_in", TensorProto.FLOAT, None),
        ],
        [
            helper.make_tensor_value_info("condition_out", TensorProto.BOOL, []),
            helper.make_tensor_value_info("state_out", TensorProto.FLOAT, None),
        ],
    )
    model = classifier([1, 3, 8, 8])
    del model.graph.node[2]
    loop = helper.make_node("Loop", ["rounds", "yes", "means"], ["logits"], body=body)
    model.graph.node.append(loop)
    del model.graph.initializer[:]
    model.graph.initializer.append(numpy_helper.from_array(np.array(2**60), "rounds"))
    model.graph.initializer.append(numpy_helper.from_array(np.array(True), "yes"))
    return model


def test_that_a_run_under_way_is_stopped(tmp_path: Path) -> None:
    loaded = load(save(tmp_path, endless()))
    ended: list[BaseException] = []

    def run() -> None:
        try:
            loaded.predict(PICTURE)
        except Terminated as stopped:
            ended.append(stopped)

    thread = threading.Thread(target=run)
    thread.start()
    while thread.is_alive():  # before the run has begun there is nothing to stop
        loaded.terminate()
        thread.join(0.01)
    assert len(ended) == 1


def test_that_stopping_nothing_does_no_harm_to_the_next_run(tmp_path: Path) -> None:
    loaded = load(save(tmp_path, classifier([1, 3, 8, 8])))
    loaded.terminate()
    assert isinstance(loaded.predict(PICTURE).prediction, Classification)


def on_cores(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    monkeypatch.setattr("ailab.services.inference.onnx_engine.network_threads", lambda: count)


@pytest.mark.parametrize("count", [2, 4])
def test_that_each_lane_gives_what_all_cores_give(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    on_cores(monkeypatch, 4)
    loaded = load(save(tmp_path, classifier([1, 3, 8, 8])))
    assert loaded.most_lanes == 4
    lanes = loaded.lanes(count)
    assert len(lanes) == count
    expected = loaded.predict(PICTURE).prediction
    assert all(lane.predict(PICTURE).prediction == expected for lane in lanes)


def test_that_stopping_one_lane_does_not_stop_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_cores(monkeypatch, 2)
    first, second = load(save(tmp_path, endless())).lanes(2)
    ended: list[LoadedModel] = []

    def run(lane: LoadedModel) -> None:
        with pytest.raises(Terminated):
            lane.predict(PICTURE)
        ended.append(lane)

    threads = [threading.Thread(target=run, args=(lane,)) for lane in (first, second)]
    for thread in threads:
        thread.start()
    for lane, thread in zip((first, second), threads, strict=True):
        while thread.is_alive():
            lane.terminate()
            thread.join(0.01)
    assert ended == [first, second]


def test_that_one_core_has_no_lanes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_cores(monkeypatch, 1)
    assert load(save(tmp_path, classifier([1, 3, 8, 8]))).most_lanes == 1
