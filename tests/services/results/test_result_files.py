"""Results as files, and back."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from ailab.services.inference.features import Features
from ailab.services.inference.float_map import FloatMap
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.keypoints import Keypoint, Keypoints, Pose
from ailab.services.inference.output_pixels import output_image
from ailab.services.inference.picture_result import PictureResult, Timings
from ailab.services.inference.predictions import (
    Classification,
    ClassScore,
    DepthScale,
    Detection,
    Detections,
    Prediction,
    Segment,
    Segmentation,
)
from ailab.services.results import atomic_file
from ailab.services.results.label_colors import label_color, segment_colors
from ailab.services.results.result_error import ResultError
from ailab.services.results.result_reader import read_result
from ailab.services.results.result_writer import ResultWriter
from fakes import a_depth_map

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


def pixels(width: int, height: int) -> npt.NDArray[np.uint8]:
    return np.full((height, width, 3), 128, np.uint8)


def segmentation(width: int, height: int, seed: int = 0) -> Segmentation:
    chance = random.Random(seed)
    return Segmentation.pack(
        width,
        height,
        bytes(chance.randrange(4) for _ in range(width * height)),
        chance.randbytes(width * height),
        (
            Segment(1, 4, "nucleus", 0.9, 0.3),
            Segment(2, 7, "細胞", 0.6, 0.2),
            Segment(3, 2, "x", 0.2, 0.1),
        ),
    )


PREDICTIONS: tuple[Prediction, ...] = (
    replace(segmentation(30, 20), is_matte=True),
    Classification((ClassScore(3, "tabby, tabby cat", 0.9), ClassScore(1, "ä", 0.05))),
    Classification(()),
    GeneratedText("two cats\non a couch – 猫"),
    GeneratedText(""),
    GeneratedText("NO ENTRY", 0.934),
    Classification((ClassScore(3, "two", 0.5),), "How many cats – 猫 – are there?"),
    GeneratedText("two", question="How many cats – 猫 – are there?"),
    Keypoints(
        (Pose(0.9, (Keypoint(1.5, 2.25, 0.9, 1),), (0, 0, 9, 9), "cat"),), ("a", "b"), ((0, 1),)
    ),
    Features(FloatMap.pack(np.array([[1.5, -2.0, 0.0, 1e-30]], np.float32))),
    Detections(
        (
            Detection(0, "cell", 0.98, (-3.5, -2.0, 30.25, 20.0)),
            Detection(90, "b", 0.3, (39.9, 0.0, 80.0, 80.0)),
        )
    ),
    Detections(tuple(Detection(0, "cell", 0.9, (1.0, 1.0, 3.0, 3.0)) for _ in range(300))),
    segmentation(40, 30),
    Segmentation.pack(40, 30, bytes(1200), bytes(1200), ()),
    a_depth_map([[0.5, 2.0, 7.25], [3.0, 4.0, 1.0]], DepthScale.METRES),
    a_depth_map([[3.0]]),
    output_image(np.arange(240, dtype=np.uint8).reshape(8, 10, 3)),
)


def result_of(prediction: Prediction, picture: str = "/pictures/cells.tif") -> PictureResult:
    return PictureResult(
        picture, 40, 30, prediction, notes=("16-bit picture",), timings=Timings(0.1, 0.2, 0.3, 0.4)
    )


def write(folder: Path, result: PictureResult, threshold: float = 0.5) -> tuple[Path, ...]:
    shape = pixels(result.width, result.height)
    return ResultWriter().write(folder, result, shape, threshold=threshold)


@pytest.mark.parametrize("prediction", PREDICTIONS)
@pytest.mark.parametrize("threshold", [0.0, 0.5, 1.0])
def test_that_what_is_written_comes_back(
    prediction: Prediction, threshold: float, tmp_path: Path
) -> None:
    result = result_of(prediction)
    files = write(tmp_path, result, threshold)
    assert read_result(files[0]) == replace(result, files=tuple(map(str, files)))
    assert sorted(tmp_path.iterdir()) == sorted(files)


@pytest.mark.parametrize("seed", range(8))
def test_that_smaller_maps_come_back_as_they_were(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    width, height = chance.randrange(1, 90), chance.randrange(1, 90)
    maps = segmentation(width, height, seed)
    scale = chance.uniform(1, 3)
    result = PictureResult("a.png", round(width * scale), round(height * scale), maps)
    files = write(tmp_path, result)
    assert read_result(files[0]).prediction == maps
    with Image.open(tmp_path / "a.mask.png") as mask:
        assert mask.size == (result.width, result.height)


def test_that_other_programs_find_labels_colours_and_confidence_in_the_pictures(
    tmp_path: Path,
) -> None:
    maps = segmentation(40, 30)
    write(tmp_path, result_of(maps))
    with Image.open(tmp_path / "cells.mask.png") as mask:
        assert (mask.mode, mask.size) == ("P", (40, 30))
        assert np.asarray(mask).tobytes() == maps.label_map.unpack()
        colours = np.asarray(mask.convert("RGB"))
        expected = segment_colors(maps.segments) | {0: (0, 0, 0)}
        labels = np.asarray(mask)
        for index, color in expected.items():
            assert (colours[labels == index] == color).all()
    with Image.open(tmp_path / "cells.confidence.png") as confidence:
        assert (confidence.mode, confidence.size) == ("L", (40, 30))
        assert confidence.tobytes() == maps.confidence.unpack()


def test_that_the_json_says_its_format_and_names_its_files(tmp_path: Path) -> None:
    write(tmp_path, result_of(segmentation(40, 30)), 0.25)
    body = json.loads((tmp_path / "cells.json").read_text("utf-8"))
    assert list(body)[:2] == ["format", "version"]
    assert (body["format"], body["version"], body["threshold"]) == ("ailab result", 1, 0.25)
    assert body["prediction"]["label_map"] == "cells.mask.png"
    assert body["prediction"]["segments"][1]["label"] == "細胞"
    assert body["timings"] == {
        "decode": 0.1,
        "preprocess": 0.2,
        "forward": 0.3,
        "postprocess": 0.4,
    }
    assert body["files"] == [
        "cells.json",
        "cells.mask.png",
        "cells.confidence.png",
        "cells.annotated.jpg",
    ]


@pytest.mark.parametrize(
    ("picture", "stem"),
    [
        ("a.png", "a"),
        ("/x/a b.c.png", "a b.c"),
        ("run.png", "run (2)"),
        ("RUN.tif", "RUN (2)"),
        ("aux.png", "_aux"),
        ("com1.x.png", "_com1.x"),
        ('what?"<>|*.png', "what______"),
        ("x\udcff\n.png", "x__"),
        ("dots. .png", "dots"),
        (".png", "_png"),
        ("ä" * 200 + ".png", "ä" * 90),
    ],
)
def test_that_names_follow_the_picture_as_far_as_every_system_allows(
    picture: str, stem: str, tmp_path: Path
) -> None:
    if picture == ".png":
        stem = "png"  # a name without an ending
    files = write(tmp_path, result_of(PREDICTIONS[0], picture))
    assert files[0].name == f"{stem}.json"
    assert read_result(files[0]).picture == picture


def test_that_two_pictures_of_one_name_get_files_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "cells.annotated.png").touch()  # of somebody else
    first = write(tmp_path, result_of(PREDICTIONS[0], "/one/cells.png"))
    second = write(tmp_path, result_of(PREDICTIONS[0], "/two/cells.jpg"))
    assert (first[0].name, second[0].name) == ("cells (2).json", "cells (3).json")
    assert read_result(first[0]).picture == "/one/cells.png"


class _FullDisk(io.FileIO):
    """Takes no more than a few bytes of a file."""

    def write(self, data: ReadableBuffer, /) -> int:
        if self.tell() > 0:
            raise OSError(28, "No space left on device")
        return super().write(memoryview(data).cast("B")[:9])


@pytest.mark.parametrize("file", ["mask.png", "annotated.jpg", "json"])
def test_that_a_full_disk_is_told_and_leaves_no_half_result(
    file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def made(path: Path) -> io.FileIO:
        return (_FullDisk if file in path.name else io.FileIO)(path, "xb")

    monkeypatch.setattr(atomic_file, "make_new", made)
    with pytest.raises(ResultError, match="disk is full") as caught:
        write(tmp_path, result_of(segmentation(40, 30)))
    assert "room" in caught.value.advice
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("number", "words"), [(13, "does not allow writing"), (30, "does not allow"), (5, "not be sav")]
)
def test_that_a_refused_write_names_the_folder(number: int, words: str, tmp_path: Path) -> None:
    error = atomic_file.write_error(tmp_path / "a.json", OSError(number, "refused"))
    assert words in error.message
    assert str(tmp_path) in error.message
    assert error.advice


def test_that_a_vanished_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(ResultError, match="not there any more"):
        write(tmp_path / "gone", result_of(PREDICTIONS[0]))


def _remove(path: Path) -> None:
    path.unlink()


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _other_size(path: Path) -> None:
    Image.new("P", (3, 3)).save(path)


def _colours(path: Path) -> None:
    Image.new("RGB", (40, 30)).save(path)


def _text(path: Path) -> None:
    path.write_text("{}")


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("cells.json", _remove),
        ("cells.json", _cut),
        ("cells.json", _text),
        ("cells.mask.png", _remove),
        ("cells.mask.png", _cut),
        ("cells.mask.png", _other_size),
        ("cells.mask.png", _colours),
        ("cells.mask.png", _text),
        ("cells.confidence.png", _remove),
        ("cells.confidence.png", _colours),
    ],
)
def test_that_damage_is_told_with_the_file_that_has_it(
    name: str, damage: Callable[[Path], None], tmp_path: Path
) -> None:
    files = write(tmp_path, result_of(segmentation(40, 30)))
    damage(tmp_path / name)
    with pytest.raises(ResultError) as caught:
        read_result(files[0])
    assert str(tmp_path / name) in caught.value.message
    assert caught.value.advice


@pytest.mark.parametrize(
    "name", ["../cells.mask.png", "/etc/passwd", "a\\b.png", "C:x.png", "", ".."]
)
def test_that_a_result_leads_to_no_other_folder(name: str, tmp_path: Path) -> None:
    files = write(tmp_path, result_of(segmentation(40, 30)))
    body = json.loads(files[0].read_text("utf-8"))
    body["prediction"]["label_map"] = name
    files[0].write_text(json.dumps(body))
    with pytest.raises(ResultError, match=r"cells\.json"):
        read_result(files[0])


def test_that_the_result_of_a_later_ailab_is_not_guessed_at(tmp_path: Path) -> None:
    files = write(tmp_path, result_of(PREDICTIONS[0]))
    files[0].write_text(files[0].read_text("utf-8").replace('"version": 1', '"version": 2'))
    with pytest.raises(ResultError) as caught:
        read_result(files[0])
    assert "later" in caught.value.detail


def test_that_colours_are_stable_and_apart() -> None:
    colours = [label_color(number) for number in range(256)]
    assert len(set(colours)) >= 250
    assert colours[0] == (230, 159, 0)
    nearest = min(
        sum(abs(a - b) for a, b in zip(one, other, strict=True))
        for index, one in enumerate(colours[:20])
        for other in colours[:index]
    )
    assert nearest > 40


def test_that_several_regions_of_a_class_get_colours_of_their_own() -> None:
    one, two, three = (Segment(index, 5, "cell", 0.9, 0.1) for index in (1, 2, 3))
    other = Segment(2, 6, "b", 0.9, 0.1)
    assert segment_colors((one, other)) == {1: label_color(5), 2: label_color(6)}
    assert len(set(segment_colors((one, two, three)).values())) == 3


def test_that_a_text_is_saved_as_a_text_too(tmp_path: Path) -> None:
    result = PictureResult("sign.jpg", 40, 30, GeneratedText("NO ENTRY\nBeyond – 猫"))
    files = ResultWriter().write(tmp_path, result, pixels(40, 30), threshold=0)
    names = [path.name for path in files]
    assert names == ["sign.json", "sign.txt", "sign.annotated.jpg"]
    assert (tmp_path / "sign.txt").read_text("utf-8") == "NO ENTRY\nBeyond – 猫\n"
    body = json.loads((tmp_path / "sign.json").read_bytes())
    assert body["prediction"]["text_file"] == "sign.txt"
    (tmp_path / "sign.txt").unlink()  # what the JSON file holds is enough
    assert read_result(tmp_path / "sign.json").prediction == result.prediction


def test_that_a_matte_cuts_the_picture_out(tmp_path: Path) -> None:
    alpha = np.zeros((10, 20), np.uint8)
    alpha[:, 10:] = 255
    matte = Segmentation.pack(
        20, 10, (alpha // 255).tobytes(), alpha.tobytes(), (Segment(1, 0, "foreground", 1, 0.5),)
    )
    picture = np.arange(40 * 20 * 3, dtype=np.uint32).reshape(20, 40, 3).astype(np.uint8)
    result = PictureResult("cat.jpg", 40, 20, replace(matte, is_matte=True))
    files = ResultWriter().write(tmp_path, result, picture, threshold=0.5)
    assert "cat.cutout.png" in [path.name for path in files]
    body = json.loads((tmp_path / "cat.json").read_bytes())
    assert body["prediction"]["cutout"] == "cat.cutout.png"
    assert body["prediction"]["is_matte"] is True
    with Image.open(tmp_path / "cat.cutout.png") as image:
        assert (image.mode, image.size) == ("RGBA", (40, 20))
        cut = np.asarray(image)
    np.testing.assert_array_equal(cut[..., :3], picture)
    assert (cut[:, :18, 3] == 0).all()
    assert (cut[:, 22:, 3] == 255).all()
    soft = cut[0, 18:22, 3]
    assert sorted(soft) == soft.tolist()
    assert 0 < soft[1] < 255
    assert read_result(tmp_path / "cat.json").prediction == result.prediction


def test_that_other_segmentations_are_not_cut_out(tmp_path: Path) -> None:
    result = PictureResult("cells.tif", 30, 20, segmentation(30, 20))
    files = ResultWriter().write(tmp_path, result, pixels(30, 20), threshold=0.5)
    assert not any("cutout" in path.name for path in files)


VECTOR = Features(FloatMap.pack(np.arange(5, dtype=np.float32)[None]))


def _saved_vector(folder: Path) -> tuple[Path, Path]:
    """The JSON file and the file of numbers of a vector."""
    result = PictureResult("/pictures/cells.tif", 9, 7, VECTOR)
    files = ResultWriter().write(folder, result, pixels(9, 7), threshold=0.5)
    return files[0], folder / "cells.features.npy"


def test_that_a_vector_is_a_file_that_numpy_reads(tmp_path: Path) -> None:
    _, numbers = _saved_vector(tmp_path)
    loaded = np.load(numbers, allow_pickle=False)
    assert loaded.dtype == np.dtype("<f4")
    np.testing.assert_array_equal(loaded, np.arange(5))
    # Nothing of it can be drawn: there is no annotated copy.
    assert sorted(each.name for each in tmp_path.iterdir()) == ["cells.features.npy", "cells.json"]


def test_that_a_damaged_or_foreign_vector_is_told(tmp_path: Path) -> None:
    result, numbers = _saved_vector(tmp_path)
    whole = numbers.read_bytes()
    others = {
        "cut": whole[:-1],
        "longer": whole + b"\0\0\0\0",
        "no head": whole[8:],
        "huge": whole.replace(b"(5,)", b"(9999999999,)"),
        "doubles": whole.replace(b"<f4", b"<f8"),
        "objects": whole.replace(b"<f4", b"|O "),
        "not a number": whole[:-4] + np.float32(np.nan).tobytes(),
    }
    for data in others.values():
        numbers.write_bytes(data)
        with pytest.raises(ResultError, match="damaged"):
            read_result(result)
    numbers.unlink()
    with pytest.raises(ResultError, match="missing"):
        read_result(result)
