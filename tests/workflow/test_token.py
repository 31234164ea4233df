"""A person's access token, followed through the whole command line and all that it leaves."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import web

import ailab
from ailab.demo.demo_repo import DemoRepo
from ailab.demo.hub_server import HubServer

DEMO = Path(ailab.__file__).parent / "demo"
PICTURE = DEMO / "pictures" / "nuclei" / "nuclei-1.jpg"
MODEL = "lab/nuclei"
TOKEN = "hf_thisIsTheSecretOfAPerson1234567"
COMMANDS = (("search", "nuclei"), ("info", MODEL), ("run", MODEL, str(PICTURE)))


def repos() -> list[DemoRepo]:
    folder = DEMO / "models" / "centre-point-nuclei"
    return [DemoRepo.from_folder(MODEL, folder, task="object-detection", gated="auto")]


# Several command lines in one process: to start each takes longer than what it does.
PROGRAM = """
import json, sys
from ailab.__main__ import main

for arguments in json.loads(sys.argv[1]):
    sys.argv = ["ailab", *arguments, "--verbose"]
    status = main()
    print(f"\\n{status} was the status of {arguments[0]}", flush=True)
"""


async def call(
    hub: HubServer, place: Path, *commands: tuple[str, ...], ring: Path | None = None
) -> list[tuple[int, str]]:
    """Status and all words of each `ailab … --verbose`, to which the token is given.

    Args:
        hub: the Hub that is asked.
        place: where everything is written.
        commands: the arguments of the command lines.
        ring: the file of a key ring that holds the token; None to give it by `HF_TOKEN`.
    """
    secret = {"HF_TOKEN": TOKEN}
    if ring is not None:
        secret = {
            "PYTHON_KEYRING_BACKEND": "ring_on_disk.RingOnDisk",
            "PYTHONPATH": str(Path(__file__).parents[1]),
            "RING_ON_DISK": str(ring),
        }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", PROGRAM, json.dumps(commands)),
        env=os.environ
        | secret
        | {"HF_ENDPOINT": hub.url, "HF_HOME": str(place / "hf")}
        | {"PYTHONASYNCIODEBUG": "1"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    words = output.decode("utf-8", "replace")
    assert process.returncode == 0, words
    *ended, rest = re.split(r"^(\d+) was the status of \w+\n", words, flags=re.MULTILINE)
    assert TOKEN not in rest
    said = [(int(status), each) for each, status in zip(ended[::2], ended[1::2], strict=True)]
    assert len(said) == len(commands)
    return said


def told_of(place: Path) -> Iterator[Path]:
    """The files that hold the token, or are named after it."""
    for path in place.rglob("*"):
        if TOKEN in path.name or (path.is_file() and TOKEN.encode() in path.read_bytes()):
            yield path


async def test_that_a_token_that_is_needed_goes_to_the_hub_alone(tmp_path: Path) -> None:
    async with HubServer(repos(), tokens={TOKEN: frozenset({MODEL})}) as hub:
        search, info, run = COMMANDS
        saving = (*run, "--save-to", str(tmp_path / "results"))
        for status, said in await call(hub, tmp_path, search, info, saving):
            assert status == 0, said
            assert MODEL in said or "nucleus" in said
            assert "DEBUG" in said
            assert TOKEN not in said
        to_hub = [asked for asked in hub.requests if asked.origin == hub.url]
        elsewhere = [asked for asked in hub.requests if asked.origin != hub.url]
    assert all(asked.headers.get("Authorization") == f"Bearer {TOKEN}" for asked in to_hub)
    assert elsewhere
    assert not any(TOKEN in f"{asked.target} {asked.headers}" for asked in elsewhere)
    assert not any(TOKEN in asked.target for asked in to_hub)
    assert list((tmp_path / "results").glob("*/run.json"))
    assert not list(told_of(tmp_path))


@pytest.mark.slow
async def test_that_a_run_in_the_terminal_uses_the_token_of_the_key_ring(tmp_path: Path) -> None:
    ring, place = tmp_path / "ring", tmp_path / "place"
    ring.write_text(TOKEN, "utf-8")
    async with HubServer(repos(), tokens={TOKEN: frozenset({MODEL})}) as hub:
        ((status, said),) = await call(hub, place, COMMANDS[-1], ring=ring)
    assert status == 0, said
    assert "nucleus" in said
    assert TOKEN not in said
    assert not list(told_of(place))


async def test_that_a_token_that_is_refused_is_told_and_not_shown(tmp_path: Path) -> None:
    async with HubServer(repos()) as hub:
        answers = await call(hub, tmp_path, *COMMANDS)
    for status, said in answers:
        assert status == 1
        assert "does not accept your access token" in said
        assert "HF_TOKEN" in said
        assert TOKEN not in said
    assert not list(told_of(tmp_path))


async def test_that_a_hub_that_sends_the_token_back_gets_it_shown_to_nobody(
    tmp_path: Path,
) -> None:
    async def echo(request: web.Request) -> web.StreamResponse:
        said = request.headers.get("Authorization", "")
        headers = {"X-Error-Message": f"no {said}", "X-Request-Id": said, "X-Error-Code": said}
        return web.json_response({"error": said}, status=400, headers=headers)

    async with HubServer(repos(), intercept=echo) as hub:
        answers = await call(hub, tmp_path, *COMMANDS)
        asking = [asked for asked in hub.requests if asked.headers.get("Authorization")]
    assert len(asking) >= len(COMMANDS)
    for status, said in answers:
        assert status == 1
        assert "(hidden)" in said
        assert TOKEN not in said
