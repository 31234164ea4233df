"""What a run on the command line says of the hardware, and of the numbers it reckons in."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

import inference_lab
from ailab.cli import make_parser
from ailab.cli_commands import run_pictures
from ailab.exit_status import OK
from ailab.services.compatibility.gpu import Gpu
from ailab.services.compatibility.machine import Machine
from ailab.services.inference.device_in_use import DeviceInUse
from ailab.services.inference.engine_table import ONNX
from ailab.services.inference.run_place import RunPlace
from fake_elsewhere import FakeElsewhere

Output = pytest.CaptureFixture[str]
CARD = Gpu("NVIDIA H200", 139 * 2**30)
WORDS = "This machine has an NVIDIA H200, which ONNX Runtime does not use"


async def call(monkeypatch: pytest.MonkeyPatch, gpu: Gpu | None, *arguments: str) -> int:
    machine = Machine(engines=frozenset({ONNX}), devices={ONNX: frozenset({"cpu"})}, gpu=gpu)
    monkeypatch.setattr(inference_lab, "Machine", lambda: machine)
    lab = inference_lab.Lab()
    lab.view_model.place.offer(RunPlace.RAY, FakeElsewhere())
    commanded: Any = SimpleNamespace(worker=lab.inference, inference=lab.view_model)
    given = make_parser().parse_args(["run", "acme/nuclei", "a.png", "b.png", *arguments])
    try:
        return await run_pictures(commanded, given)
    finally:
        await lab.close()


async def test_that_a_card_that_is_not_used_is_told_of_once_before_the_run(
    monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    assert await call(monkeypatch, CARD, "--json") == OK
    told = capsys.readouterr()
    assert told.err.startswith(WORDS)
    assert told.err.count(WORDS) == 1
    assert "onnxruntime-gpu" in told.err
    assert json.loads(told.out)["unused_card"].startswith(WORDS)


async def test_that_half_precision_is_said_after_the_run_and_no_other(capsys: Output) -> None:
    for precision in ("bfloat16", "float32", ""):
        lab = inference_lab.Lab()
        lab.inference.placed = DeviceInUse("cpu", "", precision)
        commanded: Any = SimpleNamespace(worker=lab.inference, inference=lab.view_model)
        given = make_parser().parse_args(["run", "acme/nuclei", "a.png", "--json"])
        assert await run_pictures(commanded, given) == OK
        await lab.close()
        told = capsys.readouterr()
        half = "ran in half precision (bfloat16)\n"
        assert (half in told.err) is (precision == "bfloat16")
        assert json.loads(told.out)["precision"] == (precision or None)


async def test_that_nothing_is_said_without_a_card_or_where_the_run_is_elsewhere(
    monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    for gpu, arguments in ((None, ()), (CARD, ("--on", "ray"))):
        assert await call(monkeypatch, gpu, "--json", *arguments) == OK
        told = capsys.readouterr()
        assert "does not use" not in told.err
        assert json.loads(told.out)["unused_card"] is None
