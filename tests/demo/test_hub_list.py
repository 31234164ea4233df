"""`GET /api/models` as the Hub answers it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest

from ailab.demo.demo_file import DemoFile
from ailab.demo.demo_repo import DemoRepo
from ailab.demo.demo_token import DemoToken
from ailab.demo.hub_server import HubServer

Repos = tuple[DemoRepo, ...]


async def _get(hub: HubServer, query: str) -> tuple[int, Any, str]:
    url = f"{hub.url}/api/models{query}"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status, await answer.json(), answer.headers.get("Link", "")


async def _ids(hub: HubServer, query: str) -> list[str]:
    _, rows, _ = await _get(hub, query)
    return [row["id"] for row in rows]


async def test_that_a_row_has_the_hubs_fields_and_no_null(repos: Repos) -> None:
    async with HubServer(repos) as hub:
        _, rows, _ = await _get(hub, "?sort=downloads")
    assert list(rows[0]) == [
        "_id", "id", "likes", "private", "downloads", "tags", "pipeline_tag", "library_name",
        "createdAt", "modelId",
    ]  # fmt: skip
    assert "pipeline_tag" not in rows[-1]
    assert all(value is not None for row in rows for value in row.values())
    assert re.fullmatch("[0-9a-f]{24}", rows[0]["_id"])
    assert rows[0]["createdAt"] == "2026-01-01T00:00:00.000Z"


async def test_that_the_trending_score_is_told_only_where_it_sorts(repos: Repos) -> None:
    async with HubServer(repos) as hub:
        assert "trendingScore" in (await _get(hub, ""))[1][0]
        assert "trendingScore" not in (await _get(hub, "?sort=likes"))[1][0]


async def test_that_expand_gives_exactly_what_it_names(repos: Repos) -> None:
    async with HubServer(repos) as hub:
        _, rows, _ = await _get(hub, "?sort=downloads&expand=gated&expand[]=author")
        assert rows[1] == {
            "_id": repos[1].key, "id": "lab/gated", "author": "lab", "gated": "manual",
        }  # fmt: skip
        _, rows, _ = await _get(hub, "?expand=sha&expand=siblings&search=cells")
        assert len(rows[0]["sha"]) == 40
        assert rows[0]["siblings"][2] == {"rfilename": "onnx/model.onnx"}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?search=CELL", ["lab/Cells"]),
        ("?author=lab&sort=likes", ["lab/gated", "lab/Cells"]),
        ("?filter=onnx&filter=license:mit", ["lab/Cells"]),
        ("?filter=onnx&filter=license:apache-2.0", []),
        ("?pipeline_tag=object-detection", ["lab/gated"]),
        ("?library=transformers", ["lab/Cells"]),
        ("?gated=true", ["lab/gated"]),
        ("?gated=false&search=lab/", ["lab/Cells"]),
        ("?filter=onnx&author=other", []),
        ("?sort=createdAt", ["other/gone", "other/off", "lab/gated", "lab/Cells"]),
    ],
)
async def test_that_rows_are_filtered_and_ordered(
    repos: Repos, query: str, expected: list[str]
) -> None:
    async with HubServer(repos) as hub:
        assert await _ids(hub, query) == expected


@pytest.mark.parametrize("sort", ["downloads", "likes", "id", "lastModified", "mainSize"])
async def test_that_pages_show_each_row_once_in_order(repos: Repos, sort: str) -> None:
    async with HubServer(repos) as hub:
        query, found = f"?sort={sort}&limit=1&expand=author&expand=tags", []
        while query:
            _, rows, link = await _get(hub, query)
            found += [row["id"] for row in rows]
            match = re.fullmatch(r'<(http://[^>]+)>; rel="next"', link)
            query = match[1].removeprefix(f"{hub.url}/api/models") if match else ""
            assert not query or query.count("expand=") == 2
        assert found == await _ids(hub, f"?sort={sort}")
    assert len(found) == 4


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("?sort=trending", "✖ Invalid sort parameter: trending"),
        ("?expand=author&expand=_id", '✖ Invalid option: expected one of "author"|"baseModels"'),
        ("?limit=none", "✖ Invalid limit: none"),
        ("?cursor=nonsense", "✖ Invalid cursor"),
    ],
)
async def test_that_a_bad_parameter_is_refused(repos: Repos, query: str, message: str) -> None:
    async with HubServer(repos) as hub:
        status, answer, _ = await _get(hub, query)
    assert status == 400
    assert answer["error"].startswith(message)


async def test_that_every_answer_tells_the_quota_and_the_last_one_is_429(repos: Repos) -> None:
    async with HubServer(repos, quotas={"api": 2}) as hub, aiohttp.ClientSession() as session:
        answers = [
            await session.get(f"{hub.url}/api/models/{name}")
            for name in ("lab/Cells", "no/no", "x/y")
        ]
    assert [answer.status for answer in answers] == [200, 401, 429]
    for answer, left in zip(answers, (1, 0, 0), strict=True):
        assert re.fullmatch(rf'"api";r={left};t=(300|299)', answer.headers["RateLimit"])
        assert answer.headers["RateLimit-Policy"] == '"fixed window";"api";q=2;w=300'
        assert answer.headers["X-Request-Id"].startswith("Root=1-")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("num_parameters=min:10", ["a/large", "a/small"]),
        ("num_parameters=min:11", ["a/large"]),
        ("num_parameters=max:1K", ["a/small"]),
        ("num_parameters=min:0.05K,max:1M", ["a/large"]),
        ("sort=num_parameters", ["a/large", "a/small", "a/unknown"]),
        ("sort=num_parameters&limit=1", ["a/large"]),
    ],
)
async def test_that_models_are_found_by_their_number_of_parameters(
    safetensors: Callable[[int], bytes], query: str, expected: list[str]
) -> None:
    repos = tuple(
        DemoRepo(name, (DemoFile("model.safetensors", content),), downloads=rank)
        for rank, (name, content) in enumerate(
            (("a/unknown", b""), ("a/small", safetensors(10)), ("a/large", safetensors(2000)))
        )
    )
    async with HubServer(repos) as hub:
        assert (
            await _ids(hub, f"?sort=downloads&{query}".replace("downloads&sort=", "")) == expected
        )


async def test_that_a_page_that_is_known_is_not_sent_again(repos: Repos) -> None:
    async with HubServer(repos) as hub, aiohttp.ClientSession() as session:
        url = f"{hub.url}/api/models?sort=likes"
        async with session.get(url) as first:
            etag = first.headers["ETag"]
        assert re.fullmatch(r'W/"[0-9a-f]+-[\w+/]{27}"', etag)
        async with session.get(url, headers={"If-None-Match": etag}) as second:
            assert (second.status, await second.read()) == (304, b"")
            assert "RateLimit" in second.headers
        other = f"{hub.url}/api/models?sort=downloads"
        async with session.get(other, headers={"If-None-Match": etag}) as third:
            assert third.status == 200


async def test_that_who_is_signed_in_is_counted_apart_and_may_ask_more(repos: Repos) -> None:
    tokens = {"hf_a": DemoToken()}
    async with HubServer(repos, tokens=tokens) as hub, aiohttp.ClientSession() as session:
        async with session.get(f"{hub.url}/api/models") as anonymous:
            assert anonymous.headers["RateLimit-Policy"] == '"fixed window";"api";q=500;w=300'
        headers = {"Authorization": "Bearer hf_a"}
        async with session.get(f"{hub.url}/api/models", headers=headers) as known:
            assert known.headers["RateLimit"].startswith('"api";r=999;')
