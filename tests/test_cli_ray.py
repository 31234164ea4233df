"""Runs on Ray from the command line, over a fake of it."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from ailab.cli import make_parser
from ailab.cli_commands import run_pictures
from ailab.exit_status import FAILED, MISUSED, OK
from ailab.services.inference.device_in_use import DeviceInUse
from ailab.services.inference.run_place import RunPlace, RunTarget
from ailab.services.lab_error import LabError
from ailab.services.problem import Problem
from fake_elsewhere import FakeElsewhere
from inference_lab import Lab

Output = pytest.CaptureFixture[str]


async def call(elsewhere: FakeElsewhere, *arguments: str) -> int:
    lab = Lab()
    lab.view_model.place.offer(RunPlace.RAY, elsewhere)
    commanded: Any = SimpleNamespace(worker=lab.inference, inference=lab.view_model)
    given = make_parser().parse_args(["run", "acme/nuclei", "a.png", "b.png", *arguments])
    try:
        return await run_pictures(commanded, given)
    finally:
        await lab.close()


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("ray", ""),
        ("ray://head.example:10001", "ray://head.example:10001"),
        ("10.0.0.5:6379", "10.0.0.5:6379"),
    ],
)
async def test_that_ray_is_named_by_itself_or_by_a_clusters_address(
    text: str, address: str, capsys: Output
) -> None:
    elsewhere = FakeElsewhere()
    assert await call(elsewhere, "--on", text, "--workers", "3", "--json") == OK
    assert elsewhere.inference.predicted == ["a.png", "b.png"]
    assert elsewhere.targets[-1] == RunTarget(RunPlace.RAY, address, 3)
    answer = json.loads(capsys.readouterr().out)
    assert (answer["place"], answer["device"]) == (text, None)


@pytest.mark.parametrize(
    ("place", "start"),
    [("ray", "Starting Ray for"), ("10.0.0.5:6379", "Connecting to Ray at 10.0.0.5:6379 for")],
)
async def test_that_a_run_on_ray_tells_of_its_start_and_of_the_loading_until_it_has_a_result(
    place: str, start: str, capsys: Output
) -> None:
    assert await call(FakeElsewhere(), "--on", place) == OK
    told = capsys.readouterr().err
    loading = "Ray is up: loading acme/nuclei"
    assert f"{start} acme/nuclei\n{loading}\nRunning acme/nuclei\n" in told
    assert "Loading" not in told


async def test_that_what_is_to_be_known_of_a_run_on_ray_is_told(capsys: Output) -> None:
    elsewhere = FakeElsewhere()
    elsewhere.inference.device = DeviceInUse("cpu", "Pictures are prepared as ViT's.")
    assert await call(elsewhere, "--on", "ray") == OK
    assert capsys.readouterr().err.count("Pictures are prepared as ViT's.\n") == 1


async def test_that_a_cluster_that_does_not_answer_is_never_said_to_run(capsys: Output) -> None:
    elsewhere = FakeElsewhere()
    elsewhere.inference.failures["a.png"] = LabError("No Ray cluster answers.", "Check it.")
    assert await call(elsewhere, "--on", "10.0.0.5:6379") == FAILED
    assert "Running" not in capsys.readouterr().err


async def test_that_what_is_missing_for_ray_is_told(capsys: Output) -> None:
    elsewhere = FakeElsewhere()
    elsewhere.problem = Problem("Ray is not installed.", "Install it.")
    assert await call(elsewhere, "--on", "ray") in {FAILED, MISUSED}
    assert "Ray is not installed." in capsys.readouterr().err
    assert not elsewhere.inference.predicted


def test_that_no_workers_are_misuse(capsys: Output) -> None:
    with pytest.raises(SystemExit) as leaving:
        make_parser().parse_args(["run", "model.onnx", "pictures", "--workers", "0"])
    assert leaving.value.code == MISUSED
    assert "--workers" in capsys.readouterr().err
