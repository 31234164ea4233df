"""A bare file of this disk described in a terminal: suggested, changed, tried, kept, run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from graph_guess import guess

from ailab.cli import make_parser
from ailab.cli_commands import run_pictures
from ailab.cli_describe import run_describe
from ailab.demo.demo_repo import DemoRepo
from ailab.demo.hub_server import HubServer
from ailab.exit_status import FAILED, OK
from ailab.lab import Lab
from ailab.services.inference.coco_labels import COCO_LABELS
from ailab.services.inference.inference_errors import ModelFileError
from bare_model import COLOURS, colours, red_picture
from kept_model import write_bare

NOWHERE = "http://127.0.0.1:9"


def parsed(*words: str) -> Any:
    return make_parser().parse_args(words)


async def test_that_the_guess_is_printed_tried_and_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = write_bare(tmp_path / "net.onnx")
    sheet, picture = tmp_path / "net.ailab.json", str(red_picture(tmp_path))
    async with Lab(NOWHERE, tmp_path / "cache", token="") as lab:
        assert await run_describe(lab, parsed("describe", str(model))) == OK
        told = capsys.readouterr()
        assert json.loads(told.out)["decoder"]["name"] == "class-scores"
        assert "It looks like a classifier, 8 × 8, 3 classes." in told.err
        assert "Guessed from the shape of its output" in told.err
        assert not sheet.exists()
        words = ("describe", str(model), "--set", "labels=red, green, blue")
        kept = parsed(*words, "--picture", picture, "--write")
        assert await run_describe(lab, kept) == OK
        told = capsys.readouterr()
        assert json.loads(told.out) == json.loads(sheet.read_text("utf-8"))
        assert f"{picture}: red, " in told.err
        assert await run_pictures(lab, parsed("run", str(model), picture)) == OK
        assert ": red, " in capsys.readouterr().out
        # What lies there stays unless that is wanted otherwise.
        other = (*words, "--set", "threshold=0.9", "--write")
        assert await run_describe(lab, parsed(*other)) == FAILED
        assert "threshold: (left out) → 0.9" in capsys.readouterr().err
        assert "threshold" not in json.loads(sheet.read_text("utf-8"))
        assert await run_describe(lab, parsed(*other, "--force")) == OK
        assert json.loads(sheet.read_text("utf-8"))["threshold"] == 0.9
        capsys.readouterr()
        assert await run_describe(lab, parsed("describe", str(model), "--json")) == OK
        facts = json.loads(capsys.readouterr().out)
        assert facts["sheet_is_a_guess"] is False
        assert facts["sheet"]["threshold"] == 0.9


async def test_that_what_does_not_run_is_not_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    model, picture = write_bare(tmp_path / "net.onnx"), str(red_picture(tmp_path))
    async with Lab(NOWHERE, tmp_path / "cache", token="") as lab:
        words = ("describe", str(model), "--write")
        with pytest.raises(ModelFileError, match="takes 8 × 8 pixels"):
            await run_describe(lab, parsed(*words, "--set", "width=9"))
        for decoder in ("yolo-rows", "detr", "matte"):
            with pytest.raises(ModelFileError, match=f"Its decoder {decoder} takes"):
                await run_describe(lab, parsed(*words, "--set", f"decoder={decoder}"))
        # As where the graph does not tell its shapes.
        monkeypatch.setattr("ailab.cli_sheet.misfit", lambda *_: "")
        boxes = (*words, "--set", "decoder=yolo-rows", "--picture", picture)
        assert await run_describe(lab, parsed(*boxes)) == FAILED
        told = capsys.readouterr()
        assert "Nothing was written." in told.err
        assert "Change its description with --set." in told.err
        missing = (*words, "--picture", str(tmp_path / "none.png"))
        assert await run_describe(lab, parsed(*missing)) == FAILED
    assert not (tmp_path / "net.ailab.json").exists()


async def test_that_a_network_that_tells_nothing_asks_for_what_it_does(tmp_path: Path) -> None:
    guess(tmp_path, {"dets": [1, 100, 5]})
    async with Lab(NOWHERE, tmp_path / "cache", token="") as lab:
        words = ("describe", str(tmp_path / "net.onnx"))
        assert await run_describe(lab, parsed(*words)) == OK
        with pytest.raises(ModelFileError, match=r"Nothing tells what net\.onnx does") as caught:
            await run_describe(lab, parsed(*words, "--write"))
        assert "--set decoder=" in caught.value.advice


async def test_that_coco_names_eighty_classes_where_that_is_asked_for_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    guess(tmp_path, {"output0": [1, 84, 8400]})
    words = ("describe", str(tmp_path / "net.onnx"))
    async with Lab(NOWHERE, tmp_path / "cache", token="") as lab:
        assert await run_describe(lab, parsed(*words)) == OK
        told = capsys.readouterr()
        assert "labels" not in json.loads(told.out)
        assert "--names coco" in told.err
        assert await run_describe(lab, parsed(*words, "--names", "coco")) == OK
        told = capsys.readouterr()
        assert tuple(json.loads(told.out)["labels"]) == COCO_LABELS
        assert "COCO's names are a guess" in told.err
        with pytest.raises(ModelFileError, match="--names imagenet"):
            await run_describe(lab, parsed(*words, "--names", "imagenet"))
        names = tmp_path / "mine.names"
        names.write_text("a\nb\n", "utf-8")
        assert await run_describe(lab, parsed(*words, "--names", str(names))) == OK
        assert json.loads(capsys.readouterr().out)["labels"] == ["a", "b"]


async def test_that_imagenet_names_a_thousand_classes_without_timm(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    guess(tmp_path, {"y": [1, 1000]})
    words = ("describe", str(tmp_path / "net.onnx"), "--names", "imagenet")
    async with Lab(NOWHERE, tmp_path / "cache", token="") as lab:
        assert await run_describe(lab, parsed(*words)) == OK
        told = capsys.readouterr()
        labels = json.loads(told.out)["labels"]
        assert (len(labels), labels[281]) == (1000, "tabby, tabby cat")
        assert "ImageNet's names are a guess" in told.err


async def test_that_what_does_not_fit_is_printed_with_why_and_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = write_bare(tmp_path / "net.onnx")
    async with Lab(NOWHERE, tmp_path / "cache", token="") as lab:
        for setting, why in (("width=400", "takes 8 × 8 pixels"), ("decoder=detr", "pred_boxes")):
            with pytest.raises(ModelFileError, match=f"does not fit.*{why}"):
                await run_describe(lab, parsed("describe", str(model), "--set", setting))
            assert json.loads(capsys.readouterr().out)["task"]


async def test_that_more_names_than_classes_are_not_kept(tmp_path: Path) -> None:
    model, names = write_bare(tmp_path / "net.onnx"), tmp_path / "synset.txt"
    names.write_text("\n".join(f"thing {each}" for each in range(1000)), "utf-8")
    async with Lab(NOWHERE, tmp_path / "cache", token="") as lab:
        words = ("describe", str(model), "--write")
        for given in (("--names", str(names)), ("--set", "labels=synset.txt")):
            with pytest.raises(ModelFileError, match="1,000 names; the network tells 3 classes"):
                await run_describe(lab, parsed(*words, *given))
    assert not (tmp_path / "net.ailab.json").exists()


async def test_that_beside_an_empty_sheet_the_guess_is_told_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = write_bare(tmp_path / "net.onnx")
    (tmp_path / "net.ailab.json").touch()  # as a shell does for: ailab describe … > net.ailab.json
    async with Lab(NOWHERE, tmp_path / "cache", token="") as lab:
        assert await run_describe(lab, parsed("describe", str(model))) == OK
    told = capsys.readouterr()
    assert "It looks like a classifier" in told.err
    assert json.loads(told.out)["task"] == "image-classification"


async def test_that_a_model_of_the_hub_is_tried_and_kept_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture, cache = str(red_picture(tmp_path)), tmp_path / "cache"
    repo = DemoRepo(COLOURS, (colours(tmp_path),))
    async with HubServer([repo]) as hub, Lab(hub.url, cache, token="") as lab:
        words = ("describe", COLOURS, "--set", "labels=red,green,blue", "--picture", picture)
        assert await run_describe(lab, parsed(*words, "--write")) == OK
        told = capsys.readouterr()
        assert f"{picture}: red, " in told.err
        assert f"ailab run {COLOURS} PICTURE" in told.err
        assert await run_pictures(lab, parsed("run", COLOURS, picture)) == OK
        assert ": red, " in capsys.readouterr().out
    assert not list(cache.rglob("*.ailab.json"))
