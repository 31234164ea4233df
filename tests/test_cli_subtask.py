"""Kinds of segmentation on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_cli_prompt import call

from ailab.exit_status import MISUSED, OK
from ailab.services.inference.prompt import Prompt
from ailab.services.inference.subtask import Subtask
from inference_lab import Lab

MODEL = "/models/ade-semantic/model.onnx"


def a_lab(decoder: str = "mask-queries") -> Lab:
    lab = Lab()
    lab.inference.task, lab.inference.decoder = "image-segmentation", decoder
    return lab


async def test_that_a_kind_is_asked_of_every_picture_and_recorded(tmp_path: Path) -> None:
    lab = a_lab()
    arguments = ("run", MODEL, "a.png", "b.png", "--subtask", "instance")
    assert await call(lab, *arguments, "--save-to", str(tmp_path)) == OK
    assert lab.inference.prompts == [Prompt(subtask=Subtask.INSTANCE)] * 2
    (record,) = lab.runs.records.values()
    assert record.prompts.every == Prompt(subtask=Subtask.INSTANCE)


async def test_that_without_one_it_is_what_the_name_tells() -> None:
    lab = a_lab()
    assert await call(lab, "run", MODEL, "a.png") == OK
    assert lab.inference.prompts == [Prompt(subtask=Subtask.SEMANTIC)]


async def test_that_a_network_that_gives_one_kind_takes_none(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lab = a_lab("label-map")
    assert await call(lab, "run", MODEL, "a.png", "--subtask", "semantic") == MISUSED
    assert "does not take a kind of segmentation." in capsys.readouterr().err
    assert not lab.inference.prompts


async def test_that_info_tells_what_is_usual_and_why(capsys: pytest.CaptureFixture[str]) -> None:
    assert await call(a_lab(), "info", MODEL) == OK
    told = capsys.readouterr().out
    assert "--subtask semantic, instance or panoptic" in told
    assert "Usual is semantic: the model's name says that it was trained for it." in told
    assert "nucleus" in told  # it names its classes as other networks do
