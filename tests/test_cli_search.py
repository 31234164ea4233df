"""`ailab search` beside the window's own searches, and without the Hub."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import web

from ailab.cli import OK
from ailab.cli_commands import run_search
from ailab.lab import Lab
from ailab.services.hub.model_filter import ModelFilter
from ailab.services.lab_folders import LabFolders
from ailab.services.searches.search_file import SearchFile
from loopback_hub import LoopbackHub

ROWS = [
    {"_id": "1", "id": "acme/nuclei", "tags": ["license:mit"]},
    {"_id": "2", "id": "acme/nuclei-2", "tags": ["license:gpl-3.0"]},
]


def lab_at(hub: LoopbackHub, place: Path) -> Lab:
    return Lab(hub.endpoint, place / "cache", "", LabFolders.below(place / "lab"))


def options(query: str = "nuclei", task: str | None = None) -> argparse.Namespace:
    return argparse.Namespace(query=query, task=task, sort="trending", limit=20, json=False)


def asked_tasks(hub: LoopbackHub) -> list[str]:
    lists = [urlsplit(path) for path in hub.asked() if path.startswith("/api/models?")]
    return [parse_qs(each.query).get("pipeline_tag", [""])[0] for each in lists]


async def rows(_: Any) -> web.StreamResponse:
    return web.json_response(ROWS)


async def test_that_the_windows_filters_neither_hold_in_the_terminal_nor_change(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with LoopbackHub() as hub:
        hub.answers["/api/models"] = rows
        async with lab_at(hub, tmp_path) as window:
            window.browser.set_filter(ModelFilter(license="mit"))
            await window.browser.wait()
        store = SearchFile(LabFolders.below(tmp_path / "lab").config)
        kept = await store.load()
        assert kept.last.filter.license == "mit"
        async with lab_at(hub, tmp_path) as lab:
            assert await run_search(lab, options(task="object-detection")) == OK
        async with lab_at(hub, tmp_path) as lab:
            assert await run_search(lab, options()) == OK
        assert capsys.readouterr().out.count("acme/nuclei-2") == 2
        assert asked_tasks(hub)[-2:] == ["object-detection", ""]
        assert await store.load() == kept


async def test_that_the_terminal_searches_the_catalogue_while_offline_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with LoopbackHub() as hub:
        hub.answers["/api/models"] = rows
        async with lab_at(hub, tmp_path) as lab:
            assert await run_search(lab, options()) == OK
        assert "Offline" not in capsys.readouterr().err
        seen = len(hub.seen)
        async with lab_at(hub, tmp_path) as lab:
            lab.browser.set_offline(True)
            assert await run_search(lab, options("nuclei-2")) == OK
        output = capsys.readouterr()
        assert output.out.startswith("acme/nuclei-2\t")
        assert "Offline: 2 models, seen up to " in output.err
        assert "The catalogue on this disk was searched." in output.err
        assert len(hub.seen) == seen
