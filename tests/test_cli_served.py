"""Models on servers that ask for an access token, on the command line."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from ailab.__main__ import main
from ailab.exit_status import FAILED, OK
from ailab.services.inference.sheet_draft import SheetDraft
from ailab.services.lab_folders import find_folders
from ailab.services.served.served_models import ServedModels
from loopback_served import LoopbackServed

SECRET = "never-shown-1"
DRAFT = SheetDraft(
    task="object-detection", decoder="detr", width=48, height=32, labels=("nothing", "disc")
)

Output = pytest.CaptureFixture[str]


@pytest.fixture
def server() -> Iterator[LoopbackServed]:
    with LoopbackServed(token=SECRET) as made:
        yield made


def call(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """Call the program with arguments and return its exit status."""
    monkeypatch.setattr(sys, "argv", ["ailab", *arguments])
    return main()


def describe(server: LoopbackServed) -> None:
    """Write the sheet of the server's model where the program looks for it."""
    server.token = ""
    ServedModels(find_folders().data / "served").sheet(server.model).save(DRAFT, None)
    server.token = SECRET


def test_that_a_run_with_the_environments_token_leaves_it_nowhere(
    server: LoopbackServed, monkeypatch: pytest.MonkeyPatch, capsys: Output, tmp_path: Path
) -> None:
    describe(server)
    monkeypatch.setenv("AILAB_SERVER_TOKEN", SECRET)
    monkeypatch.setenv("AILAB_SERVER_TOKEN_FOR", server.address)
    picture, saved = tmp_path / "picture.png", tmp_path / "results"
    Image.new("RGB", (96, 64), (200, 30, 40)).save(picture)
    arguments = ("run", server.model, str(picture), "--save-to", str(saved), "--json", "--verbose")
    assert call(monkeypatch, *arguments) == OK
    told = capsys.readouterr()
    (result,) = json.loads(told.out)["results"]
    assert result["prediction"]["kind"] == "detections"
    assert server.logins[-1] == f"Bearer {SECRET}"
    assert SECRET not in told.out + told.err
    assert list(saved.rglob("run.json"))
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or SECRET.encode() not in file.read_bytes()


def test_that_a_server_that_asks_for_a_token_is_told_with_the_next_step(
    server: LoopbackServed, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    monkeypatch.setenv("AILAB_SERVER_TOKEN", SECRET)
    assert call(monkeypatch, "info", server.model) == FAILED
    told = capsys.readouterr().err
    assert "asks for an access token" in told
    assert "AILAB_SERVER_TOKEN_FOR names no server" in told
    assert SECRET not in told
    assert not any(server.logins)


def test_that_what_has_no_sheet_yet_names_the_command_that_gives_it_one(
    server: LoopbackServed, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    server.token = ""
    assert call(monkeypatch, "info", server.model) == FAILED
    assert f"ailab describe {server.model} --picture PICTURE" in capsys.readouterr().err
    assert call(monkeypatch, "describe", server.model, "--write") == OK
    capsys.readouterr()
    assert call(monkeypatch, "info", server.model) == OK


def test_that_a_password_in_an_address_is_not_repeated(
    monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    for address in ("http://me:secret@host:8000", "http://me:secret@host:99999"):
        assert call(monkeypatch, "info", f"{address}/v2/models/yolox", "--verbose") == FAILED
        told = capsys.readouterr()
        assert "secret" not in told.out + told.err
