"""Real trained networks on real photographs, with the results that they are known to give."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import utils
from PIL import Image

from ailab.services.architecture.local_outline import read_local_outline
from ailab.services.images.image_reader import read_image
from ailab.services.inference.loaded_model import load_model
from ailab.services.inference.open_model import open_model
from ailab.services.inference.predictions import (
    Classification,
    DepthMap,
    DepthScale,
    Detections,
    Prediction,
    Segmentation,
)
from ailab.services.inference.sheet_guess import guess_sheet
from ailab.services.inference.sheet_json import sheet_text
from ailab.services.results.cutout import cutout

RealModels = Callable[[str], Path]


def predict(model: Path, photo: Path) -> Prediction:
    runnable = open_model(model)
    return load_model(runnable).predict(read_image(photo).pixels).prediction


@pytest.mark.parametrize(
    ("photo", "class_id", "score"),
    [("kitten_224.png", 281, 0.899), ("wolves.jpg", 270, 0.962), ("horse-cart.jpg", 690, 0.840)],
)
def test_that_squeezenet_names_what_photos_show(
    real_models: RealModels, shared_dir: Path, photo: str, class_id: int, score: float
) -> None:
    prediction = predict(real_models("squeezenet_fp16"), shared_dir / "realdata/photos" / photo)
    assert isinstance(prediction, Classification)
    best = prediction.scores[0]
    assert best.class_id == class_id
    assert best.score == pytest.approx(score, abs=0.01)
    assert len(prediction.scores) == 100


def test_that_yolox_finds_the_two_cats(real_models: RealModels, shared_dir: Path) -> None:
    prediction = predict(real_models("yolox_nano"), shared_dir / "realdata/photos/coco39769.png")
    assert isinstance(prediction, Detections)
    cats = [item for item in prediction.above(0.5).items if item.label == "cat"]
    assert [cat.score for cat in cats] == pytest.approx([0.75, 0.71], abs=0.01)
    assert cats[0].box == pytest.approx((329, 33, 623, 383), abs=2)
    assert cats[1].box == pytest.approx((-4, 50, 327, 406), abs=2)


def test_that_yolox_cut_before_its_rows_finds_the_same(
    real_models: RealModels, shared_dir: Path, tmp_path: Path
) -> None:
    whole = real_models("yolox_nano")
    (file,) = whole.glob("*.onnx")
    heads = [node.output[0] for node in onnx.load(file).graph.node if node.op_type == "Concat"]
    cut = tmp_path / "cut.onnx"
    utils.extract_model(str(file), str(cut), ["images"], heads[-4:-1])
    guess = guess_sheet(read_local_outline(cut), cut.name).draft
    cut.with_suffix(".ailab.json").write_text(sheet_text(guess.fields()), "utf-8")
    photo = shared_dir / "realdata/photos/dog.jpg"
    found, expected = (predict(each, photo) for each in (cut, whole))
    assert isinstance(found, Detections)
    assert isinstance(expected, Detections)
    assert len(found.items) == len(expected.items) > 3
    for one, other in zip(found.items, expected.items, strict=True):
        assert one.class_id == other.class_id
        assert one.score == pytest.approx(other.score, abs=1e-5)
        assert one.box == pytest.approx(other.box, abs=0.01)


def test_that_yolox_finds_dog_car_and_bicycle(real_models: RealModels, shared_dir: Path) -> None:
    prediction = predict(real_models("yolox_nano"), shared_dir / "realdata/photos/dog.jpg")
    assert isinstance(prediction, Detections)
    found = [(item.label, round(item.score, 2)) for item in prediction.above(0.5).items]
    assert found[:3] == [("dog", 0.83), ("car", 0.81), ("bicycle", 0.81)]


@pytest.mark.parametrize(
    ("photo", "label", "score"), [("dog.jpg", "car", 0.63), ("wolves.jpg", "sheep", 0.89)]
)
def test_that_fastestdet_finds_the_known_object(
    real_models: RealModels, shared_dir: Path, photo: str, label: str, score: float
) -> None:
    prediction = predict(real_models("FastestDet"), shared_dir / "realdata/photos" / photo)
    assert isinstance(prediction, Detections)
    assert prediction.items[0].label == label
    assert prediction.items[0].score == pytest.approx(score, abs=0.02)


def test_that_the_selfie_model_cuts_the_person_out(
    real_models: RealModels, shared_dir: Path
) -> None:
    photos = shared_dir / "realdata/photos"
    prediction = predict(real_models("selfie_segmentation"), photos / "girl-1.jpg")
    assert isinstance(prediction, Segmentation)
    reference = np.asarray(Image.open(photos / "girl-1.rembg-u2net.png"))[..., 3] >= 128
    assert (prediction.height, prediction.width) == reference.shape
    labels = np.frombuffer(prediction.label_map.unpack(), np.uint8).reshape(reference.shape)
    mask = labels == 1
    iou = (mask & reference).sum() / (mask | reference).sum()
    assert iou == pytest.approx(0.860, abs=0.01)
    assert [segment.label for segment in prediction.segments] == ["person"]
    assert prediction.segments[0].area == pytest.approx(mask.mean())
    assert prediction.is_matte
    picture = read_image(photos / "girl-1.jpg").pixels
    cut = np.asarray(cutout(picture, prediction))
    np.testing.assert_array_equal(cut[..., :3], picture)
    np.testing.assert_array_equal(cut[..., 3] >= 128, mask)


def test_that_the_tennis_player_is_nearer_than_the_wall(
    real_models: RealModels, shared_dir: Path
) -> None:
    name = "tcmonodepth_tcsmallnet_192x320"
    prediction = predict(real_models(name), shared_dir / "realdata/photos/tennis.jpg")
    assert isinstance(prediction, DepthMap)
    assert (prediction.width, prediction.height) == (320, 192)
    assert prediction.scale is DepthScale.INVERSE
    depth = prediction.depth.unpack()

    def at(x: int, y: int) -> float:  # pixels of the picture, of 854 × 480
        return float(depth[y * 192 // 480, x * 320 // 854])

    player, wall, ground, top = at(525, 200), at(250, 220), at(427, 470), at(427, 10)
    assert player > 1.4 * wall
    assert ground > 2 * top


@pytest.mark.parametrize("name", ["zero", "one", "three", "four", "six", "seven", "eight"])
def test_that_the_digits_model_reads_digits(
    real_models: RealModels, shared_dir: Path, name: str
) -> None:
    photo = shared_dir / "realdata/photos/digits" / f"{name}.png"
    prediction = predict(real_models("vit-tiny-digits"), photo)
    assert isinstance(prediction, Classification)
    assert prediction.scores[0].label == name
    assert prediction.scores[0].score > 0.9


def test_that_a_model_in_the_hubs_cache_runs_through_its_links(
    real_models: RealModels, shared_dir: Path, tmp_path: Path
) -> None:
    source = real_models("vit-tiny-digits")
    repo = tmp_path / "models--real--digits"
    blobs, snapshot = repo / "blobs", repo / "snapshots" / f"{7:040x}"
    blobs.mkdir(parents=True)
    names = ("config.json", "preprocessor_config.json", "onnx/model.onnx", "onnx/model.onnx.data")
    for number, name in enumerate(names):
        (source / name).rename(blobs / f"{number:040x}")
        link = snapshot / name
        link.parent.mkdir(parents=True, exist_ok=True)
        up = "../" * (2 + name.count("/"))
        try:
            link.symlink_to(f"{up}blobs/{number:040x}")
        except OSError:
            pytest.skip("this system makes no links")
    prediction = predict(snapshot, shared_dir / "realdata/photos/digits/six.png")
    assert isinstance(prediction, Classification)
    assert prediction.scores[0].label == "six"
