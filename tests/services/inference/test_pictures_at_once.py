"""Several pictures in one run of a real network: the same results, or one at a time."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper
from PIL import Image

from ailab.services.images.image_reader import read_picture
from ailab.services.inference.loaded_model import LoadedModel, load_model
from ailab.services.inference.open_model import open_model
from ailab.services.inference.picture_steps import PictureSteps
from ailab.services.inference.pictures_at_once import PicturesAtOnce
from ailab.services.inference.predict_request import PredictRequest
from ailab.services.inference.predictions import Classification
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.results.result_writer import ResultWriter

MEANS = [helper.make_node("ReduceMean", ["pixels"], ["scores"], axes=[2, 3], keepdims=0)]
# Takes off the largest value of all pictures, as quantising by it would.
MIXED = [
    helper.make_node("ReduceMean", ["pixels"], ["means"], axes=[2, 3], keepdims=0),
    helper.make_node("ReduceMax", ["pixels"], ["top"], axes=[0, 1, 2, 3], keepdims=0),
    helper.make_node("Mul", ["means", "top"], ["scores"]),
]
FIXED = [
    helper.make_node("ReduceMean", ["pixels"], ["scores"], axes=[0, 2, 3], keepdims=0),
]


def save(path: Path, nodes: list[onnx.NodeProto], batch: str | int, out: list[str | int]) -> Path:
    graph = helper.make_graph(
        nodes,
        "several",
        [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, [batch, 3, 8, 8])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, out)],
    )
    opset = helper.make_opsetid("", 17)
    onnx.save(helper.make_model(graph, opset_imports=[opset], ir_version=8), path)
    sheet = {
        "format": 1,
        "task": "image-classification",
        "input": {"width": 8, "height": 8},
        "decoder": {"name": "class-scores", "activation": "softmax"},
        "labels": ["red", "green", "blue"],
    }
    path.with_suffix(".ailab.json").write_text(json.dumps(sheet))
    return path


@pytest.fixture
def pictures(tmp_path: Path) -> list[str]:
    random = np.random.default_rng(0)
    paths = []
    for index in range(8):
        pixels = random.integers(0, 100 + 20 * index, (9 + index, 12, 3), np.uint8)
        path = tmp_path / f"{index}.png"
        Image.fromarray(pixels).save(path)
        paths.append(str(path))
    return paths


class Runs:
    """Pictures of one model, prepared, and run with a clock that ticks once a run."""

    def __init__(self, path: Path) -> None:
        self.description: RunnableModel = open_model(path)
        self.model: LoadedModel = load_model(self.description)
        ticks = count()
        self.at_once = PicturesAtOnce(lambda: True, lambda: float(next(ticks)))

    def prepared(self, pictures: list[str]) -> list[PictureSteps]:
        all_steps = []
        for picture in pictures:
            request = PredictRequest(self.description, picture, 0.5, None)
            steps = PictureSteps(request, read_picture, ResultWriter())
            steps.decode()
            steps.prepare(self.model)
            all_steps.append(steps)
        return all_steps

    def scores(self, all_steps: list[PictureSteps]) -> list[list[float]]:
        found = []
        for steps in all_steps:
            prediction = steps.finish()
            assert isinstance(prediction, Classification)
            by_label = sorted(prediction.scores, key=lambda score: score.label)
            found.append([score.score for score in by_label])
        return found

    def alone(self, pictures: list[str]) -> list[list[float]]:
        all_steps = self.prepared(pictures)
        for steps in all_steps:
            steps.run()
        return self.scores(all_steps)

    def learn_one(self, pictures: list[str]) -> None:
        for steps in self.prepared(pictures[:3]):
            self.at_once.run([steps])


def test_that_several_pictures_give_what_each_gives_alone(
    tmp_path: Path, pictures: list[str]
) -> None:
    runs = Runs(save(tmp_path / "free.onnx", MEANS, "batch", ["batch", 3]))
    expected = runs.alone(pictures)
    runs.learn_one(pictures)
    together = runs.prepared(pictures)
    assert len({runs.at_once.key(steps) for steps in together}) == 1
    assert runs.at_once.most(together[0]) == 2
    runs.at_once.run(together)
    assert np.allclose(runs.scores(together), expected, rtol=0, atol=1e-5)


def test_that_a_size_that_pays_is_kept(tmp_path: Path, pictures: list[str]) -> None:
    runs = Runs(save(tmp_path / "free.onnx", MEANS, "batch", ["batch", 3]))
    runs.learn_one(pictures)
    for size in (2, 4):
        for _ in range(3):
            runs.at_once.run(runs.prepared(pictures[:size]))
    assert runs.at_once.most(runs.prepared(pictures[:1])[0]) == 8


def test_that_a_network_of_one_picture_gets_one(tmp_path: Path, pictures: list[str]) -> None:
    runs = Runs(save(tmp_path / "fixed.onnx", MEANS, 1, [1, 3]))
    runs.learn_one(pictures)
    first = runs.prepared(pictures[:1])[0]
    assert runs.at_once.key(first) is None
    assert runs.at_once.most(first) == 1


def test_that_pictures_that_change_each_other_are_run_alone(
    tmp_path: Path, pictures: list[str]
) -> None:
    runs = Runs(save(tmp_path / "mixed.onnx", MIXED, "batch", ["batch", 3]))
    expected = runs.alone(pictures[-2:])
    runs.learn_one(pictures)
    together = runs.prepared([pictures[-1], pictures[0]])
    runs.at_once.run(together)
    assert np.allclose(runs.scores(together)[0], expected[1], rtol=0, atol=1e-6)
    assert runs.at_once.most(runs.prepared(pictures[:1])[0]) == 1


def test_that_one_answer_for_several_pictures_is_refused_and_not_asked_for_again(
    tmp_path: Path, pictures: list[str]
) -> None:
    runs = Runs(save(tmp_path / "one.onnx", FIXED, "batch", [3]))
    runs.learn_one(pictures)
    together = runs.prepared(pictures[:2])
    with pytest.raises(Exception, match="does not answer for each"):
        runs.at_once.run(together)
    assert all(steps.is_prepared for steps in together)
    assert runs.at_once.most(together[0]) == 1


def test_that_pictures_of_other_shapes_do_not_go_together(
    tmp_path: Path, pictures: list[str]
) -> None:
    runs = Runs(save(tmp_path / "free.onnx", MEANS, "batch", ["batch", 3]))
    first, second = runs.prepared(pictures[:2])
    feeds, _ = second.prepared
    feeds["pixels"] = feeds["pixels"][:, :, :4]
    assert runs.at_once.key(first) != runs.at_once.key(second)
