"""Keypoints of tiny networks, by both engines and by transformers' own classes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from ailab.services.inference.keypoints import Keypoints
from ailab.services.inference.loaded_model import LoadedModel, load_model
from ailab.services.inference.open_model import open_model
from ailab.services.inference.person_crop import Box, PersonCrop
from ailab.services.inference.preprocessor_config import parse_preprocessor_config
from ailab.services.inference.prompt import Prompt
from ailab.services.inference.sapiens_crop import SapiensCrop
from ailab.services.inference.tasks.heat_maps import heat_map_points
from ailab.services.inference.tasks.sapiens_heat_maps import sapiens_heat_map_points

torch = pytest.importorskip("torch", reason="the extra torch is not installed")
pytest.importorskip("transformers", reason="the extra torch is not installed")
pytest.importorskip("scipy", reason="the extra torch is not installed")

from transformers.models.vitpose.image_processing_pil_vitpose import (  # noqa: E402 - needs PyTorch
    VitPoseImageProcessorPil,
    get_keypoint_predictions,
    post_dark_unbiased_data_processing,
)

from tiny_networks import points  # noqa: E402 - needs PyTorch
from tiny_networks.torchvision_stand_in import stand_in  # noqa: E402 - needs PyTorch

pytestmark = pytest.mark.filterwarnings("ignore")  # of PyTorch and transformers themselves

Pixels = npt.NDArray[np.uint8]
POSES = list(points.POSES)
INTEREST = [name for name in points.NETWORKS if name.startswith("SuperPoint")]
ENGINES = {"torch": points.save, "onnxruntime": points.export}


def _picture(kind: str) -> Pixels:
    random = np.random.default_rng(3)
    small = random.integers(0, 255, (6, 8, 3), dtype=np.uint8)
    sizes = {"landscape": (301, 200), "portrait": (133, 260), "tiny": (9, 7), "grey": (160, 120)}
    image = Image.fromarray(small).resize(sizes[kind], Image.Resampling.BICUBIC)
    return np.asarray(image.convert("L").convert("RGB") if kind == "grey" else image)


KINDS = ("landscape", "portrait", "tiny", "grey")


@pytest.fixture(scope="module", params=ENGINES)
def open_tiny(request: Any, tmp_path_factory: Any) -> Callable[[str], tuple[Any, LoadedModel]]:
    """Makes a tiny network and loads it with one engine, once for all tests."""
    known: dict[str, tuple[Any, LoadedModel]] = {}

    def make(name: str) -> tuple[Any, LoadedModel]:
        if name not in known:
            tiny = points.NETWORKS[name]()
            folder: Path = tmp_path_factory.mktemp("model")
            model = open_model(ENGINES[request.param](tiny, folder))
            assert (model.engine, model.task) == (request.param, "keypoint-detection")
            known[name] = tiny, load_model(model)
        return known[name]

    return make


def _boxes(width: int, height: int) -> Iterator[tuple[Box, list[list[list[float]]]]]:
    """Boxes within a picture and beyond it, and as transformers' processors are told of them."""
    for box in (
        (0, 0, width, height),
        (10.3, 20.7, 80.1, 190.5),
        (-20, -30, width / 2, height * 0.9),
        (5, 5, 6, 40),
    ):
        yield box, [[[box[0], box[1], box[2] - box[0], box[3] - box[1]]]]


@pytest.mark.parametrize("size", [(256, 192), (64, 48)])
@pytest.mark.parametrize("kind", KINDS)
def test_that_a_crop_is_cut_bit_for_bit_as_scipy_cuts_it(kind: str, size: tuple[int, int]) -> None:
    pixels = _picture(kind)
    height, width = pixels.shape[:2]
    processor = VitPoseImageProcessorPil(size={"height": size[0], "width": size[1]})
    for box, coco in _boxes(width, height):
        plain = {"do_rescale": False, "do_normalize": False, "return_tensors": "np"}
        expected = processor(Image.fromarray(pixels), boxes=coco, **plain).pixel_values[0]
        found = PersonCrop.around(box, size[1], size[0]).cut(pixels, size[1], size[0])
        np.testing.assert_array_equal(found, expected.transpose(1, 2, 0))


@pytest.mark.parametrize("size", [(256, 192), (64, 48)])
@pytest.mark.parametrize("kind", KINDS)
def test_that_sapiens_crop_is_cut_as_transformers_cuts_it(kind: str, size: tuple[int, int]) -> None:
    pixels = _picture(kind)
    height, width = pixels.shape[:2]
    processor = stand_in("Sapiens2ImageProcessor", size={"height": size[0], "width": size[1]})
    how = parse_preprocessor_config(json.loads(processor.to_json_string()))
    for box, coco in _boxes(width, height):
        expected = processor(Image.fromarray(pixels), boxes=coco, return_tensors="pt").pixel_values
        crop = SapiensCrop.around(box, size[1], size[0])
        found, _ = crop.prepared(pixels, size[1], size[0], how)
        np.testing.assert_allclose(found, expected.numpy(), atol=1e-3)


def _peaks() -> npt.NDArray[np.float32]:
    random = np.random.default_rng(1)
    y, x = np.mgrid[:64, :48]
    places = zip(random.uniform(0, 47, 17), random.uniform(0, 63, 17), strict=True)
    maps = np.stack([np.exp(-((x - a) ** 2 + (y - b) ** 2) / 8) for a, b in places])
    noisy: npt.NDArray[np.float32] = (maps + random.normal(0, 0.01, maps.shape)).astype(np.float32)
    noisy[3], noisy[4], noisy[5] = -1, 0, 0.5  # nothing, nothing, and no peak
    return noisy


def test_that_sapiens_peaks_are_found_between_cells_as_transformers_finds_them() -> None:
    maps = _peaks()
    outputs = SimpleNamespace(heatmaps=torch.from_numpy(maps[None]))
    processor = stand_in("Sapiens2ImageProcessor")
    box = (3.0, 5.0, 60.0, 120.0)
    coco = [[[box[0], box[1], box[2] - box[0], box[3] - box[1]]]]
    ((expected,),) = processor.post_process_pose_estimation(outputs, boxes=coco)
    cells, scores = sapiens_heat_map_points(maps)
    found = SapiensCrop.around(box, 768, 1024).to_picture(cells, 64, 48)
    np.testing.assert_allclose(found, expected["keypoints"].numpy(), atol=1e-3)
    np.testing.assert_array_equal(scores, expected["scores"].numpy())


def test_that_peaks_are_found_between_cells_as_transformers_finds_them() -> None:
    maps = _peaks()
    cells, scores = get_keypoint_predictions(maps[None])
    expected = post_dark_unbiased_data_processing(cells.copy(), maps[None], kernel=11)[0]
    found, sure = heat_map_points(maps)
    np.testing.assert_allclose(found, expected, atol=1e-5)
    np.testing.assert_array_equal(sure, scores[0, :, 0])


@pytest.mark.parametrize("name", POSES)
@pytest.mark.parametrize("kind", KINDS)
def test_that_poses_are_those_of_the_reference(
    open_tiny: Callable[[str], tuple[Any, LoadedModel]], name: str, kind: str
) -> None:
    tiny, model = open_tiny(name)
    pixels = _picture(kind)
    height, width = pixels.shape[:2]
    boxes = ((1, 2, width - 1, height - 2), (width * 0.2, height * 0.1, width * 0.7, height * 0.95))
    coco = [[[x0, y0, x1 - x0, y1 - y0] for x0, y0, x1, y1 in boxes]]
    inputs = tiny.processor(Image.fromarray(pixels), boxes=coco, return_tensors="pt")
    if name == "ViTPose+":
        inputs["dataset_index"] = torch.zeros(2, dtype=torch.int64)
    with torch.no_grad():
        expected = tiny.processor.post_process_pose_estimation(tiny.network(**inputs), boxes=coco)
    found = model.predict(pixels, Prompt(boxes=boxes)).prediction
    assert isinstance(found, Keypoints)
    assert len(found.poses) == 2
    assert found.poses[0].score >= found.poses[1].score
    assert found.names[:2] == ("joint 0", "joint 1")
    assert found.edges == ((0, 1), (1, 2), (2, 3), (0, 3))
    for pose in found.poses:
        assert pose.box is not None
        theirs = expected[0][boxes.index(pose.box)]
        places = np.array([(point.x, point.y) for point in pose.points])
        np.testing.assert_allclose(places, theirs["keypoints"].numpy(), atol=0.02, rtol=1e-3)
        scores = np.clip(theirs["scores"].numpy(), 0, 1)
        assert [point.score for point in pose.points] == pytest.approx(scores.tolist(), abs=1e-4)
        assert pose.score == max(point.score for point in pose.points)


def test_that_without_a_box_the_whole_picture_is_one_thing(
    open_tiny: Callable[[str], tuple[Any, LoadedModel]],
) -> None:
    _, model = open_tiny("ViTPose")
    pixels = _picture("portrait")
    whole = model.predict(pixels).prediction
    height, width = pixels.shape[:2]
    boxed = model.predict(pixels, Prompt(boxes=((0, 0, width, height),))).prediction
    assert isinstance(whole, Keypoints)
    assert isinstance(boxed, Keypoints)
    assert whole.poses[0].box is None
    assert whole.poses[0].points == boxed.poses[0].points


@pytest.mark.parametrize("name", INTEREST)
@pytest.mark.parametrize("kind", KINDS)
def test_that_points_of_interest_are_those_of_the_reference(
    open_tiny: Callable[[str], tuple[Any, LoadedModel]], name: str, kind: str
) -> None:
    tiny, model = open_tiny(name)
    pixels = _picture(kind)
    inputs = tiny.processor(Image.fromarray(pixels), return_tensors="pt")
    with torch.no_grad():
        answer = tiny.network(**inputs)
    (theirs,) = tiny.processor.post_process_keypoint_detection(answer, [pixels.shape[:2]])
    found = model.predict(pixels).prediction
    assert isinstance(found, Keypoints)
    ours = [(p.x, p.y, p.score) for pose in found.poses for p in pose.points]
    assert len(ours) == len(theirs["scores"]) > 0
    order = np.argsort(-theirs["scores"].numpy(), kind="stable")
    # transformers cuts to whole pixels.
    off = np.array([each[:2] for each in ours]) - theirs["keypoints"].numpy()[order]
    assert -1e-3 <= off.min() <= off.max() < 1.001
    assert [each[2] for each in ours] == pytest.approx(
        theirs["scores"].numpy()[order].tolist(), abs=1e-4
    )
