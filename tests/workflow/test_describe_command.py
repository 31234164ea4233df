"""A bare model of the Hub described and run in a terminal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ailab.cli import make_parser
from ailab.cli_commands import run_pictures
from ailab.cli_describe import run_describe
from ailab.cli_info import run_info
from ailab.demo.demo_file import DemoFile
from ailab.demo.demo_repo import DemoRepo, DemoRevision
from ailab.demo.hub_server import HubServer
from ailab.exit_status import FAILED, OK
from ailab.lab import Lab
from ailab.services.inference.inference_errors import ModelFileError
from ailab.viewmodels.inference_state import Fitness
from bare_model import COLOURS, NAMES, check_colours, colours, red_picture
from kept_model import write_bare

NOWHERE = "http://127.0.0.1:9"


def parsed(*words: str) -> Any:
    return make_parser().parse_args(words)


async def test_that_the_terminal_describes_and_runs_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    repo = DemoRepo(COLOURS, (colours(tmp_path),))
    picture, cache = str(red_picture(tmp_path)), tmp_path / "cache"
    async with HubServer([repo]) as hub, Lab(hub.url, cache, token="") as lab:
        assert await run_info(lab, parsed("info", COLOURS)) == OK
        assert "Runs once it is described" in capsys.readouterr().out
        assert await run_info(lab, parsed("info", COLOURS, "--json")) == OK
        answer = json.loads(capsys.readouterr().out)
        assert (answer["fit"], answer["runs"]) == ("needs_sheet", False)
        assert await run_pictures(lab, parsed("run", COLOURS, picture)) == FAILED
        assert f"ailab describe {COLOURS}" in capsys.readouterr().err
        # Without a sheet, one is suggested.
        assert await run_describe(lab, parsed("describe", COLOURS)) == OK
        output = capsys.readouterr()
        suggested = json.loads(output.out)
        assert suggested["task"] == "image-classification"
        assert "Downloading acme/colours" in output.err
        names = tmp_path / "names.txt"
        names.write_text("\n".join(NAMES), "utf-8")
        mine = tmp_path / "mine.json"
        mine.write_text(json.dumps(suggested | {"labels": "names.txt"}), "utf-8")
        assert await run_describe(lab, parsed("describe", COLOURS, str(mine))) == OK
        assert "is described now" in capsys.readouterr().out
        assert await run_pictures(lab, parsed("run", COLOURS, picture)) == OK
        assert "red" in capsys.readouterr().out
        assert await run_describe(lab, parsed("describe")) == OK
        assert capsys.readouterr().out.startswith(f"{COLOURS}\tcolours.onnx\timage-classification")
        assert await run_describe(lab, parsed("describe", "--json")) == OK
        assert json.loads(capsys.readouterr().out)[0]["model"] == COLOURS
        # Another one takes its place where that is wanted alone.
        mine.write_text(json.dumps(suggested | {"labels": ["rot", "grün", "blau"]}), "utf-8")
        assert await run_describe(lab, parsed("describe", COLOURS, str(mine))) == FAILED
        assert "--replace" in capsys.readouterr().err
        wanted = parsed("describe", COLOURS, str(mine), "--replace")
        assert await run_describe(lab, wanted) == OK
    async with Lab(NOWHERE, cache, token="") as lab:
        capsys.readouterr()
        assert await run_describe(lab, parsed("describe", COLOURS)) == OK
        assert json.loads(capsys.readouterr().out)["labels"] == ["rot", "grün", "blau"]
        assert await run_describe(lab, parsed("describe", COLOURS, "--delete")) == OK
        assert await run_describe(lab, parsed("describe", COLOURS, "--delete")) == FAILED
        assert await run_pictures(lab, parsed("run", COLOURS, picture)) == FAILED
        assert "looks like a classifier" in capsys.readouterr().err


async def test_that_the_terminal_says_what_cannot_be_described(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    several = DemoRepo("acme/several", (DemoFile("a.onnx", b"a"), DemoFile("b.onnx", b"b")))
    pickles = DemoRepo("acme/pickles", (DemoFile("model.bin", b"a"),), task="object-detection")
    cache = tmp_path / "cache"
    async with HubServer([several, pickles]) as hub, Lab(hub.url, cache, token="") as lab:
        for name, word in (("acme/several", "acme/several:a"), ("acme/pickles", "pickle")):
            with pytest.raises(ModelFileError, match=word) as caught:
                await run_describe(lab, parsed("describe", name))
            assert caught.value.advice
        with pytest.raises(ModelFileError, match=r"no \.onnx file"):
            await run_describe(lab, parsed("describe", str(tmp_path)))
        bare = write_bare(tmp_path / "net.onnx")
        wrong = tmp_path / "wrong.json"
        wrong.write_text('{"format": 1, "task": "dreaming"}', "utf-8")
        with pytest.raises(ModelFileError, match="task"):
            await run_describe(lab, parsed("describe", str(bare), str(wrong)))
        assert await run_describe(lab, parsed("describe", str(bare), "--delete")) == FAILED
        assert await run_describe(lab, parsed("describe")) == OK
        assert "no model of the Hub was described" in capsys.readouterr().err


async def test_that_a_sheet_holds_at_the_next_revision_which_is_told_of(tmp_path: Path) -> None:
    changed = colours(tmp_path, more=b"\x1a\x011")
    old = colours(tmp_path)
    repo = DemoRepo(COLOURS, (changed,), revisions=(DemoRevision("v1", (old,), is_tag=True),))
    sheet = {
        "format": 1,
        "task": "image-classification",
        "input": {"width": 8, "height": 8},
        "decoder": {"name": "class-scores"},
        "labels": list(NAMES),
    }
    mine = tmp_path / "mine.json"
    mine.write_text(json.dumps(sheet), "utf-8")
    async with HubServer([repo]) as hub, Lab(hub.url, tmp_path / "cache", token="") as lab:
        assert await run_describe(lab, parsed("describe", f"{COLOURS}@v1", str(mine))) == OK
        inference = lab.inference
        inference.set_inputs([str(red_picture(tmp_path))])
        for reference, is_told in ((f"{COLOURS}@v1", False), (COLOURS, True)):
            inference.use_model(reference)
            await inference.wait()
            assert inference.state.status.fitness is Fitness.RUNS
            assert ("has changed on the Hub" in inference.state.status.advice) is is_told
            inference.run()
            await inference.wait()
            check_colours(inference.results.state.results[0].prediction)
            assert ("has changed on the Hub" in inference.state.notice) is is_told
