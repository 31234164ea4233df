"""`ailab search` beside the window's own searches, and without the Hub."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import web

from ailab.cli_search import run_search
from ailab.exit_status import OK
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


def options(
    query: str = "nuclei",
    task: str | None = None,
    *,
    runs_here: bool = False,
    limit: int = 20,
    as_json: bool = False,
) -> argparse.Namespace:
    return argparse.Namespace(
        query=query,
        task=task,
        sort="trending",
        limit=limit,
        json=as_json,
        runs_here=runs_here,
        demo=False,
    )


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


async def test_that_an_empty_catalogue_is_told_to_be_that(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with LoopbackHub() as hub, lab_at(hub, tmp_path) as lab:
        lab.browser.set_offline(True)
        assert await run_search(lab, options("caption")) == OK
    told = capsys.readouterr().err
    assert "The catalogue on this disk is empty" in told
    assert "no model" not in told


def a_row(number: int, *files: str) -> dict[str, Any]:
    siblings = [{"rfilename": name} for name in files]
    task = "image-classification"
    return {
        "_id": f"{number}",
        "id": f"acme/n-{number}",
        "siblings": siblings,
        "pipeline_tag": task,
    }


RUNS = ("config.json", "preprocessor_config.json", "onnx/model.onnx")


async def test_that_each_row_tells_whether_it_runs_here_and_those_alone_can_be_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def some(_: Any) -> web.StreamResponse:
        return web.json_response([a_row(1, *RUNS), a_row(2, "model.pkl"), a_row(3)])

    async with LoopbackHub() as hub, lab_at(hub, tmp_path) as lab:
        hub.answers["/api/models"] = some
        assert await run_search(lab, options("")) == OK
        lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
        assert [(line[0], line[-1]) for line in lines] == [
            ("acme/n-1", "Runs"),
            ("acme/n-2", "Won't run"),
            ("acme/n-3", "Not known"),
        ]
        asked = len(hub.seen)
        assert await run_search(lab, options("", as_json=True)) == OK
        first, second, _ = json.loads(capsys.readouterr().out)
        assert (first["runs"], first["fit"]) == (True, "runs")
        assert second["fit"] == "wont_run"
        assert second["verdict"]
        assert len(hub.seen) - asked <= 1  # the list alone, no model of its own
        assert await run_search(lab, options("", runs_here=True)) == OK
        output = capsys.readouterr()
        assert output.out.count("\n") == 1
        assert output.err == ""


async def test_that_runs_here_stops_asking_where_the_window_would_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def many(request: web.Request) -> web.StreamResponse:
        start = int(request.query.get("cursor", "0"))
        rows = [a_row(start + number, "model.pkl") for number in range(200)]
        if not start:
            rows[0] = a_row(0, *RUNS)
        following = f"{hub.endpoint}/api/models?limit=200&cursor={start + 200}"
        return web.json_response(rows, headers={"Link": f'<{following}>; rel="next"'})

    async with LoopbackHub() as hub, lab_at(hub, tmp_path) as lab:
        hub.answers["/api/models"] = many
        assert await run_search(lab, options("", runs_here=True)) == OK
        output = capsys.readouterr()
        assert output.out.startswith("acme/n-0\t")
        assert output.out.count("\n") == 1
        assert "of the first 1,000 models only 1 runs here as it is" in output.err
        assert len(asked_tasks(hub)) == 5


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (options("caption"), ("in its name", "ailab search --task image-to-text")),
        (options("upscale plant roots"), ("ailab search 'plant roots' --task image-to-image",)),
        (options("zzz"), ("Try fewer letters of the name, or --task alone",)),
        (options("zzz", "image-to-image"), ("fewer letters of the name, or another --task",)),
        (options("", runs_here=True), ("no model that runs here matches", "Try no --runs-here")),
        (options("x", "image-captioning"), ("no task image-captioning", "mean image-to-text?")),
        (options("x", "zzz"), ("no task zzz", "Tasks are depth-estimation")),
    ],
)
async def test_that_a_search_that_finds_nothing_tells_the_next_step(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    asked: argparse.Namespace,
    told: tuple[str, ...],
) -> None:
    async def none(_: Any) -> web.StreamResponse:
        return web.json_response([])

    async with LoopbackHub() as hub, lab_at(hub, tmp_path) as lab:
        hub.answers["/api/models"] = none
        assert await run_search(lab, asked) == OK
        output = capsys.readouterr()
        assert output.out == ""
        for words in told:
            assert words in output.err
