"""The sheet beside a bare `.onnx` file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.model_description import ModelDescription
from ailab.services.inference.model_sheet import read_sheet
from ailab.services.inference.predictions import DepthScale
from ailab.services.inference.preprocessing import Preprocessing, Resize


def sheet(**changes: Any) -> dict[str, Any]:
    base = {
        "format": 1,
        "task": "object-detection",
        "input": {"width": 416, "height": 320},
        "decoder": {"name": "yolox"},
    }
    return {key: value for key, value in {**base, **changes}.items() if value is not None}


def read(folder: Path, content: object) -> ModelDescription:
    path = folder / "m.ailab.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return read_sheet(path, folder / "m.onnx")


def test_that_what_is_left_out_has_its_default(tmp_path: Path) -> None:
    model = read(tmp_path, sheet())
    assert model.preprocessing == Preprocessing(
        resize=Resize.STRETCH, width=416, height=320, rescale_factor=1 / 255
    )
    assert model.decoder.strides == (8, 16, 32)
    assert (model.labels, model.threshold) == ((), 0.5)


def test_that_every_field_is_read(tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text("\ufeffcat\ndog\n", encoding="utf-8")
    fields = {
        "width": 64,
        "height": 32,
        "layout": "NHWC",
        "color_order": "BGR",
        "resize": "letterbox",
        "resample": "bicubic",
        "pad_value": 114,
        "pad_position": "top-left",
        "scale": 1,
        "mean": [1, 2, 3],
        "std": [4, 5, 6],
    }
    decoder = {"name": "yolox", "strides": [8, 16], "nms_iou": 0.6}
    model = read(tmp_path, sheet(input=fields, decoder=decoder, labels="names.txt", threshold=0.3))
    how = model.preprocessing
    assert (how.resize, how.height, how.width, how.pad_value) == (Resize.LETTERBOX, 32, 64, 114)
    assert (how.resample.name, how.is_centred, how.is_bgr) == ("BICUBIC", False, True)
    assert (how.rescale_factor, how.mean, how.std) == (1.0, (1, 2, 3), (4, 5, 6))
    assert how.is_channels_last
    assert (model.decoder.strides, model.decoder.nms_iou) == ((8, 16), 0.6)
    assert (model.labels, model.threshold) == (("cat", "dog"), 0.3)


def test_that_heads_have_their_authors_anchors_or_those_that_it_names(tmp_path: Path) -> None:
    usual = read(tmp_path, sheet(decoder={"name": "yolo-v4-heads"})).decoder
    assert (usual.strides, usual.anchors[:2], len(usual.anchors)) == ((8, 16, 32), (12, 16), 18)
    two = {"name": "yolo-v5-heads", "strides": [16, 32], "anchors": [1, 2, 3.5, 4]}
    assert read(tmp_path, sheet(decoder=two)).decoder.anchors == (1, 2, 3.5, 4)
    free = read(tmp_path, sheet(decoder={"name": "yolo-v8-heads"})).decoder
    assert (free.strides, free.anchors) == ((8, 16, 32), ())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "is not valid JSON: line 1, column 2: expecting property name"),
        ('{\n  "format": 1\n  "task": 2}', "JSON: line 3, column 3: expecting ',' delimiter."),
        ('{"format": 1,\n}', "is not valid JSON: line "),
        ("[" * 100_000, "is not valid JSON"),
        ("[]", "an object was expected, not a list"),
        ("null", "an object was expected, not nothing"),
        (sheet(format=2), '"format" must be 1, the only format'),
        (sheet(format=None), 'lacks "format"'),
        (sheet(task="text-generation"), '"task" must be one of: image-classification, '),
        (sheet(input=None), 'lacks "input"'),
        (sheet(input=[224, 224]), '"input" must be an object'),
        (sheet(input={"width": 4}), 'lacks "input.height"'),
        (sheet(input={"width": 0, "height": 4}), '"input.width" must be a whole number from 1'),
        (sheet(input={"width": True, "height": 4}), '"input.width" must be'),
        (sheet(input={"width": 9000, "height": 9000}), "makes at most 64 megapixels"),
        (sheet(input={"width": 4, "height": 4, "mean": [10**400] * 3}), '"input.mean" must be'),
        (sheet(input={"width": 4, "height": 4, "mean": [1]}), '"input.mean" must be three'),
        (sheet(input={"width": 4, "height": 4, "std": [1, 0, 1]}), '"input.std" must be three'),
        (
            sheet(input={"width": 4, "height": 4, "color": "RGB"}),
            '"color" is not a field of "input" in the sheet m.ailab.json; it may have: color_',
        ),
        (sheet(input={"width": 4, "height": 4, "resize": "shortest-edge"}), "input.shortest_edge"),
        (sheet(decoder={"name": "matte"}), '"decoder.name" must be one of: yolox, yolo-rows, '),
        (sheet(decoder={"name": "yolox", "strides": []}), '"decoder.strides" must be a list'),
        (sheet(decoder={"name": "yolox", "strides": ["8"]}), '"decoder.strides" must be a whole'),
        (sheet(decoder={"name": "yolo-v5-heads", "anchors": [1]}), '"decoder.anchors" must be a'),
        (
            sheet(decoder={"name": "yolo-v5-heads", "anchors": [1, 2, 3, 4]}),
            '"decoder.anchors" must be width and height of as many for each of the 3 strides',
        ),
        (sheet(decoder={"name": "yolo-v8-heads", "anchors": [1, 2]}), '"anchors" is not a field'),
        (
            sheet(decoder={"name": "detr", "nms_iou": 0.5}),
            '"nms_iou" is not a field of "decoder" in the sheet m.ailab.json; it may have: name.',
        ),
        (sheet(labels=[1, 2]), '"labels" must be a list of names'),
        (sheet(labels="../../secret.txt"), '"labels" must be a list of names'),
        (sheet(labels="gone.txt"), "gone.txt, which m.ailab.json names, is missing"),
        (sheet(threshold=1.5), '"threshold" must be a number from 0 to 1'),
        (
            sheet(treshold=0.5),
            '"treshold" is not a field of the sheet m.ailab.json; it may have: decoder, ',
        ),
    ],
)
def test_that_a_wrong_sheet_is_refused_in_plain_words(
    tmp_path: Path, content: object, said: str
) -> None:
    with pytest.raises(ModelFileError) as caught:
        read(tmp_path, content)
    assert said in caught.value.message
    assert "m.ailab.json" in caught.value.message
    assert "ailab docs sheet" in caught.value.advice or "beside the sheet" in caught.value.advice
    assert "ownload" not in caught.value.advice


def test_that_a_sheet_in_another_encoding_is_told(tmp_path: Path) -> None:
    (tmp_path / "m.ailab.json").write_bytes('{"labels": ["Öhr"]}'.encode("cp1252"))
    with pytest.raises(ModelFileError, match="is not UTF-8 text"):
        read_sheet(tmp_path / "m.ailab.json", tmp_path / "m.onnx")


def test_that_labels_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_bytes(b"\xff\xfe\x00\xd8")
    with pytest.raises(ModelFileError, match="UTF-8"):
        read(tmp_path, sheet(labels="names.txt"))


@pytest.mark.parametrize(
    ("decoder", "black", "white"),
    [("image", 0, 1), ("image-255", 0, 255), ("image-signed", -1, 1)],
)
def test_that_the_decoder_of_pictures_says_what_black_and_white_are(
    tmp_path: Path, decoder: str, black: float, white: float
) -> None:
    model = read(tmp_path, sheet(task="image-to-image", decoder={"name": decoder}))
    assert (model.decoder.name, model.threshold) == ("image", 0.0)
    assert (model.decoder.black, model.decoder.white) == (black, white)


@pytest.mark.parametrize(
    ("decoder", "scale"),
    [
        ("depth", DepthScale.INVERSE),
        ("depth-distance", DepthScale.DISTANCE),
        ("depth-metres", DepthScale.METRES),
    ],
)
def test_that_the_decoder_of_depths_says_what_they_mean(
    tmp_path: Path, decoder: str, scale: DepthScale
) -> None:
    model = read(tmp_path, sheet(task="depth-estimation", decoder={"name": decoder}))
    assert (model.decoder.name, model.decoder.depth_scale) == ("depth", scale)
