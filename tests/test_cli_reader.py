"""Pages that are read line by line, on the command line."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from page_models import PageModels, a_page, page_models
from PIL import Image

from ailab.__main__ import main
from ailab.exit_status import MISUSED, OK
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.results.run_service import RunService

pytest.importorskip("cv2", reason="the extra text is not installed")

Output = pytest.CaptureFixture[str]


@pytest.fixture
def models(tmp_path: Path) -> PageModels:
    Image.fromarray(a_page((60, 300, "jhf"), (60, 100, "fgh"))).save(tmp_path / "page.png")
    return page_models(tmp_path)


def call(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["ailab", *arguments, "--demo"])
    return main()


def test_that_a_page_is_read_by_a_second_model(
    models: PageModels, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    page, folder = str(tmp_path / "page.png"), tmp_path / "results"
    reading = ("--read-with", str(models.reader), "--save-to", str(folder))
    assert call(monkeypatch, "run", str(models.finder), page, *reading) == OK
    assert capsys.readouterr().out == f"{page}: fgh jhf (2 lines)\n"
    (run,) = folder.iterdir()
    assert (run / "page.txt").read_text("utf-8") == "fgh\njhf\n"
    record = json.loads((run / "run.json").read_text("utf-8"))
    assert record["reader"] == str(models.reader)
    assert list(record["model_files"]) == [
        "text_det.onnx",
        "text_det.ailab.json",
        "reader/text_rec.onnx",
        "reader/text_rec.ailab.json",
    ]


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ("finder", "finder", "does not read a line of text"),
        ("reader", "reader", "does not take a model to read lines with"),
    ],
)
def test_that_models_that_do_not_go_together_are_told_of(
    first: str,
    second: str,
    words: str,
    models: PageModels,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Output,
) -> None:
    named, other = str(getattr(models, first)), str(getattr(models, second))
    page = str(tmp_path / "page.png")
    assert call(monkeypatch, "run", named, page, "--read-with", other) == MISUSED
    assert words in capsys.readouterr().err


def test_that_a_detector_of_text_says_what_it_takes(
    models: PageModels, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    assert call(monkeypatch, "info", str(models.finder)) == OK
    assert "--read-with MODEL" in capsys.readouterr().out


async def test_that_the_files_of_both_have_their_hashes(models: PageModels) -> None:
    finder, reader = (
        RunnableModel("m", path, "object-detection") for path in (models.finder, models.reader)
    )
    both = RunnableModel("m", models.finder, "image-to-text", reader=reader)
    hashes = await RunService().fingerprint(both)
    assert hashes[:2] == await RunService().fingerprint(finder)
    assert [name for name, _ in hashes[2:]] == [
        "reader/text_rec.onnx",
        "reader/text_rec.ailab.json",
    ]
