"""What the command line says a person should keep in mind, as the window does."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from bare_networks import write_bare_network
from PIL import Image
from test_cli import DETECTOR, NUCLEI, SEGMENTER, Output, call

from ailab.cli_cautions import cautions
from ailab.exit_status import OK
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.keypoints import Keypoint, Keypoints, Pose
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.predictions import Classification, Detection, Detections

BOX = (0.0, 0.0, 4.0, 4.0)


@pytest.fixture
def depths(tmp_path: Path) -> Path:
    """A network to which bright is near, with its sheet."""
    return write_bare_network(tmp_path, "depths")


def a_picture(folder: Path, *, is_bright_below: bool) -> str:
    rows = np.linspace(0, 255, 64).astype(np.uint8)[:: 1 if is_bright_below else -1]
    path = folder / "ground.png"
    Image.fromarray(np.repeat(rows[:, None], 64, axis=1)).convert("RGB").save(path)
    return str(path)


def test_that_a_run_tells_where_near_and_far_look_exchanged(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, tmp_path: Path, depths: Path
) -> None:
    picture = a_picture(tmp_path, is_bright_below=False)
    saved = tmp_path / "results"
    assert call(monkeypatch, "run", str(depths), picture, "--save-to", str(saved)) == OK
    told = capsys.readouterr().err
    assert "ground.png: Doubtful: what is low in the picture is told as farther away" in told
    assert "(decoder: depth-distance)" in told
    (result,) = saved.glob("*/ground.json")
    assert "Doubtful" in json.loads(result.read_text("utf-8"))["notes"][0]
    for name in ("same.png", "again.png"):
        Path(picture).with_name(name).write_bytes(Path(picture).read_bytes())
    assert call(monkeypatch, "run", str(depths), str(tmp_path / "*.png")) == OK
    told = capsys.readouterr().err
    assert told.count("Doubtful: ") == 2
    assert "2 more: Doubtful: what is low" in told
    picture = a_picture(tmp_path, is_bright_below=True)
    assert call(monkeypatch, "run", str(depths), picture) == OK
    assert "Doubtful" not in capsys.readouterr().err


def test_that_describing_says_that_near_and_far_are_guessed_and_doubted(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, tmp_path: Path, depths: Path
) -> None:
    depths.with_suffix(".ailab.json").unlink()
    picture = a_picture(tmp_path, is_bright_below=False)
    arguments = ("describe", str(depths), "--picture", picture)
    assert call(monkeypatch, *arguments) == OK
    told = capsys.readouterr().err
    assert "Guessed: the larger its numbers, the nearer." in told
    assert "ailab: Doubtful: what is low" in told
    assert call(monkeypatch, *arguments, "--json") == OK
    output = capsys.readouterr()
    assert "Doubtful" in json.loads(output.out)["trial"]["notes"][0]
    assert "Doubtful" not in output.err
    assert call(monkeypatch, *arguments, "--set", "decoder=depth-distance") == OK
    assert "Doubtful" not in capsys.readouterr().err


def test_that_fewer_names_than_classes_are_told_of(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, tmp_path: Path
) -> None:
    from graph_guess import guess  # noqa: PLC0415 - it needs onnx, as the others here

    guess(tmp_path, {"y": [1, 5]})
    names = tmp_path / "two.txt"
    names.write_text("cat\ndog\n", "utf-8")
    model = str(tmp_path / "net.onnx")
    assert call(monkeypatch, "describe", model, "--names", str(names)) == OK
    told = capsys.readouterr().err
    assert "2 names; the network tells 5 classes apart. The others go by number." in told


@pytest.mark.slow
def test_that_pieces_that_touch_are_told_of_once_a_run(
    monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    assert call(monkeypatch, "run", SEGMENTER, NUCLEI, NUCLEI, "--demo") == OK
    assert capsys.readouterr().err.count("Objects of a label that touch are one piece.") == 1


@pytest.mark.slow
def test_that_a_threshold_too_high_is_told_of(
    monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    assert call(monkeypatch, "run", DETECTOR, NUCLEI, "--threshold", "1", "--demo") == OK
    assert "Nothing reaches the threshold of 1 in 1 picture where" in capsys.readouterr().err


def test_that_each_is_said_once_and_only_where_it_is_true() -> None:
    person = Pose(0.9, (Keypoint(1.0, 1.0, 0.9),), label="person")
    poses = Keypoints((person,), ("nose",))
    words, sure = GeneratedText("a cat"), GeneratedText("a cat", score=0.9)
    weak = Detections((Detection(0, "cat", 0.2, BOX),))
    predictions = (poses, poses, words, sure, weak, weak, Detections(()), Classification(()), None)
    results = [PictureResult("a.png", 4, 4, each) for each in predictions]
    assert [line.split(":")[0][:40] for line in cautions(results, 0.5)] == [
        "The model finds no people by itself",
        "The words are written by the model, whic",
        "Nothing reaches the threshold of 0.5 in 2 "[:40],
    ]
    assert cautions([PictureResult("a.png", 4, 4, sure)], 0.5) == []
