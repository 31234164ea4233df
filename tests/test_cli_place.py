"""Where the command line runs pictures, and that it sends none unasked."""

from __future__ import annotations

import asyncio
import io
import json
from types import SimpleNamespace
from typing import Any

import pytest

from ailab.cli import make_parser
from ailab.cli_commands import run_pictures
from ailab.exit_status import FAILED, MISUSED, OK
from ailab.services.inference.chat_models import CHAT
from ailab.services.inference.picture_progress import PictureProgress
from ailab.services.inference.run_place import RunPlace
from ailab.services.problem import Problem
from fake_providers import FakeProviders
from fakes import until
from inference_lab import Lab

MODEL = "acme/nuclei"

Output = pytest.CaptureFixture[str]


async def call(lab: Lab, *arguments: str) -> int:
    """Carry out a command on view models over fakes; returns the exit status."""
    commanded: Any = SimpleNamespace(worker=lab.inference, inference=lab.view_model)
    try:
        return await run_pictures(commanded, make_parser().parse_args(arguments))
    finally:
        await lab.close()


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def a_lab() -> tuple[Lab, FakeProviders]:
    lab, providers = Lab(), FakeProviders()
    lab.view_model.place.offer(RunPlace.PROVIDERS, providers, providers)
    return lab, providers


async def test_that_yes_sends_the_pictures_and_says_where_to(capsys: Output) -> None:
    lab, providers = a_lab()
    arguments = ("run", MODEL, "a.png", "b.png", "--on", "providers", "--yes", "--json")
    assert await call(lab, *arguments) == OK
    assert providers.inference.predicted == ["a.png", "b.png"]
    assert not lab.inference.predicted
    told = capsys.readouterr()
    assert "2 pictures will be sent to router.example" in told.err
    answer = json.loads(told.out)
    assert (answer["place"], answer["device"]) == ("providers", None)


async def test_that_nothing_is_sent_where_nobody_can_be_asked(
    capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    lab, providers = a_lab()
    assert await call(lab, "run", MODEL, "a.png", "--on", "providers") == MISUSED
    assert not providers.inference.predicted
    assert "--yes" in capsys.readouterr().err


async def test_that_the_model_is_looked_at_before_leave_is_asked_for(
    capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    lab, _ = a_lab()
    assert await call(lab, "run", "./model.onnx", "a.png", "--on", "providers") == FAILED
    told = capsys.readouterr().err
    assert "Inference Providers run models of the Hub, and no others." in told
    assert "--yes" not in told


@pytest.mark.parametrize(("typed", "status"), [("y\n", OK), ("\n", FAILED), ("no\n", FAILED)])
async def test_that_a_terminal_is_asked(
    capsys: Output, monkeypatch: pytest.MonkeyPatch, typed: str, status: int
) -> None:
    monkeypatch.setattr("sys.stdin", _Terminal(typed))
    lab, providers = a_lab()
    assert await call(lab, "run", MODEL, "a.png", "--on", "providers:hf-inference") == status
    assert bool(providers.inference.predicted) == (status == OK)
    told = capsys.readouterr().err
    assert "Send? [y/N]" in told
    assert ("Nothing was sent." in told) == (status == FAILED)


async def test_that_the_provider_that_was_named_is_asked(capsys: Output) -> None:
    lab = Lab()
    providers = FakeProviders("image-to-text", CHAT, novita="Novita", together="Together")
    lab.view_model.place.offer(RunPlace.PROVIDERS, providers, providers)
    question = ("--question", "How many cats?")
    arguments = ("run", MODEL, "a.png", "--on", "providers:together", "--yes", "--json")
    assert await call(lab, *arguments, *question) == OK
    told = capsys.readouterr()
    assert "sent to router.example, for Together to run" in told.err
    assert json.loads(told.out)["place"] == "providers:together"
    assert providers.inference.prompts[-1].question == "How many cats?"


async def test_that_a_provider_that_does_not_run_the_model_sends_nothing(capsys: Output) -> None:
    lab, providers = a_lab()
    arguments = ("run", MODEL, "a.png", "--on", "providers:fal-ai", "--yes")
    assert await call(lab, *arguments) == FAILED
    assert "fal-ai does not run" in capsys.readouterr().err
    assert not providers.inference.predicted


@pytest.mark.parametrize("place", ["moon", "providers:"])
async def test_that_a_place_that_is_not_there_is_told(capsys: Output, place: str) -> None:
    lab, providers = a_lab()
    assert await call(lab, "run", MODEL, "a.png", "--on", place, "--yes") == MISUSED
    assert f"no place “{place}”" in capsys.readouterr().err
    assert not lab.inference.predicted
    assert not providers.inference.predicted


async def test_that_what_is_missing_is_told_with_its_command(capsys: Output) -> None:
    lab, providers = a_lab()
    providers.problem = Problem("It is not installed.", "Install it.")
    assert await call(lab, "run", MODEL, "a.png", "--on", "providers", "--yes") == MISUSED
    assert "ailab[providers]" in capsys.readouterr().err


async def test_that_pictures_are_run_here_where_nothing_is_said() -> None:
    lab, providers = a_lab()
    assert await call(lab, "run", MODEL, "a.png") == OK
    assert lab.inference.predicted == ["a.png"]
    assert not providers.inference.predicted


async def test_that_pictures_are_run_here_whatever_was_chosen_before() -> None:
    lab, providers = a_lab()
    lab.view_model.place.choose(RunPlace.PROVIDERS)
    assert await call(lab, "run", MODEL, "a.png") == OK
    assert lab.inference.predicted == ["a.png"]
    assert not providers.inference.predicted


@pytest.mark.parametrize("place", ["here", "providers"])
async def test_that_workers_are_refused_where_there_are_none(capsys: Output, place: str) -> None:
    lab, providers = a_lab()
    arguments = ("run", MODEL, "a.png", "--on", place, "--yes", "--workers", "2")
    assert await call(lab, *arguments) == MISUSED
    assert "--workers counts copies of the model on Ray" in capsys.readouterr().err
    assert not lab.inference.predicted
    assert not providers.inference.predicted


async def test_that_a_terminal_shows_how_far_the_network_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = _Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    lab = Lab()
    lab.inference.gate.shut()
    running = asyncio.ensure_future(call(lab, "run", "model.onnx", "a.png"))
    await until(lambda: bool(lab.inference.predicted))
    assert lab.inference.watcher is not None
    lab.inference.watcher(PictureProgress("a.png", 320, 1024))
    assert terminal.getvalue().endswith(
        "Running model.onnx: Looking for masks: 320 of 1,024 points"
    )
    lab.inference.gate.open()
    assert await running == OK
