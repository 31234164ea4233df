"""Two saved runs compared on the command line."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest
from finished_runs import PICTURES, finished
from test_cli import Output, call

from ailab.exit_status import FAILED, OK, PARTLY_FAILED
from ailab.services.inference.predictions import (
    Classification,
    ClassScore,
    Detection,
    Detections,
    Prediction,
)
from ailab.services.results.run_json import read_record, write_record

HERE, THERE = (0.0, 0.0, 9.0, 9.0), (20.0, 0.0, 30.0, 9.0)
CAT, DOG = Detection(0, "cat", 0.9, HERE), Detection(1, "dog", 0.8, THERE)


def a_run(folder: Path, *predictions: Prediction | None, task: str = "") -> str:
    return str(asyncio.run(finished(folder, *predictions, task=task)))


@pytest.fixture
def runs(tmp_path: Path) -> tuple[str, str]:
    a = a_run(tmp_path / "a", Detections((CAT, DOG)), Detections((CAT,)), Detections(()))
    b = a_run(tmp_path / "b", Detections((CAT,)), Detections((CAT, DOG)), Detections(()))
    return a, b


def test_that_each_picture_each_label_and_all_together_are_told(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, runs: tuple[str, str]
) -> None:
    assert call(monkeypatch, "compare", *runs) == OK
    output = capsys.readouterr()
    assert output.out.splitlines() == [
        "A             acme/nuclei, 3 pictures, threshold 50%",
        "B             acme/nuclei, 3 pictures, threshold 50%",
        "pictures      3 in both",
        "together      2 in both (mean IoU 1.000), 1 only in A, 1 only in B",
        "",
        "a.png\t1\t1\t0\t1.000",
        "deep/b = ü.png\t1\t0\t1\t1.000",
        "c.png\t0\t0\t0\t-",
        "",
        "cat\t2\t0\t0\t1.000",
        "dog\t0\t1\t1\t-",
    ]
    assert output.err == ""


def test_that_a_table_is_written_to_a_file_or_into_a_folder(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, runs: tuple[str, str], tmp_path: Path
) -> None:
    for save_to in ("my.csv", "."):
        assert call(monkeypatch, "compare", *runs, "--save-to", str(tmp_path / save_to)) == OK
    written = (tmp_path / "my.csv").read_text("utf-8")
    assert written == (tmp_path / "comparison.csv").read_text("utf-8")
    assert f"{PICTURES[0]},dog,0,1,0,," in written.splitlines()
    assert (
        call(monkeypatch, "compare", *runs, "--save-to", str(tmp_path / "no" / "t.csv")) == FAILED
    )
    assert "is not there any more" in capsys.readouterr().err


def test_that_json_has_all_of_it(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, runs: tuple[str, str]
) -> None:
    assert call(monkeypatch, "compare", *runs, "--threshold", "0.85", "--json") == OK
    told = json.loads(capsys.readouterr().out)
    assert (told["kind"], told["a"]["threshold"]) == ("detections", 0.85)
    assert told["totals"] == {
        "pictures": 3,
        "matched": 2,
        "only_a": 0,
        "only_b": 0,
        "mean_iou": 1.0,
        "labels": [{"label": "cat", "matched": 2, "only_a": 0, "only_b": 0, "mean_iou": 1.0}],
    }
    assert [each["matched"] for each in told["results"]] == [1, 1, 0]


def test_that_pictures_of_one_run_and_those_not_compared_are_named(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, runs: tuple[str, str], tmp_path: Path
) -> None:
    other = a_run(tmp_path / "c", Detections((CAT,)), None, Detections(()))
    changed = replace(read_record(Path(other)), pictures=(*PICTURES[:2], "/pictures/x.png"))
    write_record(Path(other), changed)
    assert call(monkeypatch, "compare", runs[0], other) == PARTLY_FAILED
    output = capsys.readouterr()
    assert "pictures      2 in both, 1 only in A, 1 only in B" in output.out
    assert "only in A     c.png" in output.out
    assert "only in B     x.png" in output.out
    assert output.err.startswith("deep/b = ü.png: It failed in B: ")


def test_that_what_cannot_be_compared_is_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, runs: tuple[str, str], tmp_path: Path
) -> None:
    classes = Classification((ClassScore(0, "cat", 0.9),))
    other = a_run(tmp_path / "c", classes, task="image-classification")
    assert call(monkeypatch, "compare", runs[0], other) == FAILED
    assert capsys.readouterr().err == (
        "ailab: A (object-detection) finds boxes and B (image-classification) classes, which "
        "cannot be compared.\n       Choose two runs of the same task.\n"
    )
    assert call(monkeypatch, "compare", runs[0], str(tmp_path / "none")) == FAILED
    assert "There is no folder" in capsys.readouterr().err


def test_that_classes_are_told_side_by_side(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, tmp_path: Path
) -> None:
    def classes(label: str, score: float) -> Classification:
        return Classification((ClassScore(0, label, score),))

    task = "image-classification"
    a = a_run(tmp_path / "a", classes("cat", 0.9), classes("cow", 0.8), task=task)
    b = a_run(tmp_path / "b", classes("cat", 0.7), classes("dog", 0.8), task=task)
    assert call(monkeypatch, "compare", a, b) == PARTLY_FAILED  # the runs broke off
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "A             acme/nuclei, 3 pictures"
    assert lines[3] == (
        "together      the same class in 1 of 2 pictures, its scores 0.200 apart on average"
    )
    assert lines[5:] == ["a.png\tcat\t90%\tcat\t70%\tyes", "deep/b = ü.png\tcow\t80%\tdog\t80%\tno"]
