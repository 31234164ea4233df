"""Files as the Hub gives them: small ones itself, large ones from its content network."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable

import aiohttp
import pytest
from aiohttp import web
from multidict import CIMultiDictProxy
from yarl import URL

from ailab.demo.demo_repo import DemoRepo
from ailab.demo.hub_server import HubServer

Repos = tuple[DemoRepo, ...]
_SMALL = "/lab/Cells/resolve/main/config.json"
_LARGE = "/lab/Cells/resolve/main/onnx/model.onnx"


async def _get(
    url: str, method: str = "GET", **headers: str
) -> tuple[int, CIMultiDictProxy[str], bytes]:
    async with (
        aiohttp.ClientSession() as session,
        session.request(
            method, URL(url, encoded=True), headers=headers, allow_redirects=False
        ) as answer,
    ):
        return answer.status, answer.headers, await answer.read()


async def test_that_a_small_file_comes_by_a_relative_redirect_with_its_git_hash(
    repos: Repos,
) -> None:
    async with HubServer(repos) as hub:
        snapshot = await hub.snapshot("lab/Cells")
        status, headers, _ = await _get(hub.url + _SMALL)
        assert status == 307
        assert headers["Location"].startswith(
            f"/api/resolve-cache/models/lab/Cells/{snapshot.commit}/config.json?%2Flab%2FCells"
        )
        assert "X-Repo-Commit" not in headers
        status, headers, body = await _get(hub.url + headers["Location"])
    blob = b"blob %d\0" % len(body) + body
    assert status == 200
    assert headers["ETag"] == f'"{hashlib.sha1(blob).hexdigest()}"'
    assert headers["X-Repo-Commit"] == snapshot.commit
    assert b"CellNet" in body


async def test_that_text_is_compressed_whole_for_who_takes_that(repos: Repos) -> None:
    async with HubServer(repos) as hub:
        location = hub.url + (await _get(hub.url + _SMALL))[1]["Location"]
        _, plain, content = await _get(location, **{"Accept-Encoding": "identity"})
        part = {"Accept-Encoding": "gzip", "Range": "bytes=3-"}
        status, packed, body = await _get(location, **part)
        assert (await _get(location, **part | {"Accept-Encoding": "identity"}))[0] == 206
    assert plain["Content-Length"] == str(len(content))
    assert (status, body) == (200, content)
    assert packed["Content-Encoding"] == "gzip"
    assert "Content-Length" not in packed


async def test_that_a_large_file_is_redirected_to_another_origin(
    repos: Repos, weights: bytes
) -> None:
    async with HubServer(repos) as hub:
        status, headers, _ = await _get(hub.url + _LARGE, "HEAD")
        assert status == 302
        assert URL(headers["Location"]).origin() != URL(hub.url).origin()
        assert headers["X-Linked-Size"] == str(len(weights))
        assert headers["X-Linked-ETag"] == f'"{hashlib.sha256(weights).hexdigest()}"'
        assert headers["X-Repo-Commit"] == (await hub.snapshot("lab/Cells")).commit
        status, found, body = await _get(headers["Location"])
    assert (status, body) == (200, weights)
    assert found["ETag"] != headers["X-Linked-ETag"]
    assert "RateLimit" not in found


async def test_that_part_of_a_file_can_be_asked_for(repos: Repos, weights: bytes) -> None:
    async with HubServer(repos) as hub:
        location = (await _get(hub.url + _LARGE))[1]["Location"]
        status, headers, body = await _get(location, Range="bytes=299990-")
        assert (status, body) == (206, weights[299_990:])
        assert headers["Content-Range"] == "bytes 299990-299999/300000"
        assert (await _get(location, Range="bytes=5-9"))[2] == weights[5:10]
        assert (await _get(location, Range="bytes=-4"))[2] == weights[-4:]
        status, headers, _ = await _get(location, Range="bytes=300000-")
        assert (status, headers["Content-Range"]) == (416, "bytes */300000")


async def test_that_a_requoted_address_is_refused(repos: Repos) -> None:
    async with HubServer(repos) as hub:
        location = (await _get(hub.url + _LARGE))[1]["Location"]
        assert str(URL(location)) != location
        status, _, _ = await _get(str(URL(location)))
        assert status == 403
        assert (await _get(location))[0] == 200


async def test_that_addresses_expire(repos: Repos) -> None:
    async with HubServer(repos, signature_lifetime=-1) as hub:
        location = (await _get(hub.url + _LARGE))[1]["Location"]
        assert (await _get(location))[0] == 403
        hub.network.signature_lifetime = 3600
        location = (await _get(hub.url + _LARGE))[1]["Location"]
        assert (await _get(location))[0] == 200
        hub.network.expire_signatures()
        assert (await _get(location))[0] == 403


async def test_that_the_content_network_refuses_an_access_token(repos: Repos) -> None:
    async with HubServer(repos) as hub:
        location = (await _get(hub.url + _LARGE))[1]["Location"]
        status, _, _ = await _get(location, Authorization="Bearer hf_x")
    assert status == 400


async def test_that_a_transfer_can_be_cut_short(repos: Repos) -> None:
    async with HubServer(repos) as hub:
        hub.network.cut_after = 1000
        location = (await _get(hub.url + _LARGE))[1]["Location"]
        with pytest.raises(aiohttp.ClientPayloadError):
            await _get(location)


async def test_that_an_unchanged_file_is_not_sent_again(repos: Repos) -> None:
    async with HubServer(repos) as hub:
        location = hub.url + (await _get(hub.url + _SMALL))[1]["Location"]
        etag = (await _get(location))[1]["ETag"]
        status, _, body = await _get(location, **{"If-None-Match": etag})
    assert (status, body) == (304, b"")


async def test_that_a_test_may_answer_in_the_servers_place(repos: Repos) -> None:
    async def teapot(request: web.Request) -> web.StreamResponse | None:
        return web.Response(status=503) if request.path == "/api/models" else None

    intercept: Callable[[web.Request], Awaitable[web.StreamResponse | None]] = teapot
    async with HubServer(repos, intercept=intercept) as hub:
        assert (await _get(f"{hub.url}/api/models"))[0] == 503
        assert (await _get(f"{hub.url}/api/models/lab/Cells"))[0] == 200
        assert [asked.target for asked in hub.requests] == ["/api/models", "/api/models/lab/Cells"]


async def test_that_a_part_is_sent_only_of_the_content_that_the_client_knows(repos: Repos) -> None:
    async with HubServer(repos) as hub:
        location = (await _get(hub.url + _LARGE))[1]["Location"]
        etag = (await _get(location))[1]["ETag"]
        part = {"Range": "bytes=100-"}
        assert (await _get(location, **part | {"If-Range": etag}))[0] == 206
        assert (await _get(location, **part | {"If-Range": '"other"'}))[0] == 200


async def test_that_branches_and_tags_have_commits_and_files_of_their_own(repos: Repos) -> None:
    async with HubServer(repos) as hub, aiohttp.ClientSession() as session:
        async with session.get(f"{hub.url}/api/models/lab/Cells/refs") as answer:
            refs = await answer.json()
        versions = {}
        for kind in ("branches", "tags"):
            for each in refs[kind]:
                name = each["name"].replace("/", "%2F")
                for revision in (name, each["targetCommit"], each["ref"].replace("/", "%2F")):
                    url = URL(f"{hub.url}/lab/Cells/resolve/{revision}/config.json", encoded=True)
                    async with session.get(url) as answer:
                        versions[revision] = (await answer.json(content_type=None)).get("version")
                        assert answer.headers["X-Repo-Commit"] == each["targetCommit"]
        async with session.get(f"{hub.url}/api/models/lab/Cells/revision/v1?blobs=true") as answer:
            details = await answer.json()
    assert [each["name"] for each in refs["branches"]] == ["main", "pr/next"]
    assert [each["name"] for each in refs["tags"]] == ["v1"]
    assert set(versions.values()) == {None, 1, 2}
    assert [file["rfilename"] for file in details["siblings"]] == ["config.json"]
    assert details["sha"] == refs["tags"][0]["targetCommit"]


async def test_that_a_long_tree_comes_in_pages(repos: Repos) -> None:
    found = []
    async with HubServer(repos) as hub, aiohttp.ClientSession() as session:
        following: URL | None = URL(
            f"{hub.url}/api/models/lab/Cells/tree/main?recursive=true&limit=3"
        )
        while following is not None:
            async with session.get(following) as answer:
                page = await answer.json()
                found += [entry["path"] for entry in page]
                assert len(page) <= 3
                link = answer.links.get("next")
                following = URL(str(link["url"])) if link else None
    assert sorted(found) == ["README.md", "config.json", "onnx", "onnx/model.onnx"]
