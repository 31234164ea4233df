"""What a bare network looks like, in words."""

from __future__ import annotations

from pathlib import Path

import pytest
from graph_guess import Shape, guess

from ailab.services.architecture.local_outline import read_local_outline
from ailab.services.inference.guess_words import looks_like
from ailab.services.inference.inference_errors import ModelFileError, NotDescribedError
from ailab.services.inference.open_model import open_model


@pytest.mark.parametrize(
    ("outputs", "picture", "words"),
    [
        ({"y": [1, 3549, 85]}, [1, 3, 416, 416], "a YOLOX detector, 416 × 416, 80 classes"),
        ({"y": [1, 10]}, ["n", 3, "h", "w"], "a classifier, of any size, 10 classes"),
        ({"y": [1, 10]}, [1, 1, 28, 28], "a classifier, 28 × 28 in grey, 10 classes"),
        ({"dets": [1, 100, 5]}, [1, 3, 640, 640], ""),
        ({"y": [1, 10]}, [8, 3, 224, 224], ""),
    ],
)
def test_that_the_guess_is_told_in_words(
    outputs: dict[str, Shape], picture: Shape, words: str, tmp_path: Path
) -> None:
    guess(tmp_path, outputs, picture=picture)
    assert looks_like(read_local_outline(tmp_path / "net.onnx")) == words


def test_that_a_bare_file_is_told_of_by_what_it_looks_like(tmp_path: Path) -> None:
    guess(tmp_path, {"y": [1, 3549, 85]}, picture=[1, 3, 416, 416])
    with pytest.raises(NotDescribedError) as caught:
        open_model(tmp_path / "net.onnx")
    error = caught.value
    assert error.message == "net.onnx looks like a YOLOX detector, 416 × 416, 80 classes."
    assert error.by_button == "Press “Describe…” to check that on a picture and run it."
    assert "config.json" not in str(error)
    assert "config.json and preprocessor_config.json" in error.detail


def test_that_a_file_that_tells_nothing_is_said_to_be_that(tmp_path: Path) -> None:
    guess(tmp_path, {"dets": [1, 100, 5]})
    with pytest.raises(NotDescribedError, match=r"Nothing says yet how pictures go into net\.onnx"):
        open_model(tmp_path / "net.onnx")


def test_that_a_file_that_no_sheet_helps_is_refused_at_once(tmp_path: Path) -> None:
    guess(tmp_path, {"y": [1, 10]}, picture=[8, 3, 224, 224])
    with pytest.raises(ModelFileError, match="takes 8 pictures at once") as caught:
        open_model(tmp_path / "net.onnx")
    assert not isinstance(caught.value, NotDescribedError)


def test_that_a_folder_that_lost_a_part_says_which(tmp_path: Path) -> None:
    guess(tmp_path, {"y": [1, 10]}, name="model.onnx")
    (tmp_path / "config.json").write_text("{}", "utf-8")
    with pytest.raises(NotDescribedError, match=r"Its preprocessor_config.json is missing") as told:
        open_model(tmp_path)
    assert "put the missing file beside it" in told.value.by_button
